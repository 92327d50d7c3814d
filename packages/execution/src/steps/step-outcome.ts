import type { SerializedError, StepFailureEvent } from "@dagwright/model";

/** What became of one try of a step. Plain data: it travels over process borders. */
export type StepOutcome =
  | {
      readonly kind: "success";
      readonly durationMs: number;
      /** Names of the outputs that were made; an optional one may be absent. */
      readonly outputs: readonly string[];
    }
  | {
      readonly kind: "failure";
      readonly error: SerializedError;
      readonly errorSource: StepFailureEvent["errorSource"];
      /** False: no retry policy applies. */
      readonly allowRetries?: false;
    };
