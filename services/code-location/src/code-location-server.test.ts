import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocationSnapshot } from "@dagwright/model";
import { EvaluationTimeoutError, type LocationState, RemoteError } from "@dagwright/rpc";
import { expect, test, vi } from "vitest";
import { copySdk, createProject, install, sdkFolder } from "./testing/project.ts";
import { createHome, serveLocation, startFront, untilState } from "./testing/served-location.ts";

/** A busy machine is no failure. */
const patience = { timeout: 40_000, interval: 10 };
vi.setConfig({ testTimeout: 90_000 });

const jobs = (...names: readonly string[]): string => `
import { definitions, inProcessExecutor, job, op } from "dagwright";
const work = op("work", {}, () => {});
export default definitions({ jobs: [${names.map((name) => `job("${name}", { executor: inProcessExecutor }, () => work())`).join(", ")}] });`;
const jobNames = (snapshot: LocationSnapshot): readonly string[] => snapshot.jobs.map(({ name }) => name);
const copies = (home: string): readonly string[] => readdirSync(join(home, "code")).filter((name) => !name.startsWith("."));
const noTick = { cursor: null, lastTickAtMs: null, lastRunKey: null };

test("it serves the definitions of a TypeScript project that was never built", async () => {
  const project = createProject({
    "tsconfig.json": '{ "compilerOptions": { "paths": { "#lib/*": ["./lib/*"] } } }',
    "lib/names.ts": 'export enum Names { Job = "from_enum" }',
    "lib/more.json": '{ "name": "from_json" }',
    "definitions.ts": `
import { definitions, job, op } from "dagwright";
import { Names } from "#lib/names.ts";
import more from "./lib/more.json" with { type: "json" };
const work = op("work", {}, () => {});
export default definitions({ jobs: [job(Names.Job, {}, () => work()), job(more.name, {}, () => work())] });`,
  });
  const { client, server, home } = await serveLocation(project);
  const state = await client.getLocation();
  expect(state).toMatchObject({
    name: "project",
    serverId: server.serverId,
    loadError: null,
    loading: false,
    stopping: false,
    entryFile: project.path("definitions.ts"),
  });
  expect(jobNames(await client.getSnapshot(state.snapshotId!))).toEqual(["from_enum", "from_json"]);
  expect(await client.checkHealth()).toBe(true);
  expect(await client.validateRunConfig({ snapshotId: state.snapshotId, jobName: "from_enum", runConfig: {} })).toMatchObject({
    ok: true,
  });
  const refused = await client.validateRunConfig({ snapshotId: null, jobName: "from_enum", runConfig: { opps: {} } });
  expect(refused).toMatchObject({ ok: false });
  const plan = await client.getExecutionPlan({
    snapshotId: state.snapshotId,
    jobName: "from_enum",
    selection: { stepKeys: null, assetKeys: null },
  });
  expect(plan.steps.map(({ key }) => key)).toEqual(["work"]);
  // One copy, whole and immutable.
  const [copy] = copies(home);
  expect(readdirSync(join(home, "code", copy!)).toSorted()).toEqual(["code.mjs", "code.mjs.map"]);
});

test("a CommonJS project is served as any other", async () => {
  const project = createProject({
    "package.json": '{ "name": "project" }',
    "lib/names.ts": 'module.exports = { jobName: "from_" + require("node:path").basename(__dirname) };',
    "definitions.ts": `
import { definitions, job, op } from "dagwright";
const { jobName } = require("./lib/names");
const work = op("work", {}, () => {});
export default definitions({ jobs: [job(jobName, {}, () => work())] });`,
  });
  const { client } = await serveLocation(project);
  const { snapshotId, loadError } = await client.getLocation();
  expect(loadError).toBeNull();
  expect(jobNames(await client.getSnapshot(snapshotId!))).toEqual(["from_lib"]);
});

test("definitions may come from a second copy of the SDK", async () => {
  const project = createProject({
    "lib/package.json": '{ "name": "lib", "type": "module" }',
    "lib/index.ts": `
import { asset, job, op } from "dagwright";
export const sdk = import.meta.resolve("dagwright");
const work = op("work_of_lib", {}, () => {});
export const libJob = job("job_of_lib", {}, () => work());
export const numbers = asset("numbers", {}, () => [1]);`,
    "definitions.ts": `
import { asset, definitions } from "dagwright";
import { libJob, numbers, sdk } from "./lib/index.ts";
if (sdk === import.meta.resolve("dagwright")) throw new Error("this project has one SDK only");
const doubled = asset("doubled", { ins: { numbers } }, ({ numbers }) => numbers.map((n) => 2 * n));
export default definitions({ jobs: [libJob], assets: [numbers, doubled] });`,
  });
  install(project.path("lib"), "dagwright", copySdk(project.path("second-sdk")));
  const { client } = await serveLocation(project);
  const { snapshotId, loadError } = await client.getLocation();
  expect(loadError?.error.message).toBeUndefined();
  const snapshot = await client.getSnapshot(snapshotId!);
  expect(jobNames(snapshot)).toContain("job_of_lib");
  expect(snapshot.assets.map(({ key }) => key)).toEqual([["doubled"], ["numbers"]]);
});

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

