import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocationState } from "@dagwright/rpc";
import { expect, test, vi } from "vitest";
import { copySdk, createProject, install, sdkFolder } from "./testing/project.ts";
import { createHome, serveLocation, startFront } from "./testing/served-location.ts";
import { copies, jobNames, jobs, patience } from "./testing/small-code.ts";

vi.setConfig({ testTimeout: 90_000 });

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

test("a server that is its own ends when a host asks for it, one that belongs to another program refuses", async () => {
  const project = createProject({ "definitions.ts": jobs("kept") });
  const front = await startFront(project, createHome());
  await front.client.getLocation();
  const ended = new Promise<number | null>((resolve) => front.child.once("exit", resolve));
  await front.client.shutdown();
  expect(await ended).toBe(0);
  const { client } = await serveLocation(project);
  await expect(client.shutdown()).rejects.toThrow(/belongs to the program that started it/);
  expect(await client.checkHealth()).toBe(true);
});
