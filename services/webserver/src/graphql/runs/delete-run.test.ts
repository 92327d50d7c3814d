import { expect, test } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

const deletion = (runId: string, field = "deleteRun"): string => `mutation {
  ${field}(runId: "${runId}") { __typename ... on DeletePipelineRunSuccess { runId } ... on Error { message } }
}`;

test("a run that has ended is deleted, and one that is being executed is refused", async () => {
  await using served = await serveNumbers();
  const ended = await launch(served);
  await work(served, served.workspace.launched[0]!, everyEntry);
  const active = await launch(served);
  await served.graphql(
    `mutation { terminateRun(runId: "${ended}", terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) { __typename } }`,
  );

  expect((await served.graphql(deletion(ended))).data).toEqual({
    deleteRun: { __typename: "DeletePipelineRunSuccess", runId: ended },
  });
  expect((await served.graphql(`{ runOrError(runId: "${ended}") { __typename } }`)).data).toEqual({
    runOrError: { __typename: "RunNotFoundError" },
  });
  expect((await served.graphql(deletion(ended, "deletePipelineRun"))).data).toMatchObject({
    deletePipelineRun: { __typename: "RunNotFoundError" },
  });
  expect((await served.graphql(deletion(active))).data).toMatchObject({
    deleteRun: { __typename: "PythonError", message: expect.stringContaining("cannot be deleted; terminate it first") as string },
  });
  expect((await served.graphql(`{ runOrError(runId: "${active}") { ... on Run { hasDeletePermission } } }`)).data).toEqual({
    runOrError: { hasDeletePermission: true },
  });
});
