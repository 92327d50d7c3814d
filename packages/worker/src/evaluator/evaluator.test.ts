import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { EvaluatorMethod, EvaluatorMethods, EvaluatorReply, GenerationRef } from "../protocol.ts";

type Failure = Extract<EvaluatorReply, { error: unknown }>["error"];

/** A real evaluator process, and the front's half of its protocol. */
function startEvaluator() {
  const child: ChildProcess = fork(fileURLToPath(new URL("./main.ts", import.meta.url)), [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { text: "" };
  child.stdout?.on("data", (chunk: Buffer) => (output.text += chunk.toString()));
  child.stderr?.resume();
  const waiting = new Map<number, (reply: EvaluatorReply) => void>();
  child.on("message", (message) => waiting.get((message as EvaluatorReply).id)?.(message as EvaluatorReply));
  let next = 1;

  function call<Method extends EvaluatorMethod>(method: Method, params: Parameters<EvaluatorMethods[Method]>[0]) {
    const id = next++;
    const reply = new Promise<EvaluatorReply>((resolve) => waiting.set(id, resolve));
    child.send({ id, method, params });
    return {
      abort: () => child.send({ abort: id }),
      result: async () => {
        const answered = await reply;
        if ("error" in answered) throw new Error(`${answered.error.name}: ${answered.error.message}`);
        return answered.result as ReturnType<EvaluatorMethods[Method]>;
      },
      failure: async (): Promise<Failure> => {
        const answered = await reply;
        if ("error" in answered) return answered.error;
        throw new Error("it was expected to fail");
      },
    };
  }
  return { child, call, output };
}

function generationOf(fixture: string): GenerationRef {
  const sourceFile = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  return { codeHash: "fixture", entryFile: sourceFile, sourceFile, attribute: "default", workingDirectory: process.cwd() };
}

async function startLoaded() {
  const evaluator = startEvaluator();
  await evaluator.call("load", { generation: generationOf("project.ts"), locationName: "fixture" }).result();
  return evaluator;
}

const sensorContext = { cursor: null, lastTickAtMs: null, lastRunKey: null };

test("loading gives the snapshot of what the module defines", async () => {
  const { call } = startEvaluator();
  const loaded = await call("load", { generation: generationOf("project.ts"), locationName: "fixture" }).result();
  expect(loaded.protocolVersion).toBe(1);
  const { snapshot } = loaded as Extract<typeof loaded, { readonly snapshot: unknown }>;
  expect(snapshot.jobs.map((job) => job.name)).toContain("six_ops");
  expect(snapshot.sensors.map((sensor) => sensor.name)).toContain("generates");
});

test("loading gives the same snapshot as text to whoever does not look into it", async () => {
  const { call } = startEvaluator();
  const params = { generation: generationOf("project.ts"), locationName: "fixture" };
  const [object, text] = [await call("load", params).result(), await call("load", { ...params, acceptsText: true }).result()];
  expect(text).toEqual({ protocolVersion: 1, sdkVersion: object.sdkVersion, snapshotText: expect.any(String) });
  expect({ ...text, snapshot: JSON.parse("snapshotText" in text ? text.snapshotText : "null"), snapshotText: undefined }).toEqual(
    object,
  );
});

test("a broken project is told with the kind of the problem and its places", async () => {
  const { call } = startEvaluator();
  const failure = await call("load", { generation: generationOf("broken.ts"), locationName: "fixture" }).failure();
  expect(failure).toMatchObject({
    kind: "DuplicateNameError",
    message: expect.stringMatching(/"twin".*broken\.ts:\d+.*broken\.ts:\d+/),
  });
});

test("what is asked before loading, or is not known, is refused by name", async () => {
  const { call } = startEvaluator();
  expect(await call("evaluateSensor", { name: "generates", context: sensorContext }).failure()).toMatchObject({
    kind: "NotLoadedError",
  });
  expect(await call("paint" as "load", {} as never).failure()).toMatchObject({ kind: "MethodUnknownError" });
});

test("a sensor's requests, reason, cursor and log lines come back, its stray output does not disturb", async () => {
  const { call, output, child } = await startLoaded();
  const result = await call("evaluateSensor", { name: "generates", context: { ...sensorContext, cursor: "here" } }).result();
  expect(result).toMatchObject({
    runRequests: [{ runKey: "after here" }],
    skipReason: "nothing else",
    cursor: "next",
    logs: [{ level: "INFO", message: "looking" }],
  });
  child.disconnect();
  await once(child.stdout!, "end");
  expect(output.text).toBe("a stray line of user output\n");
});

test("several evaluations go on at once in one process", async () => {
  const { call } = await startLoaded();
  const waiting = call("evaluateSensor", { name: "waits_for_release", context: sensorContext });
  await call("evaluateSensor", { name: "generates_slowly", context: sensorContext }).result();
  await call("evaluateSensor", { name: "releases", context: sensorContext }).result();
  expect(await waiting.result()).toMatchObject({ skipReason: "released" });
});

test("an evaluation that is given up hears of it through its signal", async () => {
  const { call } = await startLoaded();
  const waiting = call("evaluateSensor", { name: "waits_for_abort", context: sensorContext });
  waiting.abort();
  expect(await waiting.failure()).toMatchObject({ name: "AbortError" });
});

test("an error of user code is told with its place in the source", async () => {
  const { call } = await startLoaded();
  const failure = await call("evaluateSensor", { name: "throws", context: sensorContext }).failure();
  expect(failure).toMatchObject({ name: "RangeError", message: "the sensor threw", file: generationOf("project.ts").sourceFile });
  expect(failure.line).toBeGreaterThan(1);
  expect(failure).not.toHaveProperty("kind");
});

test("a condition that throws says so in its own place, and the others answer", async () => {
  const { call } = startEvaluator();
  await call("load", { generation: generationOf("conditions.ts"), locationName: "fixture" }).result();
  const asked = (name: string) => ({ name, key: ["numbers"], isPartitioned: false, evaluationTimeMs: 0, cursor: "c" });
  const context = { ...sensorContext, conditions: ["late", "broken", "gone", "late"].map(asked) };
  const { conditions } = await call("evaluateSensor", { name: "default_automation_condition_sensor", context }).result();
  expect(conditions).toEqual([
    { holds: true, cursor: "c" },
    { error: expect.objectContaining({ message: expect.stringContaining("no connection") }) },
    { error: expect.objectContaining({ message: expect.stringContaining("gone") }) },
    { holds: true, cursor: "c" },
  ]);
});

test("the place of an error is the one in the user's own file, not in the generation's copy", async () => {
  const project = await mkdtemp(join(tmpdir(), "dagwright-project-"));
  onTestFinished(() => rm(project, { recursive: true }));
  const sourceFile = join(project, "definitions.ts");
  const entryFile = join(project, "copy.mjs");
  // Maps the copy's first line to line 41 of the source.
  const map = JSON.stringify({ version: 3, sources: [pathToFileURL(sourceFile).href], names: [], mappings: "AAwCA" });
  const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  await writeFile(entryFile, `throw new RangeError("while importing");\n${comment}\n`);
  const { call } = startEvaluator();
  const generation: GenerationRef = { codeHash: "copy", entryFile, sourceFile, attribute: "default", workingDirectory: project };
  const failure = await call("load", { generation, locationName: "copy" }).failure();
  expect(failure).toMatchObject({ message: "while importing", file: sourceFile, line: 41 });
});

test("a schedule knows the time it is due for", async () => {
  const { call } = await startLoaded();
  const scheduledAtMs = Date.UTC(2030, 0, 1);
  const result = await call("evaluateSchedule", { name: "by_time", context: { scheduledAtMs } }).result();
  expect(result.runRequests).toMatchObject([{ tags: { at: "2030-01-01T00:00:00.000Z" } }]);
  expect(await call("evaluateSchedule", { name: "plain", context: { scheduledAtMs } }).result()).toMatchObject({
    runRequests: [{}],
    configs: [{ ok: true, runConfig: {}, tags: {} }],
  });
});

test("a sensor whose resource needs a variable that is not there is told which, and where it is looked for", async () => {
  const { call } = await startLoaded();
  expect(await call("evaluateSensor", { name: "opens_the_vault", context: sensorContext }).failure()).toMatchObject({
    message: expect.stringMatching(
      /^Resource "vault" cannot have its config where ticks are evaluated, in the code location's environment: its preset at key: the environment variable "VAULT_KEY_THAT_NOBODY_SET" is not set/,
    ),
  });
});

test("a schedule gets its resources, torn down after the tick; its tags, and what is wrong with its run config, come with its requests", async () => {
  const { call } = await startLoaded();
  const result = await call("evaluateSchedule", { name: "uses_a_resource", context: { scheduledAtMs: 0 } }).result();
  expect(result).toMatchObject({
    runRequests: [{ tags: { by: "schedule", at: "noon in UTC" } }],
    configs: [{ ok: false, errors: [{ reason: "FIELD_NOT_DEFINED", path: ["opps"] }, {}] }],
    logs: [{ level: "INFO", message: "the clock has stopped" }],
  });
});

test("run config is checked, all problems at once, each with its path", async () => {
  const { call } = await startLoaded();
  expect(await call("validateRunConfig", { jobName: "six_ops", runConfig: {} }).result()).toEqual({ ok: true, runConfig: {} });
  const wrong = { ops: { block: { config: { ms: "long" } } }, opps: {} };
  const checked = await call("validateRunConfig", { jobName: "blocking", runConfig: wrong }).result();
  expect(checked).toMatchObject({ ok: false });
  const reasons = checked.ok ? [] : checked.errors.map((error) => error.reason);
  expect(reasons.sort()).toEqual(["FIELD_NOT_DEFINED", "RUNTIME_TYPE_MISMATCH"]);
});

test("a plan is made of the part that is selected", async () => {
  const { call } = await startLoaded();
  const whole = await call("executionPlan", { jobName: "six_ops", selection: { stepKeys: null, assetKeys: null } }).result();
  expect(whole.steps).toHaveLength(6);
  expect(
    await call("executionPlan", { jobName: "none", selection: { stepKeys: null, assetKeys: null } }).failure(),
  ).toMatchObject({
    kind: "DefinitionNotFoundError",
  });
});

test("an evaluator ends with its front", async () => {
  const { child } = await startLoaded();
  child.disconnect();
  const [exitCode] = (await once(child, "exit")) as [number];
  expect(exitCode).toBe(0);
});
