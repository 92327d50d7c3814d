import { isRunId, type Run, type RunId, runId } from "@dagwright/model";
import { RunNotFoundError } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toRun } from "./to-run.ts";

/** A run as a field of something that names it; the instance may have deleted it meanwhile, or never had one. */
export const toRunOrError =
  (id: RunId | null) =>
  async (_: object, { loaders }: GraphContext): Promise<gql.RunOrError> => {
    const run = id === null ? null : await loaders.maybeRun.load(id);
    if (run !== null) return toRun(run);
    return { __typename: "RunNotFoundError", runId: id ?? "", message: "The event belongs to no run of this instance" };
  };

/**
 * The run that a client named.
 *
 * @throws RunNotFoundError, also for a text that cannot be a run's id
 */
export async function requireRun(text: string, { loaders }: Pick<GraphContext, "loaders">): Promise<Run> {
  return loaders.run.load(requireRunId(text));
}

/** @throws RunNotFoundError when the text cannot be a run's id */
export function requireRunId(text: string): RunId {
  const id = runId(text);
  if (!isRunId(id)) throw new RunNotFoundError(text as RunId);
  return id;
}
