import type { CodeLocationName } from "@dagwright/model";
import { DueQueue } from "./due-queue.ts";
import { seededRandom } from "./seeded-random.ts";

/** A tick that happens while virtual time goes by. */
export interface SimulatedTick {
  readonly kind: "SCHEDULE" | "SENSOR" | "AUTOMATION";
  readonly location: CodeLocationName;
  readonly name: string;
  /** The time for which it is due. */
  readonly scheduledAtMs: number;
  /** When a daemon makes it: later, where none was there. */
  readonly atMs: number;
  readonly outcome: SimulatedOutcome;
}

export type SimulatedOutcome =
  | { readonly kind: "runs"; readonly runs: readonly { readonly job: string; readonly partition: string | null }[] }
  | { readonly kind: "skip"; readonly reason: string }
  /** Its function says, which is not called. */
  | { readonly kind: "function"; readonly job: string };

/** Something that has ticks: a schedule, a sensor, an automation condition. */
export interface TickSource {
  /** When it is due first; null: never. */
  firstAtMs(fromMs: number): number | null;
  /**
   * Makes the tick that is due since `dueAtMs` at `nowMs`; `tick` is null when nothing happens that is worth telling.
   *
   * @param random - from 0 to below 1, the same numbers for the same seed
   */
  tickAt(
    dueAtMs: number,
    nowMs: number,
    random: () => number,
  ): { readonly tick: SimulatedTick | null; readonly nextAtMs: number | null };
}

/** A span of time in which no daemon is there. */
export interface Outage {
  readonly fromMs: number;
  /** When a daemon is there again. */
  readonly toMs: number;
}

export interface SimulationOptions {
  readonly sources: readonly TickSource[];
  readonly fromMs: number;
  /** Ticks from here on are left out. */
  readonly untilMs: number;
  /** Default: a daemon is there all the time. */
  readonly outages?: readonly Outage[];
  /** Default 1. */
  readonly seed?: number;
}

/** Lets virtual time go by, without waiting, and tells the ticks as they happen, those of the same moment in the order of the sources. */
export function* simulateTicks({
  sources,
  fromMs,
  untilMs,
  outages = [],
  seed = 1,
}: SimulationOptions): Generator<SimulatedTick> {
  const random = seededRandom(seed);
  const gaps = outages.toSorted((a, b) => a.fromMs - b.fromMs);
  /** When a daemon sees what is due at a moment. */
  const seenAt = (dueAtMs: number): number =>
    gaps.reduce((at, gap) => (gap.fromMs <= at && at < gap.toMs ? gap.toMs : at), dueAtMs);
  const queue = new DueQueue();
  for (const [index, source] of sources.entries()) {
    const dueAtMs = source.firstAtMs(fromMs);
    if (dueAtMs !== null) queue.push({ seenAtMs: seenAt(dueAtMs), dueAtMs, index });
  }
  for (let next = queue.pop(); next !== undefined && next.seenAtMs < untilMs; next = queue.pop()) {
    const { index, dueAtMs, seenAtMs } = next;
    const { tick, nextAtMs } = sources[index]!.tickAt(dueAtMs, seenAtMs, random);
    if (tick !== null) yield tick;
    // What is overdue is made at once, one after the other.
    if (nextAtMs !== null) queue.push({ seenAtMs: seenAt(Math.max(nextAtMs, seenAtMs)), dueAtMs: nextAtMs, index });
  }
}
