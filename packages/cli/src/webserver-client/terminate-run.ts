import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/**
 * Asks for a run's end.
 *
 * @param immediately - mark it as canceled at once, whatever becomes of its worker
 * @returns its status after the request: CANCELING until its worker has stopped
 * @throws RefusedError when there is no such run, or it has ended
 */
export async function terminateRun(client: WebserverClient, runId: string, immediately: boolean): Promise<string> {
  const policy = immediately ? "MARK_AS_CANCELED_IMMEDIATELY" : "SAFE_TERMINATE";
  const { terminateRun: answer } = await client.query<{
    terminateRun: { readonly __typename: string; readonly message?: string; readonly run?: { readonly status: string } };
  }>(mutation, { runId, policy });
  if (answer.__typename === "TerminateRunSuccess" && answer.run !== undefined) return answer.run.status;
  throw new RefusedError(answer.message ?? `Run ${runId} was not terminated: ${answer.__typename}`);
}

const mutation = `
  mutation ($runId: String!, $policy: TerminateRunPolicy) {
    terminateRun(runId: $runId, terminatePolicy: $policy) {
      __typename
      ... on TerminateRunSuccess { run { status } }
      ... on TerminateRunFailure { message }
      ... on Error { message }
    }
  }`;
