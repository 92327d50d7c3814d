import type { SerializedError } from "../serialized-error.ts";
import type { EventBase } from "./event-base.ts";

/** The events that move a run's status. Each is written in the transaction that moves it. */
export interface RunEnqueuedEvent extends EventBase {
  readonly type: "RUN_ENQUEUED";
}
/** Left the queue. Moves no status itself: RUN_STARTING follows in the same transaction. */
export interface RunDequeuedEvent extends EventBase {
  readonly type: "RUN_DEQUEUED";
}
export interface RunStartingEvent extends EventBase {
  readonly type: "RUN_STARTING";
}
export interface RunStartEvent extends EventBase {
  readonly type: "RUN_START";
}
export interface RunSuccessEvent extends EventBase {
  readonly type: "RUN_SUCCESS";
}
export interface RunFailureEvent extends EventBase {
  readonly type: "RUN_FAILURE";
  readonly error: SerializedError | null;
  /** Why, in Dagster's words: `STEP_FAILURE`, `RUN_EXCEPTION`, `START_TIMEOUT`, `JOB_INITIALIZATION_FAILURE`, `UNKNOWN`. */
  readonly reason: RunFailureReason;
  /** The key of the first step that failed, when one did. */
  readonly firstFailedStepKey?: string;
}
export type RunFailureReason =
  | "STEP_FAILURE"
  | "RUN_EXCEPTION"
  | "START_TIMEOUT"
  | "JOB_INITIALIZATION_FAILURE"
  | "WORKER_LOST"
  | "UNKNOWN";
export interface RunCancelingEvent extends EventBase {
  readonly type: "RUN_CANCELING";
}
export interface RunCanceledEvent extends EventBase {
  readonly type: "RUN_CANCELED";
  readonly error: SerializedError | null;
}

export type RunStatusEvent =
  | RunEnqueuedEvent
  | RunStartingEvent
  | RunStartEvent
  | RunSuccessEvent
  | RunFailureEvent
  | RunCancelingEvent
  | RunCanceledEvent;
