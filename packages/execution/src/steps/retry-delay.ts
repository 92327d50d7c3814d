import type { RetryPolicySnapshot } from "@dagwright/model";

/**
 * How long to wait before a retry, in seconds.
 *
 * @param retryNumber - 1 before the first retry
 * @param random - from 0 up to 1
 */
export function retryDelaySeconds(policy: RetryPolicySnapshot, retryNumber: number, random: number): number {
  const base = policy.delaySeconds ?? 0;
  const growth = policy.backoff === "EXPONENTIAL" ? 2 ** retryNumber - 1 : policy.backoff === "LINEAR" ? retryNumber : 1;
  const delay = base * growth;
  switch (policy.jitter) {
    case "FULL":
      return delay * random;
    case "PLUS_MINUS":
      return delay + base * (2 * random - 1);
    case null:
      return delay;
  }
}
