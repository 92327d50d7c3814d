import { type RunId, runId } from "@dagwright/model";
import { RefusedError, RunConfigInvalidError } from "../errors.ts";
import type { QueryOptions, WebserverClient } from "./webserver-client.ts";

/** What of a run is executed again: all of it, or what failed and what came after. */
export type ReexecutionStrategy = "ALL_STEPS" | "FROM_FAILURE";

/**
 * Launches a run that executes another one again, with its config and tags.
 *
 * @throws RunConfigInvalidError when its config does not fit the job as it is now
 * @throws RefusedError when there is no such run or job any more, or nothing of it has failed
 */
export async function reexecuteRun(
  client: WebserverClient,
  parentRunId: RunId,
  strategy: ReexecutionStrategy,
  options: QueryOptions = {},
): Promise<{ readonly id: RunId; readonly job: string }> {
  const { launchRunReexecution: answer } = await client.query<Answer>(mutation, { params: { parentRunId, strategy } }, options);
  if (answer.run !== undefined) return { id: runId(answer.run.runId), job: answer.run.jobName };
  if (answer.errors !== undefined) throw new RunConfigInvalidError(`run ${parentRunId}`, answer.errors);
  throw new RefusedError(answer.message ?? `The run was not launched: ${answer.__typename}`);
}

const mutation = `
  mutation Reexecute($params: ReexecutionParams!) {
    launchRunReexecution(reexecutionParams: $params) {
      __typename
      ... on LaunchRunSuccess { run { runId jobName } }
      ... on RunConfigValidationInvalid { errors { message path } }
      ... on Error { message }
    }
  }`;

interface Answer {
  readonly launchRunReexecution: {
    readonly __typename: string;
    /** Of `LaunchRunSuccess`. */
    readonly run?: { readonly runId: string; readonly jobName: string };
    /** Of every `Error`. */
    readonly message?: string;
    /** Of `RunConfigValidationInvalid`. */
    readonly errors?: readonly { readonly message: string; readonly path: readonly string[] }[];
  };
}
