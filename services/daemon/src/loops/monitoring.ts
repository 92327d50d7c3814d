import { crashPoint, maxRuntimeSecondsOf, type Run, type RunFailureEvent, runWorkerExitCodes } from "@dagwright/model";
import { IllegalRunMoveError, type OverdueRun, RunAttemptStaleError, RunFinishedError, type Storage } from "@dagwright/storage";
import { type Loss, settleLoss } from "../decisions/settle-loss.ts";
import type { Loop } from "../loop.ts";

/** How a worker ended, as its code location pushed it, or as its launcher says. */
export interface WorkerExit {
  readonly run: Run;
  readonly attempt: number;
  /** Null when it was not seen: the code-location server was away. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderrTail: string;
  /** How it ended, in its launcher's words, where one was asked. */
  readonly told?: string;
}

export interface MonitoringOptions {
  readonly storage: Storage;
  /** Exits since the last pass; taking them removes them. */
  readonly takeExits: () => Promise<readonly WorkerExit[]>;
  /** By `run_monitoring` of the instance. In milliseconds. */
  readonly startTimeoutMs: number;
  readonly cancelTimeoutMs: number;
  /** Longest run whose tag `dagster/max_runtime` does not say so itself; null: any time. */
  readonly maxRuntimeMs: number | null;
  /** How often a run whose worker was lost goes on with a new one. Default 0. */
  readonly maxResumeAttempts?: number;
  /** How long a worker has to end a run of its own accord that takes too long, its steps' grace period included. Default 15,000. */
  readonly maxRuntimeGraceMs?: number;
  /** How often leases are looked at, in milliseconds. Default 5,000. */
  readonly everyMs?: number;
  readonly batch?: number;
}

/**
 * Ends the runs whose workers are gone, or lets them go on with new ones; and ends those that take longer than they may and whose workers do not end them. Exits that a code location pushes are settled at once; a worker that nobody watched is missed
 * when its lease runs out. Both write through the guarded door of the run's log, so that a run that did finish stays as it is.
 */
export function createMonitoringLoop({
  storage,
  takeExits,
  startTimeoutMs,
  cancelTimeoutMs,
  maxRuntimeMs,
  maxResumeAttempts = 0,
  maxRuntimeGraceMs = 15_000,
  everyMs = 5_000,
  batch = 100,
}: MonitoringOptions): Loop {
  return {
    name: "monitoring",
    daemonType: "MONITORING",
    wakesOn: ["worker-exit"],
    async runOnce(signal) {
      const exits = await takeExits();
      const overdue = await storage.runs.overdue(
        { startTimeoutMs, cancelTimeoutMs, maxRuntimeMs, maxRuntimeGraceMs, limit: batch },
        { signal },
      );
      const errors: unknown[] = [];
      const settle = async (run: Run, attempt: number, loss: Loss) => {
        try {
          crashPoint("monitoring.before-settle");
          const entries = settleLoss(run, loss, maxResumeAttempts, Date.now());
          await storage.events.append({ runId: run.id, attempt, entries, onlyFrom: [run.status] });
          crashPoint("monitoring.after-settle");
          return 1;
        } catch (error) {
          if (!isSettledAlready(error)) errors.push(error);
          return 0;
        }
      };
      const settled = await Promise.all([
        ...exits
          .filter(endsItsRun)
          .map((exit) => settle(exit.run, exit.attempt, { how: describeExit(exit), reason: "WORKER_LOST" })),
        ...overdue.map((late) =>
          settle(late.run, late.run.attempt, { how: describeOverdue(late, maxRuntimeMs), reason: reasonOf(late) }),
        ),
      ]);
      const handled = settled.reduce<number>((sum, one) => sum + one, 0);
      return { handled, nextDueAtMs: (await storage.nowMs({ signal })) + everyMs, errors };
    },
  };
}

/** A worker that never had its run says nothing about it; the launch that is still due is swept. */
const endsItsRun = ({ exitCode, told }: WorkerExit): boolean =>
  told !== undefined || (exitCode !== runWorkerExitCodes.notMine && exitCode !== runWorkerExitCodes.unavailable);

/** The run ended, moved on or was settled by somebody else meanwhile: all is well. */
const isSettledAlready = (error: unknown): boolean =>
  error instanceof RunFinishedError || error instanceof RunAttemptStaleError || error instanceof IllegalRunMoveError;

function describeExit({ exitCode, signal, stderrTail, told }: WorkerExit): string {
  if (told !== undefined) return `The run launcher says that the run worker has ended: ${told}`;
  const how =
    signal !== null
      ? `The run worker was killed by signal ${signal}.`
      : exitCode === null
        ? "The run worker ended while nobody watched it; its exit is unknown."
        : `The run worker exited with code ${exitCode} before the run had ended.`;
  const tail = stderrTail.trimEnd();
  return tail === "" ? how : `${how} Its last lines on stderr:\n${tail}`;
}

function describeOverdue({ reason, run }: OverdueRun, maxRuntimeMs: number | null): string {
  switch (reason) {
    case "lease-expired":
      return "Nothing was heard of the run worker for longer than its lease; its exit is unknown.";
    case "start-timeout":
      return "No run worker took the run up within `run_monitoring.start_timeout_seconds`.";
    case "cancel-timeout":
      return "The run worker did not stop within `run_monitoring.cancel_timeout_seconds`.";
    case "max-runtime":
      return `It exceeded its maximum runtime of ${maxRuntimeSecondsOf(run.tags) ?? (maxRuntimeMs ?? 0) / 1_000} seconds.`;
    default:
      return reason satisfies never;
  }
}

const failureReasons = {
  "lease-expired": "WORKER_LOST",
  "start-timeout": "START_TIMEOUT",
  "cancel-timeout": "WORKER_LOST",
  "max-runtime": "RUN_EXCEPTION",
} as const satisfies Record<OverdueRun["reason"], RunFailureEvent["reason"]>;

const reasonOf = ({ reason }: OverdueRun): RunFailureEvent["reason"] => failureReasons[reason];
