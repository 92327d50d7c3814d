import { definitions, job, op, opOut, resource } from "@dagwright/definitions";
import { stepKey } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";

import { launch, work } from "../../testing/run-history.ts";
import { selector, serveNumbers } from "../../testing/served-numbers.ts";

/** As `InMemoryIOManager` says it of itself. */
const inMemory = { isProcessLocal: true };
const number = z.number();
const makeOp = op("make", { out: opOut(number, { ioManagerKey: "kept" }) }, () => 1);
const addOp = op("add", { ins: { n: number }, out: number }, ({ n }) => n + 1);
const showOp = op("show", { ins: { n: number } }, ({ n }) => n);
const chain = job("chain", () => void showOp({ n: addOp({ n: makeOp() }) }));

/** Asks for the plan of the whole job, and of re-executions of these steps. */
async function artifactsPersisted(kept: unknown, ...selections: readonly (readonly string[])[]) {
  await using served = await serveNumbers({ project: definitions({ jobs: [chain], resources: { kept } }) });
  const { jobName: pipelineName, ...place } = selector("chain");
  const whole = await served.graphql(
    `query($pipeline: PipelineSelector!) { executionPlanOrError(pipeline: $pipeline, mode: "default", runConfigData: {}) { ... on ExecutionPlan { artifactsPersisted } ... on Error { message } } }`,
    { pipeline: { pipelineName, ...place } },
  );
  const parentRunId = await launch(served, "chain");
  const atMs = Date.now();
  const steps = ["make", "add", "show"].map(
    (key) => ({ type: "STEP_SUCCESS", atMs, stepKey: stepKey(key), durationMs: 1, message: "done" }) as const,
  );
  await work(served, served.workspace.launched[0]!, [...steps, { type: "RUN_SUCCESS", atMs, stepKey: null, message: "done" }]);
  const answers: unknown[] = [whole.data.executionPlanOrError.artifactsPersisted];
  for (const stepKeys of selections) {
    const { data } = await served.graphql(
      `mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
        ... on LaunchRunSuccess { run { executionPlan { artifactsPersisted } } } ... on Error { message } } }`,
      {
        params: {
          selector: selector("chain"),
          mode: "default",
          stepKeys,
          executionMetadata: { parentRunId, rootRunId: parentRunId },
        },
      },
    );
    answers.push(data.launchRun.run.executionPlan.artifactsPersisted);
  }
  return answers;
}

const selections = [["add"], ["show"], ["add", "show"], ["make"]];

// As Dagster 1.13.27 answers for the same job with `mem_io_manager` and with `fs_io_manager`.
test("what a plan's first steps read is lost when an I/O manager in memory kept it", async () => {
  expect(await artifactsPersisted(inMemory, ...selections)).toEqual([true, false, true, false, true]);
});

test("what others keep, and what nobody can know before it is made, counts as there", async () => {
  const made = resource("kept", () => inMemory);
  expect(await artifactsPersisted(made, ...selections)).toEqual([true, true, true, true, true]);
});
