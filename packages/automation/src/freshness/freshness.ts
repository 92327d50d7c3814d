import type { FreshnessPolicySnapshot, FreshnessState } from "@dagwright/model";
import { nextTimeMs, previousTimesMs } from "@dagwright/partitions";

/** How fresh an asset is, and when time alone changes that. */
export interface Freshness {
  readonly state: FreshnessState;
  /** Null: it stays so until the asset is made. */
  readonly nextChangeAtMs: number | null;
}

/**
 * How fresh an asset is by its policy.
 *
 * @param lastMadeAtMs - when it was made the last time; null: never, and then nobody can tell
 */
export function evaluateFreshness(policy: FreshnessPolicySnapshot | null, lastMadeAtMs: number | null, nowMs: number): Freshness {
  if (policy === null) return { state: "NOT_APPLICABLE", nextChangeAtMs: null };
  if (lastMadeAtMs === null) return { state: "UNKNOWN", nextChangeAtMs: null };
  switch (policy.kind) {
    case "timeWindow": {
      const failsAtMs = lastMadeAtMs + policy.failWindowSeconds * 1000;
      if (nowMs >= failsAtMs) return { state: "FAIL", nextChangeAtMs: null };
      const warnsAtMs = policy.warnWindowSeconds === null ? null : lastMadeAtMs + policy.warnWindowSeconds * 1000;
      if (warnsAtMs !== null && nowMs >= warnsAtMs) return { state: "WARN", nextChangeAtMs: failsAtMs };
      return { state: "PASS", nextChangeAtMs: warnsAtMs ?? failsAtMs };
    }
    case "cron": {
      const timing = { cron: [policy.deadlineCron], timeZone: policy.timeZone };
      // A deadline at this very moment is over.
      const [deadlineMs] = previousTimesMs(timing, nowMs + 1, 1);
      const isFresh = deadlineMs === undefined || lastMadeAtMs >= deadlineMs - policy.lowerBoundDeltaSeconds * 1000;
      // What missed a deadline stays so until it is made; what did not may miss the next one.
      return isFresh
        ? { state: "PASS", nextChangeAtMs: nextMissedMs(timing, lastMadeAtMs, policy.lowerBoundDeltaSeconds, nowMs) }
        : { state: "FAIL", nextChangeAtMs: null };
    }
  }
}

/** The first deadline to come for which the asset would have to be made again. */
function nextMissedMs(
  timing: { readonly cron: readonly string[]; readonly timeZone: string },
  lastMadeAtMs: number,
  lowerBoundDeltaSeconds: number,
  nowMs: number,
): number | null {
  return nextTimeMs(timing, Math.max(nowMs, lastMadeAtMs + lowerBoundDeltaSeconds * 1000));
}
