import { crashPoint, type HolderId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { planDequeue, type QueueLimits } from "../decisions/plan-dequeue.ts";
import type { LaunchAll } from "../launch-all.ts";
import type { Loop } from "../loop.ts";

export interface RunQueueLoopOptions {
  readonly storage: Storage;
  readonly holder: HolderId;
  readonly limits: QueueLimits;
  readonly launchAll: LaunchAll;
  /** Most runs started in one pass, which bounds its transaction. Default 50. */
  readonly batch?: number;
  /** How long a launch may take before others take it over, in milliseconds. Default 30,000. */
  readonly claimMs?: number;
}

/** How many queued runs one pass looks at; runs behind them wait until limits let those go. */
const lookAhead = 1000;

/** Starts queued runs as limits allow. Woken when a run is enqueued or ends; it never polls. */
export function createRunQueueLoop({
  storage,
  holder,
  limits,
  launchAll,
  batch = 50,
  claimMs = 30_000,
}: RunQueueLoopOptions): Loop {
  return {
    name: "run-queue",
    daemonType: "QUEUED_RUN_COORDINATOR",
    wakesOn: ["queue", "run-ended"],
    async runOnce(signal) {
      crashPoint("run-queue.before-dequeue");
      const claims = await storage.runs.dequeue(
        holder,
        claimMs,
        ({ queued, running, runningTags }) => planDequeue(queued, { count: running, tags: runningTags }, limits).slice(0, batch),
        { signal, readAtMost: lookAhead },
      );
      if (claims.length > 0) crashPoint("run-queue.after-dequeue");
      await launchAll(claims);
      return { handled: claims.length, nextDueAtMs: null };
    },
  };
}
