import type { RunFailureReason, SerializedError, StepKey } from "@dagwright/model";

/** How a run ended. The caller writes it as the run's last event; `message` is the one for that event. */
export type RunOutcome =
  | { readonly status: "SUCCESS"; readonly message: string }
  | {
      readonly status: "FAILURE";
      readonly message: string;
      readonly reason: RunFailureReason;
      /** The first step that failed, when one did. */
      readonly firstFailedStepKey: StepKey | null;
      readonly failedStepKeys: readonly StepKey[];
      /** Null when steps failed: their own events say why. */
      readonly error: SerializedError | null;
    }
  | { readonly status: "CANCELED"; readonly message: string };
