/** What a server tells of a run's log by the older of the two WebSocket protocols, until all that is past is told. */
export async function followLog(url: string, runId: string): Promise<readonly Told[]> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-ws");
  const { promise, resolve, reject } = Promise.withResolvers<readonly Told[]>();
  const told: Told[] = [];
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.addEventListener("open", () => send({ type: "connection_init", payload: {} }));
  socket.addEventListener("error", () => reject(new Error(`${url} closed the WebSocket`)));
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.type === "connection_ack")
      send({ id: "1", type: "start", payload: { query: subscription, variables: { runId } } });
    if (message.type === "error") reject(new Error(JSON.stringify(message)));
    if (message.type !== "data") return;
    const answer = message.payload.data.pipelineRunLogs;
    if (answer.__typename === "PipelineRunLogsSubscriptionFailure") resolve([answer]);
    told.push(...(answer.messages ?? []));
    if (answer.hasMorePastEvents === false) resolve(told);
  });
  try {
    return await promise;
  } finally {
    socket.close();
  }
}

export interface Told {
  readonly __typename: string;
  readonly stepKey?: string | null;
}

interface Message {
  readonly type: string;
  readonly payload: {
    readonly data: {
      readonly pipelineRunLogs: Told & { readonly messages?: readonly Told[]; readonly hasMorePastEvents?: boolean };
    };
  };
}

const subscription = `subscription ($runId: ID!) {
  pipelineRunLogs(runId: $runId) {
    __typename
    ... on PipelineRunLogsSubscriptionSuccess { hasMorePastEvents cursor messages { __typename ... on MessageEvent { stepKey } } }
    ... on PipelineRunLogsSubscriptionFailure { missingRunId }
  }
}`;
