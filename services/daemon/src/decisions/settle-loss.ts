import type { Run, RunEvent, RunFailureEvent } from "@dagwright/model";

/** Why a run cannot go on as it is. */
export interface Loss {
  /** For people: a sentence or several. */
  readonly how: string;
  readonly reason: RunFailureEvent["reason"];
}

/**
 * What is written about a run whose worker is gone, or that takes longer than it may. Pure.
 *
 * A run whose worker is lost while it runs goes on with a new one, as often as `maxResumeAttempts` says: STARTED → STARTING is a new attempt, whose
 * launch is due at once, and the old worker is refused from then on. One that was being canceled has got what was asked for. Any other one failed.
 */
export function settleLoss(run: Run, { how, reason }: Loss, maxResumeAttempts: number, nowMs: number): readonly RunEvent[] {
  const base = { atMs: nowMs, stepKey: null };
  if (run.status === "CANCELING") return [{ ...base, type: "RUN_CANCELED", message: `Run canceled: ${how}`, error: null }];
  const isLost = reason === "WORKER_LOST" && run.status === "STARTED";
  if (isLost && run.attempt <= maxResumeAttempts) {
    const note = { ...base, type: "ENGINE_EVENT", error: null, metadata: {}, markerStart: null, markerEnd: null } as const;
    return [
      { ...note, message: `${how} Resuming run ${run.id} with a new worker.` },
      // Clients know a resume by this sentence; it is Dagster's.
      { ...note, message: "Launching a new run worker to resume run" },
      { ...base, type: "RUN_STARTING", message: `Attempt ${run.attempt + 1} of run of ${run.jobName} is starting` },
    ];
  }
  const isSpent = isLost && maxResumeAttempts > 0;
  const spent = isSpent ? ` It was resumed ${maxResumeAttempts} times, the most that max_resume_run_attempts allows.` : "";
  return [failure(run, `${how}${spent}`, reason, nowMs)];
}

const failure = (run: Run, how: string, reason: RunFailureEvent["reason"], atMs: number): RunFailureEvent => ({
  type: "RUN_FAILURE",
  atMs,
  stepKey: null,
  message: `Execution of run for "${run.jobName}" failed. ${how}`,
  error: { name: reason === "RUN_EXCEPTION" ? "RunTimeoutError" : "RunWorkerLostError", message: how, stack: [] },
  reason,
});
