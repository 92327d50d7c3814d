import { freshnessChanges } from "@dagwright/automation";
import type { FreshnessClaim, FreshnessOutcome } from "@dagwright/storage";

/**
 * How soon an asset is looked at again whose policy is new: a run that began to write before the instance knew of the policy does not say that it
 * made the asset.
 */
const newPolicyAgainMs = 60_000;

/** What becomes of an asset whose freshness may have changed. */
export function planFreshness(claim: FreshnessClaim): FreshnessOutcome {
  const { policy, known, lastMadeAtMs, nowMs } = claim;
  const told = known === null ? null : { state: known.state, sinceMs: known.changedAtMs };
  const { transitions, now, nextChangeAtMs } = freshnessChanges(policy, told, lastMadeAtMs, nowMs);
  const isNew = policy !== null && (known === null || known.state === "NOT_APPLICABLE");
  const dueAtMs = isNew ? Math.min(nextChangeAtMs ?? Infinity, nowMs + newPolicyAgainMs) : nextChangeAtMs;
  return {
    claim,
    state: now.state,
    changedAtMs: now.sinceMs,
    // Of one that lost its policy before anything was told of it nobody needs to hear.
    transitions: known === null && policy === null ? [] : transitions,
    dueAtMs,
  };
}
