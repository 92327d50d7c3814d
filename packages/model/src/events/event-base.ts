import type { StepKey } from "../ids.ts";

/** What every event of a run carries, before storage gives it its place in the run's log. */
export interface EventBase {
  /** When it happened where it happened, in milliseconds since the epoch (fractions allowed). */
  readonly atMs: number;
  /** One sentence for people. */
  readonly message: string;
  /** The step it belongs to; null for events of the whole run. */
  readonly stepKey: StepKey | null;
}
