import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireRunId } from "./run-or-error.ts";

/** A run that somebody executes is refused: it is to be terminated first, so that nobody works for nothing. */
const deleteRun = oneOf("DeletePipelineRunResult", async (_root, { runId }: { readonly runId: string }, { storage, signal }) => {
  const id = requireRunId(runId);
  await storage.runs.delete(id, { signal });
  return { __typename: "DeletePipelineRunSuccess", runId: id };
});

export const deletionMutations = { deleteRun, deletePipelineRun: deleteRun } satisfies Partial<gql.Mutation>;
