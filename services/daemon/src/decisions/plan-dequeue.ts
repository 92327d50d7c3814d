import type { RunQueueConfig } from "@dagwright/instance";
import type { CodeLocationName, RunId, Tags } from "@dagwright/model";

/** A queued run as far as the decision needs it. */
export interface QueuedRunFacts {
  readonly id: RunId;
  readonly tags: Tags;
  readonly location: CodeLocationName;
}

/** The part of the instance's `run_queue` that this decision reads. */
export type QueueLimits = Pick<RunQueueConfig, "maxConcurrentRuns" | "tagConcurrencyLimits">;

/**
 * Which queued runs may start now, in their order. Pure.
 *
 * A run that a tag limit holds back does not hold back those behind it; the overall limit holds back all.
 */
export function planDequeue(
  queued: readonly QueuedRunFacts[],
  running: { readonly count: number; readonly tags: readonly { readonly tags: Tags }[] },
  limits: QueueLimits,
): readonly RunId[] {
  const counts = new Map<string, number>();
  for (const { tags } of running.tags) count(counts, limits.tagConcurrencyLimits, tags);

  const chosen: RunId[] = [];
  for (const run of queued) {
    if (limits.maxConcurrentRuns !== null && running.count + chosen.length >= limits.maxConcurrentRuns) break;
    if (bucketsOf(limits.tagConcurrencyLimits, run.tags).some(({ name, limit }) => (counts.get(name) ?? 0) >= limit)) continue;
    count(counts, limits.tagConcurrencyLimits, run.tags);
    chosen.push(run.id);
  }
  return chosen;
}

/** The limits that a run falls under, each with the name under which it is counted. */
function bucketsOf(limits: QueueLimits["tagConcurrencyLimits"], tags: Tags): { name: string; limit: number }[] {
  return limits.flatMap(({ key, value, perUniqueValue, limit }, index) => {
    const actual = tags[key];
    if (actual === undefined) return [];
    if (perUniqueValue) return [{ name: `${index}:${actual}`, limit }];
    return value === null || value === actual ? [{ name: `${index}`, limit }] : [];
  });
}

function count(counts: Map<string, number>, limits: QueueLimits["tagConcurrencyLimits"], tags: Tags): void {
  for (const { name } of bucketsOf(limits, tags)) counts.set(name, (counts.get(name) ?? 0) + 1);
}
