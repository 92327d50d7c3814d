import { definitions, job, op } from "@dagwright/definitions";
import { holderId, systemTags } from "@dagwright/model";
import { expect, test } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { selector, serveNumbers } from "../../testing/served-numbers.ts";

const mutation = `mutation($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId status tags { key value } parentRunId rootRunId stepKeysToExecute runConfigYaml solidSelection assetSelection { path } } }
    ... on LaunchPipelineRunSuccess { run { jobName } }
    ... on RunConfigValidationInvalid {
      pipelineName
      errors { __typename message path reason
        ... on FieldNotDefinedConfigError { fieldName }
        ... on MissingFieldConfigError { field { name configTypeKey } }
        ... on RuntimeMismatchConfigError { valueRep }
        stack { entries { __typename ... on EvaluationStackPathEntry { fieldName } ... on EvaluationStackListItemEntry { listIndex } } } }
    }
    ... on Error { message }
    ... on InvalidStepError { invalidStepKey }
    ... on PipelineNotFoundError { pipelineName repositoryName repositoryLocationName }
  }
}`;
const ops = (urls: unknown, more: object = {}) => ({ ops: { fetch_urls: { config: { urls, ...more } } } });

test("a launched run is written, claimed and handed to its location once", async () => {
  await using served = await serveNumbers();
  const parent = await launch(served);
  const { data } = await served.graphql(mutation, {
    params: {
      selector: selector("process_numbers"),
      mode: "default",
      executionMetadata: { tags: [{ key: "team", value: "ours" }], parentRunId: parent, rootRunId: parent },
      stepKeys: ["filter_even_numbers", "generate_numbers"],
    },
  });
  const { run } = data.launchRun;
  expect(run).toMatchObject({ jobName: "process_numbers", status: "STARTING", parentRunId: parent, rootRunId: parent });
  expect(run.stepKeysToExecute).toEqual(["generate_numbers", "filter_even_numbers"]);
  expect(Object.fromEntries(run.tags.map(({ key, value }: { key: string; value: string }) => [key, value]))).toEqual({
    domain: "numbers",
    team: "ours",
    [systemTags.codeLocation]: "numbers",
    [systemTags.parentRunId]: parent,
    [systemTags.rootRunId]: parent,
  });
  expect(served.workspace.launched.map(({ run: { id } }) => id)).toEqual([parent, run.runId]);
});

test("op queries and assets choose a part of the job", async () => {
  await using served = await serveNumbers();
  const chosen = async (given: object, runConfigData: object = {}) => {
    const { data } = await served.graphql(mutation, { params: { selector: given, runConfigData } });
    return data.launchRun;
  };
  const queries = { ...selector("process_numbers"), solidSelection: ["*sum_even_numbers", "sum_odd_numbers+"] };
  // Nothing selected makes the odd numbers.
  expect(await chosen(queries)).toMatchObject({
    errors: [
      { message: "ops.sum_odd_numbers.inputs.numbers: is missing; it needs a value, since the op that makes it is not selected" },
    ],
  });
  const { run } = await chosen(queries, { ops: { sum_odd_numbers: { inputs: { numbers: [1, 3] } } } });
  expect(run.stepKeysToExecute).toEqual([
    "generate_numbers",
    "filter_even_numbers",
    "sum_even_numbers",
    "sum_odd_numbers",
    "sum_two_sums",
  ]);
  expect(run.solidSelection).toEqual(["*sum_even_numbers", "sum_odd_numbers+"]);
  const assets = await chosen({ ...selector("__ASSET_JOB"), assetSelection: [{ path: ["filtered_even_numbers"] }] });
  expect(assets.run.assetSelection).toEqual([{ path: ["filtered_even_numbers"] }]);
  const planned = await served.storage.events.readTypes([assets.run.runId], ["ASSET_MATERIALIZATION_PLANNED"]);
  expect(planned.map((entry) => ("assetKey" in entry ? entry.assetKey : null))).toEqual([["filtered_even_numbers"]]);

  expect(await chosen({ ...selector("process_numbers"), solidSelection: ["nothing"] })).toMatchObject({
    __typename: "InvalidSubsetError",
  });
  expect(await chosen({ ...selector("__ASSET_JOB"), assetSelection: [{ path: ["no", "such"] }] })).toMatchObject({
    __typename: "InvalidSubsetError",
    message: expect.stringContaining("no/such"),
  });
});

