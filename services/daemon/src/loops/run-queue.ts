import { crashPoint, type HolderId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { queueDecision, type QueueLimits, type RunTerminator, terminateRun } from "@dagwright/workspace";
import type { LaunchAll } from "../launch-all.ts";
import type { Loop } from "../loop.ts";

export interface RunQueueLoopOptions {
  readonly storage: Storage;
  readonly holder: HolderId;
  readonly limits: QueueLimits;
  readonly launchAll: LaunchAll;
  /** Ends runs that others replace. */
  readonly terminator: RunTerminator;
  /** Most launches under way at once, and so the most runs that one pass starts. Default 100. */
  readonly parallelism?: number;
  /** How long a launch may take before others take it over, in milliseconds. Default 30,000. */
  readonly claimMs?: number;
  /**
   * How often the queue is looked at while runs wait and nobody wakes it, in milliseconds: nobody tells of the slot of a pool whose holder
   * vanished. Default 5,000.
   */
  readonly everyMs?: number;
}

/**
 * Starts queued runs as limits allow. Woken when a run is enqueued or ends, or a slot of a pool comes free. Launches go on behind the passes that
 * follow: a code location that is slow to launch holds up no other.
 */
export function createRunQueueLoop({
  storage,
  holder,
  limits,
  launchAll,
  terminator,
  parallelism = 100,
  claimMs = 30_000,
  everyMs = 5_000,
}: RunQueueLoopOptions): Loop {
  const underWay = new Set<Promise<void>>();
  let launching = 0;
  let errors: unknown[] = [];

  const start = (count: number, work: Promise<unknown>): void => {
    launching += count;
    const task = work
      .then(
        () => undefined,
        (error: unknown) => void errors.push(error),
      )
      .finally(() => {
        launching -= count;
        underWay.delete(task);
      });
    underWay.add(task);
  };

  const roomOr = async (signal: AbortSignal): Promise<void> => {
    const stopping = Promise.withResolvers<void>();
    const stop = (): void => stopping.resolve();
    signal.addEventListener("abort", stop);
    while (launching >= parallelism && !signal.aborted) await Promise.race([...underWay, stopping.promise]);
    signal.removeEventListener("abort", stop);
  };

  return {
    name: "run-queue",
    daemonType: "QUEUED_RUN_COORDINATOR",
    wakesOn: ["queue", "run-ended"],
    async runOnce(signal) {
      if (launching >= parallelism) await roomOr(signal);
      const told = errors;
      errors = [];
      crashPoint("run-queue.before-dequeue");
      const { launches, terminate, moved, isWaiting } = await storage.runs.dequeue(
        { holder, claimMs },
        queueDecision(limits, parallelism - launching),
        { signal },
      );
      if (launches.length > 0) crashPoint("run-queue.after-dequeue");
      for (const launch of launches) start(1, launchAll([launch]));
      for (const { id, by } of terminate)
        start(0, terminateRun(id, { storage, terminator, why: `Terminating the run: run ${by} replaces it` }));
      const nextDueAtMs = moved > 0 || !isWaiting ? null : (await storage.nowMs({ signal })) + everyMs;
      return { handled: moved, nextDueAtMs, errors: told };
    },
    async drain() {
      await Promise.all(underWay);
    },
  };
}
