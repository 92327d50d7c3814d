import { setTimeout as delay } from "node:timers/promises";
import type { RunStatus } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { terminateRun, type Workspace } from "@dagwright/workspace";

const active: readonly RunStatus[] = ["STARTING", "STARTED", "CANCELING"];
const graceMs = 3_000;
/** After the grace period a worker is killed; writing that down takes a moment. */
const settleMs = 2_000;

/**
 * Ends the runs that execute, so that stopping the environment leaves no worker behind. Runs in the queue stay there for the next start.
 */
export async function cancelActiveRuns(storage: Storage, workspace: Workspace, print: (line: string) => void): Promise<void> {
  const runs = await storage.runs.list({ statuses: active }, { limit: 1000 });
  if (runs.length === 0) return;
  print(
    `canceling ${runs.length === 1 ? "the run that executes" : `${runs.length} runs that execute`}: ${runs.map(({ id, jobName }) => `${jobName} ${id}`).join(", ")}`,
  );
  await Promise.allSettled(runs.map(({ id }) => terminateRun(id, { storage, terminator: workspace, graceMs })));
  const deadline = performance.now() + graceMs + settleMs;
  while (performance.now() < deadline && (await storage.runs.count({ statuses: active }, { atMost: 1 })) > 0) await delay(50);
}
