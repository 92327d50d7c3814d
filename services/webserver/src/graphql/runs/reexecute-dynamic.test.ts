import { definitions, dynamicOut, dynamicOutput, job, op } from "@dagwright/definitions";
import { type RunLogEntry, stepKey } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";

import { launch, work } from "../../testing/run-history.ts";
import { selector, serveNumbers } from "../../testing/served-numbers.ts";

const number = z.number();
const parts = op("parts", { out: dynamicOut(number), config: z.object({ count: number }) }, (_, { op: { config } }) =>
  Array.from({ length: config.count }, (_, at) => dynamicOutput(at, { mappingKey: `p${at}` })),
);
const double = op("double", { ins: { n: number }, out: number }, ({ n }) => n * 2);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) => numbers.length);
const project = definitions({
  jobs: [
    job("mapped", { config: { ops: { parts: { config: { count: 3 } } } }, tags: { team: "growth" } }, () => {
      total({
        numbers: parts()
          .map((n) => double({ n }))
          .collect(),
      });
    }),
  ],
});

const typeCheck = { success: true, label: "result", description: null, metadata: {} };
const at = (key: string) => ({ atMs: 1, message: "", stepKey: stepKey(key) });
const start = (key: string): RunLogEntry => ({ ...at(key), type: "STEP_START" });
const made = (key: string, mappingKey: string | null = null): RunLogEntry => ({
  ...at(key),
  type: "STEP_OUTPUT",
  outputName: "result",
  mappingKey,
  typeCheck,
  metadata: {},
});
const success = (key: string): RunLogEntry => ({ ...at(key), type: "STEP_SUCCESS", durationMs: 1 });
const failure = (key: string): RunLogEntry => ({
  ...at(key),
  type: "STEP_FAILURE",
  error: null,
  errorSource: "USER_CODE_ERROR",
  failureMetadata: {},
});
const end: RunLogEntry = { type: "RUN_FAILURE", atMs: 2, message: "", stepKey: null, error: null, reason: "STEP_FAILURE" };

const reexecution = `mutation($params: ReexecutionParams, $spelledOut: ExecutionParams) {
  launchRunReexecution(reexecutionParams: $params, executionParams: $spelledOut) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}`;

test("a run is re-executed from the mapped step that failed, on what it and its parent have made", async () => {
  await using served = await serveNumbers({ project });
  const first = await launch(served, "mapped");
  await work(served, served.workspace.launched[0]!, [
    start("parts"),
    made("parts", "p0"),
    made("parts", "p1"),
    made("parts", "p2"),
    success("parts"),
    start("double[p0]"),
    made("double[p0]"),
    success("double[p0]"),
    start("double[p1]"),
    failure("double[p1]"),
    start("double[p2]"),
    failure("double[p2]"),
    { ...at("total"), type: "STEP_SKIPPED" },
    end,
  ]);
  const again = async (variables: object) => {
    const { data } = await served.graphql(reexecution, variables);
    if (data.launchRunReexecution.__typename !== "LaunchRunSuccess") return data.launchRunReexecution;
    const { plan } = (await served.storage.runs.beginWork({
      runId: data.launchRunReexecution.run.runId,
      attempt: served.workspace.launched.at(-1)!.run.attempt,
      fence: served.workspace.launched.at(-1)!.fence,
      worker: { launcher: "test" },
      leaseMs: 60_000,
      entries: [{ type: "RUN_START", atMs: 1, message: "", stepKey: null }],
    }))!;
    return { id: data.launchRunReexecution.run.runId, plan };
  };

  const second = await again({ params: { parentRunId: first, strategy: "FROM_FAILURE" } });
  expect(second.plan.steps.map(({ key }: { key: string }) => key)).toEqual(["double[p1]", "double[p2]", "total"]);
  const source = { kind: "step", output: "result" };
  expect(second.plan.steps[0].inputs[0].sources).toEqual([{ ...source, stepKey: "parts", mappingKey: "p1", runId: first }]);
  expect(second.plan.steps[2].inputs[0].sources).toEqual([
    { ...source, stepKey: "double[p0]", runId: first },
    { ...source, stepKey: "double[p1]" },
    { ...source, stepKey: "double[p2]" },
  ]);
  await served.storage.events.append({
    runId: second.id,
    attempt: 1,
    entries: [start("double[p1]"), made("double[p1]"), success("double[p1]"), start("double[p2]"), failure("double[p2]"), end],
  });

  const third = await again({ params: { parentRunId: second.id, strategy: "FROM_FAILURE" } });
  expect(third.plan.steps.map(({ key }: { key: string }) => key)).toEqual(["double[p2]", "total"]);
  expect(third.plan.steps[1].inputs[0].sources.map(({ runId }: { runId?: string }) => runId)).toEqual([
    first,
    second.id,
    undefined,
  ]);

  const spelledOut = (stepKeys: readonly string[]) => ({
    spelledOut: {
      selector: selector("mapped"),
      stepKeys,
      executionMetadata: { parentRunId: second.id, rootRunId: first },
    },
  });
  expect((await again(spelledOut(["double[p1]"]))).plan.steps.map(({ key }: { key: string }) => key)).toEqual(["double[p1]"]);
  expect(await again(spelledOut(["parts", "double[p1]"]))).toMatchObject({
    __typename: "PythonError",
    message: expect.stringContaining('"parts" runs again, and may then give other mapping keys'),
  });
  expect(await again(spelledOut(["double[p9]"]))).toMatchObject({
    __typename: "PythonError",
    message: expect.stringContaining("double[p9]"),
  });
});

test("a job's own run config is its preset, and what a launch without any gets", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(
    `query($selector: PipelineSelector!) { pipelineOrError(params: $selector) { ... on Pipeline { presets { name mode runConfigYaml solidSelection tags { key value } } } } }`,
    { selector: { pipelineName: "mapped", repositoryName: "__repository__", repositoryLocationName: "numbers" } },
  );
  const runConfigYaml = "ops:\n  parts:\n    config:\n      count: 3\n";
  const tags = [{ key: "team", value: "growth" }];
  expect(data.pipelineOrError.presets).toEqual([{ name: "default", mode: "default", runConfigYaml, solidSelection: null, tags }]);
  for (const params of [{}, { preset: "default" }]) {
    const run = await served.storage.runs.get(await launch(served, "mapped", params));
    expect(run.runConfig).toEqual({ ops: { parts: { config: { count: 3 } } } });
  }
  const given = { ops: { parts: { config: { count: 1 } } } };
  expect((await served.storage.runs.get(await launch(served, "mapped", { runConfigData: given }))).runConfig).toEqual(given);
});
