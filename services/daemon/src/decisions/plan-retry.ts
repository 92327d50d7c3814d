import type { RunRetriesConfig } from "@dagwright/instance";
import { type RunFailureReason, systemTags, type Tags } from "@dagwright/model";
import { type ReexecutionStrategy, reexecutionStrategies } from "@dagwright/workspace";

/** A failed run as far as the decision needs it. */
export interface FailedRun {
  readonly tags: Tags;
  readonly reason: RunFailureReason;
  /** How many runs go back to the same root, itself and that one included; those that people launched count, too. */
  readonly groupSize: number;
}

export type RetryPlan =
  | {
      readonly retries: true;
      readonly strategy: ReexecutionStrategy;
      readonly retryNumber: number;
      /** What was not understood about how to do it. */
      readonly warning: string | null;
    }
  /** With what to say of it; null when nothing asked for a retry. */
  | { readonly retries: false; readonly message: string | null };

/**
 * Whether a failed run is retried, and how. Pure; the rules are Dagster's: as often as its tag `dagster/max_retries` says, or else the instance;
 * after the failure of a step only where `retry_on_asset_or_op_failure`, of the run or of the instance, lets it.
 */
export function planRetry({ tags, reason, groupSize }: FailedRun, config: RunRetriesConfig): RetryPlan {
  if (!config.enabled) return { retries: false, message: null };
  const onStepFailure = booleanTag(tags[systemTags.retryOnAssetOrOpFailure]) ?? config.retryOnAssetOrOpFailure;
  if (reason === "STEP_FAILURE" && !onStepFailure) {
    return {
      retries: false,
      message: "Not retrying the run: an asset or op failed, and retry_on_asset_or_op_failure is false",
    };
  }
  const asked = tags[systemTags.maxRetries];
  const maxRetries = asked === undefined ? config.maxRetries : integerOf(asked);
  if (maxRetries === null)
    return { retries: false, message: `Not retrying the run: its tag ${systemTags.maxRetries} is no whole number: ${asked}` };
  if (groupSize > maxRetries) return { retries: false, message: null };
  const wanted = tags[systemTags.retryStrategy];
  const strategy = reexecutionStrategies.find((known) => known === wanted);
  const isUnknown = wanted !== undefined && strategy === undefined;
  return {
    retries: true,
    strategy: strategy ?? "FROM_FAILURE",
    retryNumber: groupSize,
    warning: isUnknown
      ? `The tag ${systemTags.retryStrategy} is ${wanted}, which is none of ${reexecutionStrategies.join(", ")}; FROM_FAILURE is taken`
      : null,
  };
}

/** As Dagster reads it: whatever is none of the words for no. */
const booleanTag = (text: string | undefined): boolean | null =>
  text === undefined ? null : !["false", "none", "0", ""].includes(text.toLowerCase());

const integerOf = (text: string): number | null => (/^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : null);
