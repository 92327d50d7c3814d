import { type RunId, runId } from "@dagwright/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchOptionsFor } from "../stack/launch-options.ts";
import { type Stack, startStack } from "../stack/stack.ts";

// One stack serves all of these: each test launches runs of its own and looks at nothing else.
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

interface LaunchAnswer {
  readonly launchRun: {
    readonly __typename: string;
    readonly message?: string;
    readonly run?: { readonly runId: string };
    readonly errors?: readonly {
      readonly reason: string;
      readonly message: string;
      readonly stack: { readonly entries: readonly { readonly fieldName?: string }[] };
    }[];
  };
}

const launch = async (job: string, runConfigData: unknown): Promise<LaunchAnswer["launchRun"]> =>
  (
    await stack.query<LaunchAnswer>(
      `mutation ($params: ExecutionParams!) {
        launchRun(executionParams: $params) {
          __typename
          ... on LaunchRunSuccess { run { runId } }
          ... on RunConfigValidationInvalid {
            errors { reason message stack { entries { ... on EvaluationStackPathEntry { fieldName } } } }
          }
          ... on Error { message }
        }
      }`,
      launchOptionsFor(job, runConfigData),
    )
  ).launchRun;

const strictConfig = (config: unknown): unknown => ({ ops: { strict: { config } } });
const idOf = ({ run }: LaunchAnswer["launchRun"]): RunId => runId(run?.runId ?? "not launched");
const lineOf = async (id: RunId): Promise<string | undefined> =>
  (await stack.log(id)).find(({ type }) => type === "LOG_LINE")?.message;

test("everything that is wrong with a run config is told at once, each with its path", async () => {
  const answer = await launch("strict_job", strictConfig({ name: 7, nested: { flag: "yes", more: 1 }, unknown: true }));
  expect(answer.__typename).toBe("RunConfigValidationInvalid");
  const told = (answer.errors ?? []).map(({ reason, stack: { entries } }) => [
    reason,
    entries.map(({ fieldName }) => fieldName ?? "?").join("."),
  ]);
  expect(told.sort()).toEqual(
    [
      ["FIELD_NOT_DEFINED", "ops.strict.config"],
      ["FIELD_NOT_DEFINED", "ops.strict.config.nested"],
      ["MISSING_REQUIRED_FIELD", "ops.strict.config"],
      ["RUNTIME_TYPE_MISMATCH", "ops.strict.config.name"],
      ["RUNTIME_TYPE_MISMATCH", "ops.strict.config.nested.flag"],
    ].sort(),
  );
  expect((answer.errors ?? []).map(({ message }) => message).sort()).toEqual([
    "ops.strict.config.count: is missing; it needs a number",
    "ops.strict.config.name: expected text, got 7",
    "ops.strict.config.nested.flag: expected true or false, got 'yes'",
    "ops.strict.config.nested.more: there is no such field; known here: flag",
    "ops.strict.config.unknown: there is no such field; known here: name, count, nested",
  ]);
});

test("run config as YAML text is read; text that is no YAML is refused with its place", async () => {
  const good = await launch("strict_job", "ops:\n  strict:\n    config: {name: a, count: 1, nested: {flag: true}}\n");
  expect(good.__typename).toBe("LaunchRunSuccess");
  const bad = await launch("strict_job", "ops: {strict: [");
  expect(bad.run).toBeUndefined();
  expect(JSON.stringify(bad)).toMatch(/line 1|1:/);
});

test("an unknown job is PipelineNotFoundError and names it", async () => {
  const answer = await launch("no_such_job", {});
  expect(answer).toMatchObject({ __typename: "PipelineNotFoundError", message: expect.stringContaining("no_such_job") });
});

test("a run config of 5 MB goes all the way", async () => {
  const text = "y".repeat(5 * 1024 * 1024);
  const id = idOf(await launch("speaking", { ops: { speak: { config: { text } } } }));
  const ended = await stack.untilEnd(id);
  expect(ended.status).toBe("SUCCESS");
  expect(JSON.stringify(ended.runConfig).length).toBeGreaterThan(5 * 1024 * 1024);
});

