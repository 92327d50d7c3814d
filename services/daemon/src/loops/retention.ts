import { planRetention, type RetentionConfig } from "@dagwright/instance";
import { crashPoint, type HolderId } from "@dagwright/model";
import type { Purged, Storage } from "@dagwright/storage";
import type { Loop } from "../loop.ts";

export interface RetentionLoopOptions {
  readonly storage: Storage;
  readonly holder: HolderId;
  readonly config: RetentionConfig;
  /** How often, in milliseconds. Default an hour. */
  readonly everyMs?: number;
  /** Most rows of one transaction. Default 2,000. */
  readonly batch?: number;
  /** How long one pass goes on before others get a turn to be looked at, in milliseconds. Default 10,000. */
  readonly passMs?: number;
  /** How long its turn holds without a write, in milliseconds. Default 60,000. */
  readonly leaseMs?: number;
}

const smallestBatch = 50;

/**
 * Removes what is older than the instance's `retention` says, in the turn of one replica. A batch that the database could not do in time is
 * tried again smaller; a step that still cannot be done is told of and left for the next turn.
 */
export function createRetentionLoop({
  storage: { retention, nowMs },
  holder,
  config,
  everyMs = 3_600_000,
  batch = 2_000,
  passMs = 10_000,
  leaseMs = 60_000,
}: RetentionLoopOptions): Loop {
  return {
    name: "retention",
    daemonType: "RETENTION",
    wakesOn: [],
    async runOnce(signal) {
      crashPoint("retention.before-claim");
      const turn = await retention.begin(holder, leaseMs, { signal });
      if (turn === null) return { handled: 0, nextDueAtMs: await retention.nextDueAtMs({ signal }) };
      crashPoint("retention.after-claim");
      const deadline = performance.now() + passMs;
      const errors: unknown[] = [];
      let handled = 0;
      for (const step of planRetention(config, await nowMs({ signal }))) {
        for (let limit = batch; ;) {
          // What is left is begun with in the next pass, which follows at once; what is done costs one look.
          if (performance.now() > deadline) return { handled: Math.max(handled, 1), nextDueAtMs: null, errors };
          let purged: (Purged & { readonly isDone: boolean }) | null;
          try {
            purged = await retention.purge(turn, step, limit, { signal, leaseMs });
          } catch (error) {
            if (signal.aborted) throw error;
            if (limit <= smallestBatch) {
              errors.push(error);
              break;
            }
            limit = Math.max(smallestBatch, limit >> 2);
            continue;
          }
          if (purged === null) return { handled, nextDueAtMs: await retention.nextDueAtMs({ signal }), errors };
          crashPoint("retention.after-commit");
          handled += purged.rows + purged.partitions.length;
          if (purged.isDone) break;
        }
      }
      await retention.end(turn, everyMs, { signal });
      return { handled, nextDueAtMs: await retention.nextDueAtMs({ signal }), errors };
    },
  };
}
