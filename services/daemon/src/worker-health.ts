import { setTimeout as delay } from "node:timers/promises";
import type { RunLauncher } from "@dagwright/instance";
import type { Run } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { Logger } from "pino";
import type { WorkerExit } from "./loops/monitoring.ts";

export interface WorkerHealthOptions {
  readonly storage: Pick<Storage, "runs">;
  readonly launcher: Pick<RunLauncher, "checkHealth">;
  /** How often each worker is asked about, in milliseconds: `run_monitoring.poll_interval_seconds`. */
  readonly everyMs: number;
  /** Called when {@link WorkerHealth.take} has something to tell. */
  readonly onExit: () => void;
  readonly log: Logger;
}

/** The workers that their launcher says have ended, where it starts them elsewhere than code locations do, who push their exits. */
export interface WorkerHealth extends AsyncDisposable {
  /** Those since the last call. */
  take(): readonly WorkerExit[];
}

const page = 50;

/** Asks the launcher in intervals about the worker of every run that has one, fifty at once. */
export function watchWorkerHealth({ storage, launcher, everyMs, onExit, log }: WorkerHealthOptions): WorkerHealth {
  const stop = new AbortController();
  const { signal } = stop;
  const ended: WorkerExit[] = [];

  const check = async (run: Run): Promise<void> => {
    try {
      const health = await launcher.checkHealth(run, { signal });
      if (health.status !== "ended") return;
      ended.push({ run, attempt: run.attempt, exitCode: health.exitCode, signal: null, stderrTail: "", told: health.reason });
      onExit();
    } catch (error) {
      if (!signal.aborted) log.warn({ runId: run.id, err: error }, `the run launcher could not tell of run ${run.id}`);
    }
  };
  const round = async (): Promise<void> => {
    for (let cursor: Run["id"] | undefined; ;) {
      const runs = await storage.runs.list(
        { statuses: ["STARTED", "CANCELING"] },
        { limit: page, ...(cursor !== undefined && { cursor }) },
        { signal },
      );
      await Promise.all(runs.map(check));
      cursor = runs.at(-1)?.id;
      if (runs.length < page) return;
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, "the health of run workers could not be looked at");
      });
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loop();

  return {
    take: () => ended.splice(0),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
