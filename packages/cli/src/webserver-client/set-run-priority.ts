import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** @throws RefusedError when there is no such run, or it is not in the queue */
export async function setRunPriority(client: WebserverClient, runId: string, priority: number): Promise<void> {
  const { setRunPriority: answer } = await client.query<{
    setRunPriority: { readonly __typename: string; readonly message?: string };
  }>(mutation, { runId, priority });
  if (answer.__typename !== "SetRunPrioritySuccess")
    throw new RefusedError(answer.message ?? `Run ${runId} was not given another priority: ${answer.__typename}`);
}

const mutation = `
  mutation ($runId: String!, $priority: Int!) {
    setRunPriority(runId: $runId, priority: $priority) { __typename ... on Error { message } }
  }`;