test("run config is an object, or YAML or JSON text", async () => {
  await using served = await serveNumbers();
  for (const runConfigData of [ops(["a"]), JSON.stringify(ops(["a"])), `ops:\n  fetch_urls:\n    config: {urls: [a]}\n`]) {
    const { data } = await served.graphql(mutation, { params: { selector: selector("configured"), runConfigData } });
    expect(data.launchRun.run.runConfigYaml).toBe("ops:\n  fetch_urls:\n    config:\n      urls:\n        - a\n");
  }
  for (const [runConfigData, problem] of [
    ["a: b: c: [", "neither YAML nor JSON"],
    [[1], "not a list"],
  ] as const) {
    const { data } = await served.graphql(mutation, { params: { selector: selector("configured"), runConfigData } });
    expect(data.launchRun).toMatchObject({ __typename: "PythonError", message: expect.stringContaining(problem) });
  }
  expect(served.workspace.launched.length).toBe(3);
});

test("all problems of a run config are told at once, each with its path, and no run is made", async () => {
  await using served = await serveNumbers();
  const ask = async (runConfigData: unknown) => {
    const { data } = await served.graphql(mutation, { params: { selector: selector("configured"), runConfigData } });
    return data.launchRun;
  };
  const { __typename, pipelineName, errors } = await ask(ops(["ok", 5], { retries: "many", speed: 1 }));
  expect({ __typename, pipelineName }).toEqual({ __typename: "RunConfigValidationInvalid", pipelineName: "configured" });
  const at = ["ops", "fetch_urls", "config"];
  expect(errors).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        __typename: "RuntimeMismatchConfigError",
        reason: "RUNTIME_TYPE_MISMATCH",
        path: [...at, "urls", "1"],
        valueRep: "5",
      }),
      expect.objectContaining({ __typename: "RuntimeMismatchConfigError", path: [...at, "retries"], valueRep: '"many"' }),
      expect.objectContaining({
        __typename: "FieldNotDefinedConfigError",
        reason: "FIELD_NOT_DEFINED",
        fieldName: "speed",
        path: at,
      }),
    ]),
  );
  expect(errors.find(({ valueRep }: { valueRep: string }) => valueRep === "5").stack.entries.at(-1)).toEqual({
    __typename: "EvaluationStackListItemEntry",
    listIndex: 1,
  });
  const missing = await ask({});
  expect(missing.errors).toEqual([
    expect.objectContaining({
      __typename: "MissingFieldConfigError",
      field: { name: "urls", configTypeKey: "Array.StringSourceType" },
    }),
  ]);
  expect(await served.storage.runs.count({})).toBe(0);
});

test("what does not exist is named", async () => {
  await using served = await serveNumbers();
  const ask = async (params: object) => (await served.graphql(mutation, { params })).data.launchRun;
  expect(await ask({ selector: selector("no_such_job") })).toEqual({
    __typename: "PipelineNotFoundError",
    message: expect.stringMatching(
      /^Code location "numbers" has no job "no_such_job" in repository "__repository__"; its jobs are, in "__repository__": .*process_numbers/,
    ),
    pipelineName: "no_such_job",
    repositoryName: "__repository__",
    repositoryLocationName: "numbers",
  });
  expect(await ask({ selector: selector("process_numbers"), stepKeys: ["nope"] })).toMatchObject({
    __typename: "InvalidStepError",
    invalidStepKey: "nope",
  });
  expect(await ask({ selector: selector("process_numbers"), preset: "p" })).toMatchObject({ __typename: "PresetNotFoundError" });
  const { jobName: _, ...nameless } = selector("x");
  expect(await ask({ selector: nameless })).toMatchObject({ __typename: "ConflictingExecutionParamsError" });
});

test("a run for the queue waits there, and the answer warns while no daemon lives", async () => {
  await using served = await serveNumbers({ coordinator: "QueuedRunCoordinator" });
  const params = { selector: selector("process_numbers") };
  const first = await served.graphql(mutation, { params });
  expect(first.data.launchRun.run.status).toBe("QUEUED");
  expect(first.extensions.warnings).toEqual([expect.stringContaining("no daemon is alive")]);
  expect(served.workspace.launched).toEqual([]);

  await served.storage.daemons.beat(holderId("daemon:test"), [{ daemonType: "QUEUED_RUN_COORDINATOR", errors: [], lagMs: 0 }]);
  expect((await served.graphql(mutation, { params })).extensions).toBeUndefined();
});

