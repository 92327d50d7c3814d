import type { InstanceAnswer, InstanceRequest, RunLogEntry, SerializedError } from "@dagwright/model";
import type { RunData } from "../run/run-data.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import type { StepTask } from "../steps/step-task.ts";

/** What an executor tells a step worker over Node's IPC. Both are of one build, so there is no version to agree on. */
export type ToStepWorker =
  /** The first message. The worker has begun to load the user's code before it. */
  | { readonly type: "start"; readonly run: RunData; readonly storageDir: string; readonly markerToken: string }
  /** `sequence` is that of the marks in stdout and stderr; with `isLast` the worker ends by itself afterwards. */
  | { readonly type: "execute"; readonly task: StepTask; readonly sequence: number; readonly isLast: boolean }
  /** To an `ask` of the same id. */
  | { readonly type: "answer"; readonly id: number; readonly answer: InstanceAnswer }
  /** Aborts the signal of what runs. */
  | { readonly type: "abort" }
  /** Disposes the resources and exits. */
  | { readonly type: "end" };

export type FromStepWorker =
  | { readonly type: "events"; readonly entries: readonly RunLogEntry[] }
  /** A question to the instance, which must know the events that were sent before it. */
  | { readonly type: "ask"; readonly id: number; readonly request: InstanceRequest }
  /** Steps can be sent. */
  | { readonly type: "loaded" }
  | { readonly type: "failedToLoad"; readonly error: SerializedError }
  | {
      readonly type: "done";
      readonly entries: readonly RunLogEntry[];
      readonly outcome: StepOutcome;
      /** Processes that the step started live on: what they write belongs to it, so the worker must not take another step. */
      readonly hasChildren: boolean;
    };

/** The marks around a step's output; see compute-logs/markers.ts. */
export const beginMark = (sequence: number): number => sequence * 2;
export const endMark = (sequence: number): number => sequence * 2 + 1;
