import type { RunStatusEvent } from "./events/run-events.ts";
import type { StepFailureEvent } from "./events/step-events.ts";
import type { EvaluationAnswer } from "./run-request.ts";
import type { Run } from "./run.ts";
import type { SerializedError } from "./serialized-error.ts";

/** A run that has come to the status which a run status sensor watches. */
export interface RunStatusChange {
  /** As it is now, which may be a later status already. */
  readonly run: Run;
  readonly event: RunStatusEvent;
  /** The steps that failed, when the run did. */
  readonly stepFailures: readonly StepFailureEvent[];
}

/** What a run status sensor made of one change. */
export interface RunReaction extends EvaluationAnswer {
  /** What its function threw; nothing of its answer counts then. */
  readonly error: SerializedError | null;
}
