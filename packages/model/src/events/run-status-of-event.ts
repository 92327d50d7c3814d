import type { RunStatus } from "../run-status.ts";
import type { RunStatusEvent } from "./run-events.ts";

/** The status a run has once the event is written. */
export const runStatusOfEvent = {
  RUN_ENQUEUED: "QUEUED",
  RUN_STARTING: "STARTING",
  RUN_START: "STARTED",
  RUN_SUCCESS: "SUCCESS",
  RUN_FAILURE: "FAILURE",
  RUN_CANCELING: "CANCELING",
  RUN_CANCELED: "CANCELED",
} as const satisfies Record<RunStatusEvent["type"], RunStatus>;

export const isRunStatusEvent = (event: { readonly type: string }): event is RunStatusEvent =>
  Object.hasOwn(runStatusOfEvent, event.type);
