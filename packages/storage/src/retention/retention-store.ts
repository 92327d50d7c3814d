import type { HolderId, InstigatorKind } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** Tables that are dropped by partitions, as retention calls them. */
export type RetainedClass = "run_events" | "run_logs" | "asset_events";

/** One kind of old rows, and before when they are old. */
export type RetentionStep =
  | {
      readonly kind: "ticks";
      readonly instigatorKind: InstigatorKind;
      readonly status: "STARTED" | "SKIPPED" | "SUCCESS" | "FAILURE";
      readonly beforeMs: number;
    }
  /** Finished runs: their rows and tags. What they wrote goes with its own class. */
  | { readonly kind: "runs"; readonly beforeMs: number }
  /** Backfills that have ended: what they were to make and how far they came. Their runs stay. */
  | { readonly kind: "backfills"; readonly beforeMs: number }
  | { readonly kind: "events"; readonly class: RetainedClass; readonly beforeMs: number }
  /** Why automation conditions asked for what they did. */
  | { readonly kind: "evaluations"; readonly beforeMs: number }
  /** The stream that sensors and conditions follow, not the events that it names. */
  | { readonly kind: "event_stream"; readonly beforeMs: number };

/** How much a step has removed. */
export interface Purged {
  readonly step: RetentionStep;
  readonly rows: number;
  /** Names of partitions that were dropped, with all rows in them. */
  readonly partitions: readonly string[];
}

/** A turn of retention. Each write checks its fence: a holder that was taken for dead removes nothing more. */
export interface RetentionTurn {
  readonly holder: HolderId;
  readonly fence: number;
}

/** What a pass came to. */
export interface RetentionReport {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly purged: readonly Purged[];
}

/** What a step would remove now. */
export interface Purgeable {
  readonly step: RetentionStep;
  /** Rows to be deleted one by one; counted up to 100,000. */
  readonly rows: number;
  readonly partitions: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/**
 * Removes what is older than it is to be kept: partitions whole, where all in them is old, other rows in batches. Never anything of a run
 * that has not ended, run keys, or the latest state of assets and of their partitions.
 */
export interface RetentionStore {
  /**
   * Takes the turn when it is due, or goes on with one's own; null: it is not due, or another one's.
   *
   * @param options - `isAskedFor`: somebody wants it now, due or not
   */
  begin(
    holder: HolderId,
    leaseMs: number,
    options?: StoreOptions & { readonly isAskedFor?: boolean },
  ): Promise<RetentionTurn | null>;
  /**
   * Removes one batch of what a step names.
   *
   * @param limit - most rows to delete; a dropped partition counts as one batch
   * @returns what was removed, and whether there may be more; null: the turn is another one's by now, and nothing was removed
   */
  purge(
    turn: RetentionTurn,
    step: RetentionStep,
    limit: number,
    options?: StoreOptions & { readonly leaseMs?: number },
  ): Promise<(Purged & { readonly isDone: boolean }) | null>;
  /** Ends the turn and writes its report; the next one is due after `everyMs`. False: it is another one's by now. */
  end(turn: RetentionTurn, everyMs: number, options?: StoreOptions): Promise<boolean>;
  /** When the next turn is due, by the database's clock. */
  nextDueAtMs(options?: StoreOptions): Promise<number>;
  /** What the last finished pass came to; null before the first. */
  lastReport(options?: StoreOptions): Promise<RetentionReport | null>;
  /** What a step would remove now; removes nothing. */
  preview(step: RetentionStep, options?: StoreOptions): Promise<Purgeable>;
}
