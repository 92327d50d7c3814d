import { holderId } from "@dagwright/model";
import { expect, test } from "vitest";

import { launch } from "../../testing/run-history.ts";
import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const statusOf = async (served: ServedNumbers, runId: string) => {
  const { data } = await served.graphql(
    `query($runId: ID!) {
      runOrError(runId: $runId) { ... on Run { status tags { key value } queueStatus { priority ahead enqueuedTime reasons { kind message runIds } } } }
    }`,
    { runId },
  );
  return data.runOrError;
};
const setPriority = async (served: ServedNumbers, runId: string, priority: number) => {
  const { data } = await served.graphql(
    `mutation($runId: String!, $priority: Int!) {
      setRunPriority(runId: $runId, priority: $priority) {
        __typename ... on SetRunPrioritySuccess { run { runId } } ... on RunNotQueuedError { runId message } ... on RunNotFoundError { runId }
      }
    }`,
    { runId, priority },
  );
  return data.setRunPriority;
};
const start = (served: ServedNumbers, runId: string) =>
  served.storage.runs.dequeue(
    { holder: holderId("d"), claimMs: 60_000 },
    {
      limitedTags: [],
      replace: () => ({ cancel: [], terminate: [] }),
      look: () => ({ perLine: 10, heldBack: [] }),
      plan: (_survey, lines) => ({
        start: lines.flatMap(({ runs }) => runs.map(({ id }) => id)).filter((id) => id === runId),
        holdBack: [],
      }),
    },
  );

test("a run that waits tells its place and why, and one that does not tells nothing", async () => {
  await using served = await serveNumbers({ coordinator: "QueuedRunCoordinator" });
  const [first, second] = [await launch(served), await launch(served)];
  expect((await statusOf(served, second)).queueStatus).toEqual({
    priority: 0,
    ahead: 1,
    enqueuedTime: expect.any(Number),
    reasons: [{ kind: "TURN", message: "Nothing holds it back. 1 run is before it.", runIds: [] }],
  });
  await start(served, first);
  expect(await statusOf(served, first)).toMatchObject({ status: "STARTING", queueStatus: null });
});

test("a queued run is given another priority; one that has left the queue is told as such", async () => {
  await using served = await serveNumbers({ coordinator: "QueuedRunCoordinator" });
  const [first, second] = [await launch(served), await launch(served)];
  expect(await setPriority(served, second, 3)).toEqual({ __typename: "SetRunPrioritySuccess", run: { runId: second } });
  const { tags, queueStatus } = await statusOf(served, second);
  expect(tags).toContainEqual({ key: "dagster/priority", value: "3" });
  expect(queueStatus).toMatchObject({ priority: 3, ahead: 0 });
  expect((await statusOf(served, first)).queueStatus.ahead).toBe(1);

  await start(served, second);
  expect(await setPriority(served, second, 1)).toEqual({
    __typename: "RunNotQueuedError",
    runId: second,
    message: `Run ${second} is STARTING; only a run that is QUEUED can be given another priority`,
  });
  expect(await setPriority(served, "nonsense", 1)).toEqual({ __typename: "RunNotFoundError", runId: "nonsense" });
});
