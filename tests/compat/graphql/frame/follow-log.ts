import { follow, type Subprotocol } from "./follow.ts";

/** What a server tells of a run's log, until all that is past is told. */
export async function followLog(url: string, runId: string, subprotocol: Subprotocol = "graphql-ws"): Promise<readonly Told[]> {
  using following = await follow<Answer>(url, subprotocol, subscription, { runId });
  const told: Told[] = [];
  for await (const answer of following) {
    if (answer.__typename === "PipelineRunLogsSubscriptionFailure") return [answer];
    told.push(...(answer.messages ?? []));
    if (answer.hasMorePastEvents === false) return told;
  }
  throw new Error(`${url} ended the log of run ${runId} before all of it was told`);
}

export interface Told {
  readonly __typename: string;
  readonly stepKey?: string | null;
}

type Answer = Told & { readonly messages?: readonly Told[]; readonly hasMorePastEvents?: boolean };

const subscription = `subscription ($runId: ID!) {
  pipelineRunLogs(runId: $runId) {
    __typename
    ... on PipelineRunLogsSubscriptionSuccess { hasMorePastEvents cursor messages { __typename ... on MessageEvent { stepKey } } }
    ... on PipelineRunLogsSubscriptionFailure { missingRunId }
  }
}`;