test("a project without dagwright is told what to install, and where", async () => {
  const project = createProject({ "definitions.ts": "export default {};" }, { hasSdk: false });
  const { client } = await serveLocation(project);
  const { loadError } = await client.getLocation();
  expect(loadError?.error).toMatchObject({
    name: "SdkNotInstalledError",
    message: expect.stringContaining(`install dagwright in ${project.directory}`),
  });
  install(project.directory, "dagwright", sdkFolder);
  expect(await client.reload()).toMatchObject({ snapshotId: null, loadError: { error: { name: "NotDefinitionsError" } } });
});

test("a dagwright whose programs are too far away in version is refused by name", async () => {
  const program = `
process.on("message", ({ id }) => process.send({ id, result: { protocolVersion: 99, sdkVersion: "9.1.0", snapshot: {} } }));`;
  const project = createProject(
    {
      "definitions.ts": "export default {};",
      "node_modules/dagwright/package.json": '{ "name": "dagwright", "version": "9.1.0", "exports": "./index.js" }',
      "node_modules/dagwright/index.js": "",
      "node_modules/@dagwright/worker/package.json":
        '{ "name": "@dagwright/worker", "exports": { "./evaluator": "./e.cjs", "./run-worker": "./e.cjs" } }',
      "node_modules/@dagwright/worker/e.cjs": program,
    },
    { hasSdk: false },
  );
  const { client } = await serveLocation(project);
  const { loadError } = await client.getLocation();
  expect(loadError?.error.name).toBe("SdkVersionError");
  expect(loadError?.error.message).toMatch(
    /has dagwright 9\.1\.0, which speaks version 99 .*this code-location server is too old for it/,
  );
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

test("a package and a named export may be the target", async () => {
  const project = createProject({
    "package.json": '{ "name": "project", "type": "module", "exports": { "./pipelines": "./src/pipelines.ts" } }',
    "src/pipelines.ts": jobs("first").replace("export default", "export const production ="),
  });
  const target = {
    kind: "ts_package",
    package: "project/pipelines",
    attribute: "production",
    workingDirectory: project.directory,
  } as const;
  const { client } = await serveLocation(project, { target });
  const { snapshotId } = await client.getLocation();
  expect(jobNames(await client.getSnapshot(snapshotId!))).toEqual(["first"]);
  const wrong = await serveLocation(project, { target: { ...target, attribute: "staging" } });
  expect((await wrong.client.getLocation()).loadError?.error.message).toContain('has no export "staging"');
});

const evaluations = `
import { definitions, job, op, schedule, sensor, skipReason } from "dagwright";
import { appendFileSync } from "node:fs";
const work = op("work", {}, () => {});
const target = job("target", {}, () => work());
const note = (name: string) => appendFileSync(process.env.NOTES!, name + " " + process.pid + "\\n");
const hang = sensor("hang", { job: target }, function* () { note("hang"); for (;;); });
const never = sensor("never", { job: target }, async function* () { note("never"); await new Promise(() => {}); });
const slow = sensor("slow", { job: target }, async function* () { note("slow"); await new Promise((resolve) => setTimeout(resolve, 1000)); yield skipReason("slow is done"); });
const quick = sensor("quick", { job: target }, function* () { note("quick"); yield skipReason("quick is done"); });
const throws = sensor("throws", { job: target }, function* () { throw new RangeError("out of range"); });
const exits = sensor("exits", { job: target }, function* () { console.error("about to leave"); process.exit(3); });
export default definitions({ jobs: [target], sensors: [hang, never, slow, quick, throws, exits], schedules: [schedule("each_minute", { job: target, cron: "* * * * *" })] });`;

test("a hanging evaluation is ended at its deadline, and its neighbours' calls succeed in another evaluator", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, {
    environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes },
    stuckAfterMs: 200,
  });
  const evaluate = (name: string, timeoutMs = 10_000) => client.evaluateSensor({ name, context: noTick }, { timeoutMs });

  const slow = evaluate("slow");
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("slow"), patience);
  const hang = evaluate("hang", 3_000).catch((error: unknown) => error);
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("hang"), patience);
  const quick = evaluate("quick");
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  expect(await quick).toMatchObject({ skipReason: "quick is done" });
  expect(await hang).toMatchObject({ kind: "EvaluationTimeoutError", message: expect.stringContaining('Sensor "hang"') });
  expect(await evaluate("quick")).toMatchObject({ skipReason: "quick is done" });

  // The process that hung is gone.
  const hung = readFileSync(notes, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("hang"));
  for (const line of hung) await vi.waitFor(() => expect(existsSync(`/proc/${line.split(" ")[1]}`)).toBe(false), patience);
});

test("an evaluation that only waits fails at its deadline, and disturbs nobody", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, { environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes } });
  const slow = client.evaluateSensor({ name: "slow", context: noTick });
  const never = client.evaluateSensor({ name: "never", context: noTick }, { timeoutMs: 700 }).catch((error: unknown) => error);
  expect(await never).toMatchObject({ kind: new EvaluationTimeoutError("x", 1).kind });
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  // Slow was evaluated once: its process was not killed under it.
  expect(
    readFileSync(notes, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("slow")),
  ).toHaveLength(1);
});

