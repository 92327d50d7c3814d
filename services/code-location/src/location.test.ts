import { existsSync, readFileSync } from "node:fs";
import type { LocationState } from "@dagwright/rpc";
import { expect, test, vi } from "vitest";
import { createProject } from "./testing/project.ts";
import { serveLocation, untilState } from "./testing/served-location.ts";
import { copies, jobNames, jobs, patience } from "./testing/small-code.ts";

vi.setConfig({ testTimeout: 90_000 });

test("a saved file is live in under a second in a project of a hundred assets, and the snapshot before it is gone", async () => {
  const asset = (index: number, version: string): string => `
import { asset } from "dagwright";
export const asset${index} = asset("asset_${index}", { description: "${version}" }, () => ${index});`;
  const indexes = Array.from({ length: 100 }, (_, index) => index);
  const project = createProject({
    ...Object.fromEntries(indexes.map((index) => [`assets/asset-${index}.ts`, asset(index, "first")])),
    "definitions.ts": `
import { definitions } from "dagwright";
${indexes.map((index) => `import { asset${index} } from "./assets/asset-${index}.ts";`).join("\n")}
export default definitions({ assets: [${indexes.map((index) => `asset${index}`).join(", ")}] });`,
  });
  const { client } = await serveLocation(project);
  const before = await client.getLocation();
  const savedAt = performance.now();
  project.save("assets/asset-50.ts", asset(50, "second"));
  const after = await untilState(client, ({ snapshotId }) => snapshotId !== before.snapshotId);
  const tookMs = performance.now() - savedAt;
  const snapshot = await client.getSnapshot(after.snapshotId!);
  expect(snapshot.assets.find(({ key }) => key[0] === "asset_50")?.description).toBe("second");
  await expect(client.getSnapshot(before.snapshotId!)).rejects.toMatchObject({ kind: "LocationSnapshotNotFoundError" });
  await expect(client.validateRunConfig({ snapshotId: before.snapshotId, jobName: "x", runConfig: {} })).rejects.toMatchObject({
    kind: "LocationSnapshotNotFoundError",
  });
  // Timed for real in bench/reload; here only that nothing polls or waits.
  expect(tookMs).toBeLessThan(5_000);
});

test("a syntax error keeps the old code serving and is shown with its place, in the state and in the log, until it is mended", async () => {
  const project = createProject({ "part.ts": "export const part = 1;", "definitions.ts": `import "./part.ts";${jobs("first")}` });
  const { client, logged } = await serveLocation(project);
  const before = await client.getLocation();

  project.save("part.ts", "export const part = 1;\nexport const = 2;\n");
  const broken = await untilState(client, ({ loadError }) => loadError !== null);
  expect(broken).toMatchObject({
    snapshotId: before.snapshotId,
    codeHash: before.codeHash,
    loadError: {
      file: project.path("part.ts"),
      line: 2,
      column: 14,
      error: { message: expect.stringContaining("Expected identifier") },
    },
  });
  expect(logged).toContainEqual(expect.objectContaining({ file: project.path("part.ts"), line: 2, column: 14, serving: true }));
  expect(jobNames(await client.getSnapshot(before.snapshotId!))).toEqual(["first"]);
  expect(await client.validateRunConfig({ snapshotId: null, jobName: "first", runConfig: {} })).toMatchObject({ ok: true });

  project.save("part.ts", "export const part = 1;");
  const undone = await untilState(client, ({ loadError }) => loadError === null);
  expect(undone).toMatchObject({ serverId: before.serverId, codeHash: before.codeHash, loadedAtMs: before.loadedAtMs });
});

test("what user code throws while it is loaded is shown with the user's file and line, and a first load may fail too", async () => {
  const project = createProject({
    "deep.ts": "\n\nexport function fail(): void {\n  throw new RangeError('no such number');\n}\n",
    "definitions.ts": `import { fail } from "./deep.ts";\nfail();\n${jobs("first")}`,
  });
  const { client } = await serveLocation(project);
  expect(await client.getLocation()).toMatchObject({
    snapshotId: null,
    loadError: { file: project.path("deep.ts"), line: 4, error: { name: "RangeError", message: "no such number" } },
  });
  await expect(client.validateRunConfig({ snapshotId: null, jobName: "first", runConfig: {} })).rejects.toMatchObject({
    kind: "LocationNotLoadedError",
    message: expect.stringContaining("no such number"),
  });
  project.save("deep.ts", "export function fail(): void {}");
  const mended = await untilState(client, ({ snapshotId }) => snapshotId !== null);
  expect(mended.loadError).toBeNull();
});

