import { expect, test } from "vitest";
import { startStack } from "../stack/stack.ts";

test("a run launched through GraphQL is queued, launched, executed and recorded", async () => {
  await using stack = await startStack();
  const id = await stack.launch("chain", { tags: { team: "data" } });
  const run = await stack.untilEnd(id);
  expect(run).toMatchObject({
    status: "SUCCESS",
    attempt: 1,
    jobName: "chain",
    tags: { team: "data", ".dagster/repository": "__repository__@project" },
  });

  const log = await stack.log(id);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(log.filter(({ stepKey }) => stepKey === null).map(({ type }) => type)).toEqual([
    "RUN_ENQUEUED",
    "RUN_DEQUEUED",
    "RUN_STARTING",
    "RUN_START",
    "ENGINE_EVENT",
    "RESOURCE_INIT_STARTED",
    "RESOURCE_INIT_SUCCESS",
    "LOGS_CAPTURED",
    "ENGINE_EVENT",
    "RUN_SUCCESS",
  ]);
  expect(log.filter(({ type }) => type === "STEP_SUCCESS").map(({ stepKey }) => stepKey)).toEqual([
    "one",
    "add_one",
    "add_one_2",
    "add_one_3",
    "add_one_4",
    "add_one_5",
  ]);
});

test("without a queue the webserver launches by itself, and no daemon is needed", async () => {
  await using stack = await startStack({
    daemons: 0,
    instanceFile: "run_coordinator:\n  module: dagster.core.run_coordinator\n  class: DefaultRunCoordinator\n",
  });
  const id = await stack.launch("chain_of_processes");
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
});

test("an asset job records materializations that outlive the question for the run", async () => {
  await using stack = await startStack();
  const { launchRun } = await stack.query<{ launchRun: { run: { runId: string } } }>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) { ... on LaunchRunSuccess { run { runId } } } }`,
    {
      params: {
        selector: {
          repositoryLocationName: "project",
          repositoryName: "__repository__",
          jobName: "__ASSET_JOB",
          assetSelection: [{ path: ["words"] }, { path: ["word_count"] }],
        },
        runConfigData: {},
      },
    },
  );
  await expect
    .poll(
      async () =>
        (
          await stack.query<RunAnswer>("query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }", {
            id: launchRun.run.runId,
          })
        ).runOrError.status,
      { timeout: 30_000 },
    )
    .toBe("SUCCESS");
  const { assetNodes } = await stack.query<{
    assetNodes: readonly { assetKey: { path: string[] }; assetMaterializations: readonly { runId: string }[] }[];
  }>("{ assetNodes { assetKey { path } assetMaterializations(limit: 5) { runId } } }");
  expect(
    assetNodes.map(({ assetKey, assetMaterializations }) => [
      assetKey.path.join("/"),
      assetMaterializations.map(({ runId }) => runId),
    ]),
  ).toEqual([
    ["word_count", [launchRun.run.runId]],
    ["words", [launchRun.run.runId]],
  ]);
});

interface RunAnswer {
  readonly runOrError: { readonly status?: string };
}