test("an evaluation that ends its process fails alone: its neighbours are made again", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const notes = project.path("notes.txt");
  const { client } = await serveLocation(project, { environment: { ...process.env, NODE_OPTIONS: undefined, NOTES: notes } });
  const slow = client.evaluateSensor({ name: "slow", context: noTick });
  await vi.waitFor(() => expect(readFileSync(notes, "utf8")).toContain("slow"), patience);
  const exits = client.evaluateSensor({ name: "exits", context: noTick }).catch((error: unknown) => error);
  expect(await slow).toMatchObject({ skipReason: "slow is done" });
  expect(await exits).toMatchObject({ kind: "EvaluatorExitedError" });
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

test("what a sensor throws, and how its process ends, is told by name", async () => {
  const project = createProject({ "definitions.ts": evaluations });
  const { client } = await serveLocation(project);
  const evaluate = (name: string) => client.evaluateSensor({ name, context: noTick });
  await expect(evaluate("throws")).rejects.toMatchObject({
    kind: "UserCodeError",
    error: { name: "RangeError", message: "out of range" },
  });
  await expect(evaluate("exits")).rejects.toMatchObject({
    kind: "EvaluatorExitedError",
    message: expect.stringMatching(/Sensor "exits".*exit code 3[^]*about to leave/),
  });
  await expect(evaluate("absent")).rejects.toBeInstanceOf(RemoteError);
  const tick = await client.evaluateSchedule({ name: "each_minute", context: { scheduledAtMs: 1_700_000_000_000 } });
  expect(tick.runRequests).toHaveLength(1);
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

test("compute logs on its disk are read from an offset, and followed until they are complete", async () => {
  const project = createProject({ "definitions.ts": jobs("first") });
  const { client, home } = await serveLocation(project);
  const { appendFileSync, mkdirSync, writeFileSync } = await import("node:fs");
  const directory = join(home, "storage", "run-1", "compute_logs");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "abc.out"), "first line\n");
  const logKey = ["run-1", "compute_logs", "abc"];
  const read = async (options: object): Promise<{ text: string; nextOffset: number; complete: boolean }> => {
    let result = { text: "", nextOffset: 0, complete: false };
    for await (const { data, nextOffset, complete } of client.readComputeLog({ logKey, stream: "stdout", ...options })) {
      result = { text: result.text + data.toString(), nextOffset, complete };
    }
    return result;
  };
  expect(await read({})).toEqual({ text: "first line\n", nextOffset: 11, complete: false });
  expect(await read({ offset: 6, maxBytes: 4 })).toMatchObject({ text: "line", nextOffset: 10 });
  const parts: string[] = [];
  const followed = (async () => {
    for await (const { data } of client.readComputeLog({ logKey, stream: "stdout", follow: true })) parts.push(data.toString());
  })();
  await vi.waitFor(() => expect(parts.join("")).toBe("first line\n"), patience);
  appendFileSync(join(directory, "abc.out"), "second line\n");
  await vi.waitFor(() => expect(parts.join("")).toBe("first line\nsecond line\n"), patience);
  writeFileSync(join(directory, "abc.complete"), "");
  await followed;
  await expect(read({ logKey: ["..", "..", "etc", "passwd"] })).rejects.toMatchObject({ kind: "InvalidLogKeyError" });
});

test("the front loads no user code, and neither what reads the instance's settings nor a database's driver", async () => {
  const project = createProject({ "definitions.ts": jobs("first") });
  const loaded = project.path("loaded.txt");
  const hook = `import { registerHooks } from "node:module"; import { appendFileSync } from "node:fs";
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(loaded)}, url + "\\n"); return next(url, context); } });`;
  const home = createHome();
  const front = await startFront(project, home, "s", ["--import", `data:text/javascript,${encodeURIComponent(hook)}`]);
  await front.client.validateRunConfig({ snapshotId: null, jobName: "first", runConfig: {} });
  const urls = readFileSync(loaded, "utf8").split("\n");
  expect(urls.filter((url) => url.includes("/services/code-location/src/")).length).toBeGreaterThan(10);
  const offLimits = [
    project.directory,
    join(home, "code"),
    "/packages/definitions/",
    "/packages/execution/",
    "/packages/storage/",
    "/zod/",
    "/pg/",
  ];
  expect(urls.filter((url) => offLimits.some((part) => url.includes(part)))).toEqual([]);
});

test("a stopping server says so to those who watch, refuses new runs, and leaves no copy and no process behind", async () => {
  const project = createProject({ "definitions.ts": jobs("first") });
  const { server, client, home } = await serveLocation(project, { warmWorkers: { atStart: 1, max: 1 } });
  const last: LocationState[] = [];
  const watching = (async () => {
    for await (const state of client.watchLocation()) last.push(state);
  })();
  await vi.waitUntil(() => last.length > 0, patience);
  await server[Symbol.asyncDispose]();
  await watching.catch(() => undefined);
  expect(last.at(-1)?.stopping).toBe(true);
  expect(copies(home)).toEqual([]);
});
