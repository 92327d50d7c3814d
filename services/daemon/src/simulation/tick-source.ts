import type { CodeLocationName } from "@dagwright/model";
import type { AskedBy, RunSummary } from "./simulated-run.ts";

/** A tick that happens while virtual time goes by. */
export interface SimulatedTick extends AskedBy {
  readonly location: CodeLocationName;
  /** The time for which it is due. */
  readonly scheduledAtMs: number;
  /** When a daemon makes it: later, where none was there. */
  readonly atMs: number;
  readonly outcome: SimulatedOutcome;
}

export type SimulatedOutcome =
  | { readonly kind: "runs"; readonly runs: readonly RunSummary[] }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "failure"; readonly error: string }
  /** Its function says, which is not called. */
  | { readonly kind: "function"; readonly job: string };

/** What became of a tick; `tick` is null when nothing happened that is worth telling. */
export interface MadeTick {
  readonly tick: SimulatedTick | null;
  /** Null: never, unless something hurries it. */
  readonly nextAtMs: number | null;
}

/** Something that has ticks: a schedule, a sensor, the automation conditions of a code location. */
export interface TickSource {
  /** When it is due first; null: never. */
  firstAtMs(fromMs: number): number | null;
  /**
   * Makes the tick that is due since `dueAtMs` at `nowMs`.
   *
   * @param random - from 0 to below 1, the same numbers for the same seed
   */
  tickAt(dueAtMs: number, nowMs: number, random: () => number): MadeTick | Promise<MadeTick>;
  /** When it is due because of what has happened by now; null: as it was. */
  hurriedAtMs?(nowMs: number): number | null;
}