test("a log line of 1 MB is kept whole", async () => {
  const id = idOf(await launch("speaking", { ops: { speak: { config: { text: "", megabytes: 1 } } } }));
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  expect((await lineOf(id))?.length).toBe(1024 * 1024);
});

test("an op that throws something that is no error fails with what it threw", async () => {
  const id = idOf(await launch("throwing", {}));
  expect((await stack.untilEnd(id)).status).toBe("FAILURE");
  const failure = (await stack.log(id)).find(({ type }) => type === "STEP_FAILURE");
  expect(JSON.stringify(failure)).toContain('{\\"code\\":7}');
});

test("a value of the wrong type fails the step, naming op, output, expected and actual", async () => {
  const id = idOf(await launch("mismatched", {}));
  expect((await stack.untilEnd(id)).status).toBe("FAILURE");
  const failure = JSON.stringify((await stack.log(id)).find(({ type }) => type === "STEP_FAILURE"));
  for (const part of ["mismatch", "result", "number", "string"]) expect(failure).toContain(part);
});

const hostile = "zero \u0000, lone \ud800 and \udc00, emoji 🛠️, combining é, right-to-left \u202e";

test("U+0000, lone surrogates and every other character come back as they went in", async () => {
  const answer = await stack.query<LaunchAnswer>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } ... on Error { message } } }`,
    {
      params: {
        ...launchOptionsFor("speaking", { ops: { speak: { config: { text: hostile } } } }).params,
        executionMetadata: { tags: [{ key: "note", value: hostile }] },
      },
    },
  );
  const run = await stack.untilEnd(idOf(answer.launchRun));
  expect(run.status).toBe("SUCCESS");
  expect(run.tags["note"]).toBe(hostile);
  expect(run.runConfig).toMatchObject({ ops: { speak: { config: { text: hostile } } } });
  expect(await lineOf(run.id)).toBe(hostile);
  const output = (await stack.log(run.id)).find(({ type }) => type === "STEP_OUTPUT");
  expect(JSON.stringify(output)).toContain(JSON.stringify(hostile).slice(1, -1));

  const failed = await launch("failing", { ops: { fail: { config: { text: hostile } } } });
  await stack.untilEnd(idOf(failed));
  const failure = (await stack.log(idOf(failed))).find(({ type }) => type === "STEP_FAILURE");
  expect(JSON.stringify(failure)).toContain(JSON.stringify(hostile).slice(1, -1));
});

test("an op that holds the main thread shows its logs live and can be terminated", async () => {
  const id = idOf(await launch("blocking", { ops: { block: { config: { seconds: 100 } } } }));
  await stack.untilEntry(id, "lines while it blocks", ({ type }) => type === "LOG_LINE");
  expect((await stack.storage.runs.get(id)).status).toBe("STARTED");
  await stack.query("mutation ($id: String!) { terminateRun(runId: $id) { __typename } }", { id });
  expect((await stack.untilEnd(id)).status).toBe("CANCELED");
});

test("stdout and stderr of an op and of its children are kept", async () => {
  const id = idOf(await launch("printing", {}));
  await stack.untilEnd(id);
  const captured = (await stack.log(id)).find(
    ({ type, ...entry }) => type === "LOGS_CAPTURED" && JSON.stringify(entry).includes('"print"'),
  );
  if (captured?.type !== "LOGS_CAPTURED") throw new Error("no logs were captured for the step");
  const { capturedLogs } = await stack.query<{ capturedLogs: { stdout: string; stderr: string } }>(
    "query ($logKey: [String!]!) { capturedLogs(logKey: $logKey) { stdout stderr } }",
    { logKey: captured.logKey },
  );
  expect(capturedLogs).toEqual({ stdout: "to stdout\nfrom a child\n", stderr: "to stderr\n" });
});