test.each(["DefaultRunCoordinator", "QueuedRunCoordinator"] as const)(
  "a run that its job skips is canceled, and the answer says so: %s",
  async (coordinator) => {
    const nothing = op("nothing", () => undefined);
    const alone = job("alone", { whenRunning: "skip" }, () => void nothing());
    await using served = await serveNumbers({ coordinator, project: definitions({ jobs: [alone] }) });
    await served.storage.daemons.beat(holderId("daemon:test"), [{ daemonType: "QUEUED_RUN_COORDINATOR", errors: [], lagMs: 0 }]);
    const params = { selector: selector("alone") };
    const first = await served.graphql(mutation, { params });
    expect(first.extensions).toBeUndefined();
    const { data, extensions } = await served.graphql(mutation, { params });
    expect(data.launchRun).toMatchObject({ __typename: "LaunchRunSuccess", run: { status: "CANCELED" } });
    expect(extensions.warnings).toEqual([
      expect.stringMatching(/^Run [-0-9a-f]+ was not started and is canceled: another run of job "alone" is under way/),
    ]);
  },
);

test("a location that refuses the launch fails the run, and the answer says why", async () => {
  await using served = await serveNumbers();
  served.workspace.launchRun = () => Promise.reject(new Error("snapshot mismatch"));
  const { data } = await served.graphql(mutation, { params: { selector: selector("process_numbers") } });
  expect(data.launchRun).toMatchObject({ __typename: "PythonError", message: expect.stringContaining("snapshot mismatch") });
  const [run] = await served.storage.runs.list({}, { limit: 1 });
  expect(run?.status).toBe("FAILURE");
});

test("a location that has gone away between check and launch is tried again later", async () => {
  await using served = await serveNumbers();
  const handOver = served.workspace.launchRun;
  served.workspace.launchRun = (claim) => {
    served.workspace.isAway = true;
    return handOver(claim);
  };
  const { data, extensions } = await served.graphql(mutation, { params: { selector: selector("process_numbers") } });
  expect(data.launchRun.run.status).toBe("STARTING");
  expect(extensions.warnings).toEqual([expect.stringContaining("the launch is tried again")]);
});

test("a read-only server launches nothing", async () => {
  await using served = await serveNumbers({ readOnly: true });
  const { data } = await served.graphql(mutation, { params: { selector: selector("process_numbers") } });
  expect(data.launchRun).toMatchObject({ __typename: "UnauthorizedError" });
  const { data: told } = await served.graphql("{ permissions { permission value disabledReason } canBulkTerminate }");
  expect(told.permissions).toHaveLength(21);
  expect(told.permissions.some(({ value }: { value: boolean }) => value)).toBe(false);
  expect(told.canBulkTerminate).toBe(false);
});

const reexecution = `mutation($params: ReexecutionParams!) {
  launchRunReexecution(reexecutionParams: $params) {
    __typename ... on LaunchRunSuccess { run { parentRunId rootRunId stepKeysToExecute tags { key value } } } ... on Error { message }
  }
}`;

test("a failed run is executed again from where it failed, or whole", async () => {
  await using served = await serveNumbers();
  const parentRunId = await launch(served, "process_numbers", { executionMetadata: { tags: [{ key: "team", value: "ours" }] } });
  const early = await served.graphql(reexecution, { params: { parentRunId, strategy: "FROM_FAILURE" } });
  expect(early.data.launchRunReexecution).toMatchObject({ __typename: "ConflictingExecutionParamsError" });

  await work(served, served.workspace.launched[0]!, everyEntry);
  const failed = await served.graphql(reexecution, { params: { parentRunId, strategy: "FROM_FAILURE" } });
  const { run } = failed.data.launchRunReexecution;
  expect(run.parentRunId).toBe(parentRunId);
  expect(run.stepKeysToExecute).not.toContain("generate_numbers");
  expect(run.stepKeysToExecute).toContain("sum_odd_numbers");
  expect(run.tags).toContainEqual({ key: systemTags.isResumeRetry, value: "true" });
  expect(run.tags).toContainEqual({ key: "team", value: "ours" });

  const whole = await served.graphql(reexecution, { params: { parentRunId, strategy: "ALL_STEPS" } });
  expect(whole.data.launchRunReexecution.run.stepKeysToExecute).toHaveLength(6);
  const group = await served.graphql(
    `query($id: ID!) { runGroupOrError(runId: $id) { ... on RunGroup { rootRunId runs { runId } } } }`,
    { id: parentRunId },
  );
  expect(group.data.runGroupOrError).toMatchObject({ rootRunId: parentRunId, runs: { length: 3 } });
});
