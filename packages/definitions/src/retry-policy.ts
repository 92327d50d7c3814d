import type { RetryPolicySnapshot } from "@dagwright/model";
import type { DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** How often and when a failed step is tried again. */
export interface RetryPolicy {
  /** Default 1. */
  readonly maxRetries?: number;
  /** Seconds before the first retry; default none. */
  readonly delaySeconds?: number;
  /**
   * How the delay grows with the number n of the retry: `LINEAR` to n times the delay, `EXPONENTIAL` to 2ⁿ-1 times. Default: not at all.
   */
  readonly backoff?: "LINEAR" | "EXPONENTIAL";
  /** `FULL`: any time up to the delay; `PLUS_MINUS`: up to `delaySeconds` more or less. Default: none. */
  readonly jitter?: "FULL" | "PLUS_MINUS";
}

const retryPolicyNames: OptionNames<RetryPolicy> = { maxRetries: true, delaySeconds: true, backoff: "text", jitter: "text" };

/** @throws InvalidOptionError for what cannot be a policy */
export function retryPolicySnapshot(owner: string, policy: RetryPolicy, site: DefinitionSite): RetryPolicySnapshot {
  checkOptions(`the retry policy of ${owner}`, policy, retryPolicyNames, site);
  const { maxRetries = 1, delaySeconds = null, backoff = null, jitter = null } = policy;
  const refuse = (problem: string): never => {
    throw new InvalidOptionError(owner, `its retry policy ${problem}`, site);
  };
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) refuse(`has maxRetries ${maxRetries}; give a whole number from 0`);
  if (delaySeconds !== null && !(Number.isFinite(delaySeconds) && delaySeconds >= 0))
    refuse(`has delaySeconds ${delaySeconds}; give seconds from 0`);
  if (backoff !== null && backoff !== "LINEAR" && backoff !== "EXPONENTIAL")
    refuse(`has backoff ${JSON.stringify(backoff)}; give "LINEAR" or "EXPONENTIAL"`);
  if (jitter !== null && jitter !== "FULL" && jitter !== "PLUS_MINUS")
    refuse(`has jitter ${JSON.stringify(jitter)}; give "FULL" or "PLUS_MINUS"`);
  if (delaySeconds === null && (backoff !== null || jitter !== null))
    refuse(`has ${backoff === null ? "jitter" : "backoff"} and no delaySeconds for it to change`);
  return Object.freeze({ maxRetries, delaySeconds, backoff, jitter });
}

/** Seconds of a time limit. */
export function checkTimeout(owner: string, option: string, seconds: number | undefined, site: DefinitionSite): void {
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0))
    throw new InvalidOptionError(owner, `its ${option} is ${seconds}; give seconds, more than 0`, site);
}
