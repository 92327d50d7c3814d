import { type RunId } from "@dagwright/model";
import type { Stack } from "@dagwright/tests/stack";

/** One run as its client saw it. Times in milliseconds since the client sent the mutation. */
export interface ObservedRun {
  readonly id: RunId;
  /** When the first step began, by its event. The clock is this machine's in both cases. */
  readonly firstStepMs: number;
  /** From the first step's beginning to the end of the last one, by their events. */
  readonly stepsMs: number;
  /** When the client was told over its WebSocket that the run had succeeded. */
  readonly successMs: number;
}

/** Launches a job as a browser does: a mutation, then a subscription to the run's log until its end. */
export async function observeRun(stack: Stack, job: string): Promise<ObservedRun> {
  const sentAt = Date.now();
  const id = await stack.launch(job);
  const endedAt = await untilSuccessIsTold(stack.url(), id);
  const log = await stack.log(id);
  const first = log.find(({ type }) => type === "STEP_START");
  const last = log.findLast(({ type }) => type === "STEP_SUCCESS");
  if (first === undefined || last === undefined) throw new Error(`Run ${id} of ${job} executed no step`);
  return { id, firstStepMs: first.atMs - sentAt, stepsMs: last.atMs - first.atMs, successMs: endedAt - sentAt };
}

interface LogMessage {
  readonly type: string;
  readonly payload?: {
    readonly data?: {
      readonly pipelineRunLogs: { readonly messages?: readonly { readonly __typename: string; readonly message: string }[] };
    };
  };
}

const subscription = `subscription ($runId: ID!) {
  pipelineRunLogs(runId: $runId) {
    ... on PipelineRunLogsSubscriptionSuccess {
      messages { __typename ... on RunSuccessEvent { message } ... on RunFailureEvent { message } ... on RunCanceledEvent { message } }
    }
  }
}`;

/** @returns the time at which the answer came */
function untilSuccessIsTold(url: string, id: RunId): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
  const say = (message: object): void => socket.send(JSON.stringify(message));
  const patience = setTimeout(() => reject(new Error(`Run ${id} did not end within five minutes`)), 300_000);
  socket.addEventListener("open", () => say({ type: "connection_init" }));
  socket.addEventListener("error", () => reject(new Error(`The subscription to run ${id} broke`)));
  socket.addEventListener("message", ({ data }: { readonly data: string }) => {
    const { type, payload } = JSON.parse(data) as LogMessage;
    if (type === "connection_ack")
      say({ id: "1", type: "subscribe", payload: { query: subscription, variables: { runId: id } } });
    else if (type === "ping") say({ type: "pong" });
    else if (type === "error") reject(new Error(`The subscription to run ${id} was refused: ${data}`));
    for (const { __typename, message } of payload?.data?.pipelineRunLogs.messages ?? []) {
      if (__typename === "RunSuccessEvent") resolve(Date.now());
      else if (__typename === "RunFailureEvent" || __typename === "RunCanceledEvent") reject(new Error(`Run ${id}: ${message}`));
    }
  });
  return promise.finally(() => {
    clearTimeout(patience);
    socket.close();
  });
}
