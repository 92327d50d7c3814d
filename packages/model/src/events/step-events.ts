import type { Metadata } from "../metadata.ts";
import type { SerializedError } from "../serialized-error.ts";
import type { EventBase } from "./event-base.ts";

export interface StepStartEvent extends EventBase {
  readonly type: "STEP_START";
}
export interface StepSuccessEvent extends EventBase {
  readonly type: "STEP_SUCCESS";
  readonly durationMs: number;
}
export interface StepFailureEvent extends EventBase {
  readonly type: "STEP_FAILURE";
  readonly error: SerializedError | null;
  /** Who is to blame: the user's code, or the framework around it (a lost worker, an I/O manager). */
  readonly errorSource: "USER_CODE_ERROR" | "FRAMEWORK_ERROR" | "INTERRUPT" | "UNEXPECTED_ERROR";
  readonly failureMetadata: Metadata;
}
export interface StepSkippedEvent extends EventBase {
  readonly type: "STEP_SKIPPED";
}
export interface StepUpForRetryEvent extends EventBase {
  readonly type: "STEP_UP_FOR_RETRY";
  readonly error: SerializedError | null;
  readonly secondsToWait: number | null;
}
export interface StepRestartedEvent extends EventBase {
  readonly type: "STEP_RESTARTED";
}
export interface StepWorkerStartingEvent extends EventBase {
  readonly type: "STEP_WORKER_STARTING";
  readonly metadata: Metadata;
}
export interface StepWorkerStartedEvent extends EventBase {
  readonly type: "STEP_WORKER_STARTED";
  readonly metadata: Metadata;
}

/** The outcome of checking a value against its schema. */
export interface TypeCheck {
  readonly success: boolean;
  readonly label: string;
  readonly description: string | null;
  readonly metadata: Metadata;
}
export interface StepInputEvent extends EventBase {
  readonly type: "STEP_INPUT";
  readonly inputName: string;
  readonly typeCheck: TypeCheck;
}
export interface StepOutputEvent extends EventBase {
  readonly type: "STEP_OUTPUT";
  readonly outputName: string;
  readonly mappingKey: string | null;
  readonly typeCheck: TypeCheck;
  readonly metadata: Metadata;
}

export type StepEvent =
  | StepStartEvent
  | StepSuccessEvent
  | StepFailureEvent
  | StepSkippedEvent
  | StepUpForRetryEvent
  | StepRestartedEvent
  | StepWorkerStartingEvent
  | StepWorkerStartedEvent
  | StepInputEvent
  | StepOutputEvent;