test("a definition error names the object and its file", async () => {
  const project = createProject({ "definitions.ts": jobs("twice", "twice") });
  const { client } = await serveLocation(project);
  const { loadError } = await client.getLocation();
  expect(loadError?.error.message).toContain("twice");
  expect(loadError?.file).toBe(project.path("definitions.ts"));
});

test("a new file that mends an import, or stands before another, is noticed", async () => {
  const project = createProject({ "definitions.ts": `import "./missing/part.ts";${jobs("first")}` });
  const { client } = await serveLocation(project);
  expect((await client.getLocation()).loadError).toMatchObject({ file: project.path("definitions.ts"), line: 1 });
  project.save("missing/part.ts", "export const part = 1;");
  await untilState(client, ({ snapshotId }) => snapshotId !== null);
});

test("a removed and restored folder is still watched", async () => {
  const project = createProject({
    "lib/names.ts": 'export const name = "first";',
    "definitions.ts": jobs("x").replace('"x"', "name").replace("\n", '\nimport { name } from "./lib/names.ts";\n'),
  });
  const { client } = await serveLocation(project);
  const { rmSync } = await import("node:fs");
  rmSync(project.path("lib"), { recursive: true });
  await untilState(client, ({ loadError }) => loadError !== null);
  project.save("lib/names.ts", 'export const name = "second";');
  const second = await untilState(client, ({ loadError }) => loadError === null);
  expect(jobNames(await client.getSnapshot(second.snapshotId!))).toEqual(["second"]);
  project.save("lib/names.ts", 'export const name = "third";');
  const third = await untilState(client, ({ snapshotId }) => snapshotId !== second.snapshotId);
  expect(jobNames(await client.getSnapshot(third.snapshotId!))).toEqual(["third"]);
});

test("a reload that was asked for loads the code anew, also when no file changed", async () => {
  const project = createProject({ "definitions.ts": jobs("first") });
  const { client, home } = await serveLocation(project, { watch: false });
  const before = await client.getLocation();
  const states: LocationState[] = [];
  const watching = (async () => {
    for await (const state of client.watchLocation()) {
      states.push(state);
      if (state.loadedAtMs !== before.loadedAtMs && !state.loading) return;
    }
  })();
  await vi.waitUntil(() => states.length > 0, patience);
  const after = await client.reload();
  expect(after.loadedAtMs).toBeGreaterThan(before.loadedAtMs);
  expect(after.codeHash).toBe(before.codeHash);
  await watching;
  expect(states.map(({ loading }) => loading)).toEqual([false, true, false]);
  project.save("definitions.ts", jobs("second"));
  const changed = await client.reload();
  expect(jobNames(await client.getSnapshot(changed.snapshotId!))).toEqual(["second"]);
  // The replaced code's copy goes with its last user.
  await vi.waitFor(() => expect(copies(home)).toEqual([expect.stringContaining(changed.codeHash.slice(0, 24))]), patience);
});

test("a target that is not there is told as such, and noticed when it comes", async () => {
  const project = createProject({});
  const { client } = await serveLocation(project);
  expect((await client.getLocation()).loadError?.error).toMatchObject({
    name: "TargetNotFoundError",
    message: expect.stringContaining(project.path("definitions.ts")),
  });
  project.save("definitions.ts", jobs("first"));
  await untilState(client, ({ snapshotId }) => snapshotId !== null);
});

test("code that does not come to an end while it is loaded is given up, and its process is ended", async () => {
  const project = createProject({
    "definitions.ts": `import { writeFileSync } from "node:fs";\nwriteFileSync(process.env.NOTES!, String(process.pid));\nfor (;;);\n${jobs("first")}`,
  });
  const notes = project.path("pid");
  const environment = { ...process.env, NODE_OPTIONS: undefined, NOTES: notes };
  const { client } = await serveLocation(project, { environment, loadTimeoutMs: 1_500 });
  expect((await client.getLocation()).loadError).toMatchObject({
    file: project.path("definitions.ts"),
    error: { message: `${project.path("definitions.ts")} was not loaded within 1500 ms` },
  });
  const pid = readFileSync(notes, "utf8");
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), patience);
});

test("the working directory's .env is in the environment, and read again with each process", async () => {
  const project = createProject({
    ".env": "GREETING=hello\nHOME=/not/this",
    "definitions.ts": jobs("x").replace(
      '"x"',
      '"job_" + process.env.GREETING + (process.env.HOME === "/not/this" ? "_wrong" : "")',
    ),
  });
  const { client } = await serveLocation(project);
  expect(jobNames(await client.getSnapshot((await client.getLocation()).snapshotId!))).toEqual(["job_hello"]);
  project.save(".env", "GREETING=goodbye");
  const { snapshotId } = await client.reload();
  expect(jobNames(await client.getSnapshot(snapshotId!))).toEqual(["job_goodbye"]);
});
