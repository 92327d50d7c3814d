import type { RunLogEntry, StepFailureEvent, StepKey } from "@dagwright/model";
import { serializeError } from "@dagwright/model";

/** Which steps of a run have started and not ended, from its entries; so that a sudden end of the process can say so for each. */
export class UnfinishedSteps {
  readonly #keys = new Set<StepKey>();

  observe(entry: RunLogEntry): void {
    if (entry.stepKey === null) return;
    switch (entry.type) {
      case "STEP_START":
      case "STEP_RESTARTED":
        this.#keys.add(entry.stepKey);
        break;
      case "STEP_SUCCESS":
      case "STEP_FAILURE":
      case "STEP_SKIPPED":
      case "STEP_UP_FOR_RETRY":
        this.#keys.delete(entry.stepKey);
        break;
      default:
    }
  }

  /** A failure for each, for the end of the run's log. */
  failures(error: Error, errorSource: StepFailureEvent["errorSource"]): readonly StepFailureEvent[] {
    return [...this.#keys].map((stepKey) => ({
      type: "STEP_FAILURE",
      atMs: Date.now(),
      message: `Execution of step "${stepKey}" failed: ${error.message}.`,
      stepKey,
      error: { ...serializeError(error), stack: [] },
      errorSource,
      failureMetadata: {},
    }));
  }
}
