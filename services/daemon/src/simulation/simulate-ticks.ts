import { DueQueue } from "./due-queue.ts";
import { seededRandom } from "./seeded-random.ts";
import type { SimulatedWorld } from "./simulated-world.ts";
import type { SimulatedTick, TickSource } from "./tick-source.ts";

/** A span of time in which no daemon is there. */
export interface Outage {
  readonly fromMs: number;
  /** When a daemon is there again. */
  readonly toMs: number;
}

export interface SimulationOptions {
  readonly sources: readonly TickSource[];
  /** Where what the sources ask for runs. Default: nothing runs. */
  readonly world?: SimulatedWorld;
  readonly fromMs: number;
  /** Ticks from here on are left out. */
  readonly untilMs: number;
  /** Default: a daemon is there all the time. */
  readonly outages?: readonly Outage[];
  /** Default 1. */
  readonly seed?: number;
}

/**
 * Lets virtual time go by, without waiting, and tells the ticks as they happen, those of the same moment in the order of the sources. Runs end
 * before what is due at the moment of their end.
 */
export async function* simulateTicks({
  sources,
  world,
  fromMs,
  untilMs,
  outages = [],
  seed = 1,
}: SimulationOptions): AsyncGenerator<SimulatedTick> {
  const random = seededRandom(seed);
  const gaps = outages.toSorted((a, b) => a.fromMs - b.fromMs);
  /** When a daemon sees what is due at a moment. */
  const seenAt = (dueAtMs: number): number =>
    gaps.reduce((at, gap) => (gap.fromMs <= at && at < gap.toMs ? gap.toMs : at), dueAtMs);
  const queue = new DueQueue();
  /** When each source is due; entries of the queue that say otherwise have been overtaken. */
  const dueAt = sources.map((source) => source.firstAtMs(fromMs));
  const push = (index: number, dueAtMs: number, notBeforeMs: number): void =>
    queue.push({ seenAtMs: seenAt(Math.max(dueAtMs, notBeforeMs)), dueAtMs, index });
  for (const [index, dueAtMs] of dueAt.entries()) if (dueAtMs !== null) push(index, dueAtMs, dueAtMs);
  const hurried = [...sources.entries()].filter(([, { hurriedAtMs }]) => hurriedAtMs !== undefined);
  /** When a daemon looks at the queue again after it was away. */
  let lookAtMs = Infinity;
  let seenChanges = 0;

  const settle = (nowMs: number): void => {
    if (world === undefined) return;
    if (seenAt(nowMs) === nowMs) {
      world.startQueued(nowMs);
      lookAtMs = Infinity;
    } else lookAtMs = Math.min(lookAtMs, seenAt(nowMs));
    if (world.changes.length === seenChanges) return;
    seenChanges = world.changes.length;
    for (const [index, source] of hurried) {
      const at = source.hurriedAtMs!(nowMs);
      if (at === null || at >= (dueAt[index] ?? Infinity)) continue;
      dueAt[index] = at;
      push(index, at, nowMs);
    }
  };

  // What waits from before does not wait for the first tick.
  settle(fromMs);
  for (;;) {
    while (queue.first !== undefined && dueAt[queue.first.index] !== queue.first.dueAtMs) queue.pop();
    const tickAtMs = queue.first?.seenAtMs ?? Infinity;
    const worldAtMs = Math.min(world?.nextAtMs ?? Infinity, lookAtMs);
    if (Math.min(tickAtMs, worldAtMs) >= untilMs) return;
    if (worldAtMs <= tickAtMs) {
      world?.endRuns(worldAtMs);
      settle(worldAtMs);
      continue;
    }
    const { index, dueAtMs, seenAtMs } = queue.pop()!;
    dueAt[index] = null;
    const made = sources[index]!.tickAt(dueAtMs, seenAtMs, random);
    // Most ticks need nobody to be asked, and a turn of the event loop for each of a million takes longer than they do.
    const { tick, nextAtMs } = made instanceof Promise ? await made : made;
    if (nextAtMs !== null) {
      dueAt[index] = nextAtMs;
      // What is overdue is made at once, one after the other.
      push(index, nextAtMs, seenAtMs);
    }
    // All that is asked for at a moment is there before a daemon looks at the queue.
    if (queue.first?.seenAtMs !== seenAtMs) settle(seenAtMs);
    if (tick !== null) yield tick;
  }
}
