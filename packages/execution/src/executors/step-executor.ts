import type { PlannedStep } from "@dagwright/model";
import type { StepOutcome } from "../steps/step-outcome.ts";

/** Runs single steps somewhere: in this process, in others. The walk over the plan decides which and when. */
export interface StepExecutor extends AsyncDisposable {
  readonly maxConcurrent: number;
  /**
   * Runs one try of a step and emits its events, up to but without the one that says how it ended. Resolves whatever happens
   * to the step; when the run is terminated, within the grace period.
   *
   * @param retryNumber - 0 at first
   */
  execute(step: PlannedStep, retryNumber: number): Promise<StepOutcome>;
}
