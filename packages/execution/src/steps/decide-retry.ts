import type { PlannedStep } from "@dagwright/model";
import { retryDelaySeconds } from "./retry-delay.ts";
import type { StepOutcome } from "./step-outcome.ts";

/** Whether a failed try is followed by another one, and after how many seconds; null when the step has failed for good. */
export function decideRetry(
  { retryPolicy }: Pick<PlannedStep, "retryPolicy">,
  retryNumber: number,
  { errorSource, allowRetries, requested }: Extract<StepOutcome, { readonly kind: "failure" }>,
  random: () => number,
): number | null {
  // What the op asks for goes before its policy.
  if (requested !== undefined) return retryNumber < requested.maxRetries ? Math.max(requested.secondsToWait, 0) : null;
  if (allowRetries === false || errorSource === "INTERRUPT") return null;
  if (retryPolicy === null || retryNumber >= retryPolicy.maxRetries) return null;
  return Math.max(retryDelaySeconds(retryPolicy, retryNumber + 1, random()), 0);
}
