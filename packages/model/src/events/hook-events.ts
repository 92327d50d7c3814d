import type { SerializedError } from "../serialized-error.ts";
import type { EventBase } from "./event-base.ts";

export interface HookCompletedEvent extends EventBase {
  readonly type: "HOOK_COMPLETED";
  readonly hookName: string;
}
export interface HookErroredEvent extends EventBase {
  readonly type: "HOOK_ERRORED";
  readonly hookName: string;
  readonly error: SerializedError;
}
export interface HookSkippedEvent extends EventBase {
  readonly type: "HOOK_SKIPPED";
  readonly hookName: string;
}

export type HookEvent = HookCompletedEvent | HookErroredEvent | HookSkippedEvent;
