import { expect, test } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

async function terminate(served: ServedNumbers, runId: string, terminatePolicy?: string) {
  const { data } = await served.graphql(
    `mutation($runId: String!, $terminatePolicy: TerminateRunPolicy) {
      terminateRun(runId: $runId, terminatePolicy: $terminatePolicy) {
        __typename
        ... on TerminateRunSuccess { run { status } }
        ... on TerminatePipelineExecutionFailure { run { status } message }
        ... on RunNotFoundError { runId }
      }
    }`,
    { runId, terminatePolicy },
  );
  return data.terminateRun;
}

test("a run that waits in the queue is canceled where it stands", async () => {
  await using served = await serveNumbers({ coordinator: "QueuedRunCoordinator" });
  const runId = await launch(served);
  expect(await terminate(served, runId)).toEqual({ __typename: "TerminateRunSuccess", run: { status: "CANCELED" } });
  expect(served.workspace.terminated).toEqual([]);
});

test("a run that runs becomes canceling and its worker is asked to stop; again, it is asked again", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, []);
  expect(await terminate(served, runId)).toEqual({ __typename: "TerminateRunSuccess", run: { status: "CANCELING" } });
  expect(await terminate(served, runId)).toEqual({ __typename: "TerminateRunSuccess", run: { status: "CANCELING" } });
  expect(served.workspace.terminated.map(({ id }) => id)).toEqual([runId, runId]);
});

test("a run whose worker is gone ends at once", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, []);
  served.workspace.hasWorkers = false;
  expect(await terminate(served, runId)).toEqual({ __typename: "TerminateRunSuccess", run: { status: "CANCELED" } });
});

test("a run is marked as canceled whatever its worker does", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, []);
  expect(await terminate(served, runId, "MARK_AS_CANCELED_IMMEDIATELY")).toEqual({
    __typename: "TerminateRunSuccess",
    run: { status: "CANCELED" },
  });
});

test("what has ended, and what never was, is told as such", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, everyEntry);
  expect(await terminate(served, runId)).toEqual({
    __typename: "TerminateRunFailure",
    run: { status: "FAILURE" },
    message: `Run ${runId} could not be terminated due to having status FAILURE.`,
  });
  expect(await terminate(served, "nonsense")).toEqual({ __typename: "RunNotFoundError", runId: "nonsense" });
  const absent = "0198c0de-0000-7000-8000-000000000000";
  const { data } = await served.graphql(
    `mutation($ids: [String!]!) { terminateRuns(runIds: $ids) { ... on TerminateRunsResult { terminateRunResults { __typename } } } }`,
    { ids: [runId, absent] },
  );
  expect(data.terminateRuns.terminateRunResults).toEqual([
    { __typename: "TerminateRunFailure" },
    { __typename: "RunNotFoundError" },
  ]);
});
