import { isFinalRunStatus, type Run, type RunEvent, type RunId, type RunStatus } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** What ends the worker of a run: the workspace's location that launched it, or another launcher. */
export interface RunTerminator {
  /** False when no worker of that run is known there. */
  terminateRun(run: Run, graceMs: number, options?: { readonly signal?: AbortSignal }): Promise<boolean>;
}

export interface TerminationOptions {
  readonly storage: Pick<Storage, "runs" | "events">;
  readonly terminator: RunTerminator;
  /** How long steps may take to stop by themselves, in milliseconds. Default 10 s. */
  readonly graceMs?: number;
  /** CANCELED at once, whatever becomes of the worker; it notices by its lease. Default false. */
  readonly immediately?: boolean;
  /** Why, for the run's log. */
  readonly why?: string;
  readonly signal?: AbortSignal;
}

export interface TerminationOutcome {
  /** As it is after the request. */
  readonly run: Run;
  /** `canceled`: it has ended. `canceling`: its worker was asked to end. `ended-before`: there was nothing to terminate. */
  readonly result: "canceled" | "canceling" | "ended-before";
}

const defaultGraceMs = 10_000;
/** Statuses in which no worker can have the run. */
const withoutWorker: readonly RunStatus[] = ["QUEUED", "NOT_STARTED"];

/**
 * Ends a run: one that waits is CANCELED where it stands, one that runs becomes CANCELING and its worker is asked to stop.
 * Safe to repeat, and against every race: each step is a guarded move, decided anew when the run has moved on meanwhile.
 *
 * @throws RunNotFoundError
 */
export async function terminateRun(id: RunId, options: TerminationOptions): Promise<TerminationOutcome> {
  const { storage, terminator, graceMs = defaultGraceMs, immediately = false, why, signal } = options;
  const signalOption = signal === undefined ? {} : { signal };
  const get = (): Promise<Run> => storage.runs.get(id, signalOption);
  const move = async (event: RunEvent, onlyFrom: readonly RunStatus[]): Promise<boolean> => {
    try {
      await storage.events.append({ runId: id, attempt: null, entries: [event], onlyFrom }, signalOption);
      return true;
    } catch (error) {
      if (error instanceof Error && ["IllegalRunMoveError", "RunFinishedError"].includes(error.name)) return false;
      throw error;
    }
  };

  let run = await get();
  while (!isFinalRunStatus(run.status)) {
    if (withoutWorker.includes(run.status)) {
      if (await move(canceled("Run was canceled before it started"), withoutWorker))
        return { run: await get(), result: "canceled" };
    } else if (immediately) {
      if (await move(canceled("Run was marked as canceled"), ["STARTING", "STARTED", "CANCELING"])) {
        // Best effort: the run is over in any case, and a worker that lives on is refused at its next write.
        await terminator.terminateRun(run, graceMs, signalOption).catch(() => false);
        return { run: await get(), result: "canceled" };
      }
    } else if (run.status === "CANCELING" || (await move(canceling(why), ["STARTING", "STARTED"]))) {
      const had = run.status;
      const found = await terminator.terminateRun(run, graceMs, signalOption);
      // A worker that had begun and is gone will not say so itself. One that is still being launched will, when it begins.
      if (!found && had === "STARTED") await move(canceled("Run was canceled; its worker was gone"), ["CANCELING"]);
      run = await get();
      return { run, result: isFinalRunStatus(run.status) ? "canceled" : "canceling" };
    }
    run = await get();
  }
  return { run, result: "ended-before" };
}

const canceled = (message: string): RunEvent => ({ type: "RUN_CANCELED", atMs: Date.now(), message, stepKey: null, error: null });
const canceling = (why = "Sending run termination request"): RunEvent => ({
  type: "RUN_CANCELING",
  atMs: Date.now(),
  message: why,
  stepKey: null,
});
