import type { FreshnessPolicySnapshot, FreshnessState } from "@dagwright/model";
import { evaluateFreshness } from "./freshness.ts";

/** How fresh an asset is known to be, and since when. */
export interface KnownFreshness {
  readonly state: FreshnessState;
  readonly sinceMs: number;
}

/** A change of how fresh an asset is, at the moment at which it came about. */
export interface FreshnessTransition {
  readonly from: FreshnessState;
  readonly to: FreshnessState;
  readonly atMs: number;
}

/** What is to be told of an asset's freshness, and when to look again. */
export interface FreshnessChanges {
  /** Oldest first; empty: all that there is to tell has been told. */
  readonly transitions: readonly FreshnessTransition[];
  readonly now: KnownFreshness;
  /** Null: it stays so until the asset is made. */
  readonly nextChangeAtMs: number | null;
}

/**
 * What has happened to an asset's freshness since it was looked at: each state it went through since its newest materialization, also those that
 * came and went while nobody looked.
 *
 * @param known - what was told last; null: nothing, and then how fresh it is now is told, whatever that is
 * @param lastMadeAtMs - when the asset was made the last time; null: never
 */
export function freshnessChanges(
  policy: FreshnessPolicySnapshot | null,
  known: KnownFreshness | null,
  lastMadeAtMs: number | null,
  nowMs: number,
): FreshnessChanges {
  const { states, nextChangeAtMs } = freshnessSinceMade(policy, lastMadeAtMs, nowMs);
  const newest = states.at(-1)!;
  // What came about before the last word on it, e.g. by another policy or an older materialization that was told late, is news of this moment.
  const later = known === null ? [] : states.filter(({ sinceMs }) => sinceMs > known.sinceMs);
  const untold = known === null ? [newest] : later.length > 0 ? later : [{ ...newest, sinceMs: nowMs }];
  const transitions: FreshnessTransition[] = [];
  let before: KnownFreshness | null = known;
  for (const next of untold) {
    if (next.state === before?.state) continue;
    transitions.push({ from: before?.state ?? "UNKNOWN", to: next.state, atMs: next.sinceMs });
    before = next;
  }
  return { transitions, now: before ?? newest, nextChangeAtMs };
}

/** The states of an asset since it was made, each with its beginning; at least one. */
function freshnessSinceMade(
  policy: FreshnessPolicySnapshot | null,
  lastMadeAtMs: number | null,
  nowMs: number,
): { readonly states: readonly KnownFreshness[]; readonly nextChangeAtMs: number | null } {
  // Clocks of workers may be ahead of the database's.
  const states: KnownFreshness[] = [];
  let atMs = policy === null || lastMadeAtMs === null ? nowMs : Math.min(lastMadeAtMs, nowMs);
  for (;;) {
    const { state, nextChangeAtMs } = evaluateFreshness(policy, lastMadeAtMs, atMs);
    if (states.at(-1)?.state !== state) states.push({ state, sinceMs: atMs });
    if (nextChangeAtMs === null || nextChangeAtMs > nowMs) return { states, nextChangeAtMs };
    atMs = nextChangeAtMs;
  }
}
