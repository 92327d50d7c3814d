import type { ExecutionPlan, Run } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { RunAssignment } from "../protocol.ts";
import { isRefusal, patiently, withDeadline } from "./database-calls.ts";

/**
 * Takes up a run in the database, which gives this worker its lease; waits while the database is away.
 *
 * @returns when the statement was sent, from where the lease counts, and the run; null when it is not this worker's to take
 */
export async function beginWork(storage: Storage, assignment: RunAssignment, leaseMs: number) {
  const { runId, attempt, fence, worker } = assignment;
  return patiently(runId, () =>
    withDeadline(leaseMs, async (signal) => {
      const sentAt = performance.now();
      try {
        const begun = await storage.runs.beginWork(
          {
            runId,
            attempt,
            fence,
            worker: { ...worker, pid: process.pid },
            leaseMs,
            entries: [{ type: "RUN_START", atMs: Date.now(), message: "Started execution of run.", stepKey: null }],
          },
          { signal },
        );
        return { begun, sentAt };
      } catch (error) {
        if (isRefusal(error)) return { begun: null, sentAt };
        throw error;
      }
    }),
  );
}

/** What the workers before this one have left of the run. */
export async function planOfRest(
  { run, plan }: { readonly run: Run; readonly plan: ExecutionPlan },
  storage: Storage,
  leaseMs: number,
) {
  const { PastRun, pastRunEventTypes, planResume } = await import("@dagwright/graph");
  const entries = await patiently(run.id, () =>
    withDeadline(leaseMs, (signal) => storage.events.readTypes([run.id], pastRunEventTypes, { signal })),
  );
  return planResume(plan, new PastRun(run.id, entries));
}
