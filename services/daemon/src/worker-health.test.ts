import type { RunLauncher, WorkerHealth as Health } from "@dagwright/instance";
import { holderId, type Run, type RunId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { createMonitoringLoop } from "./loops/monitoring.ts";
import { jobSnapshot, locationName } from "./testing/served-location.ts";
import { openTestStorage } from "./testing/test-storage.ts";
import { watchWorkerHealth } from "./worker-health.ts";

async function startedRun(storage: Storage): Promise<Run> {
  const [claim] = await storage.runs.submit([prepareRun({ location: locationName, job: jobSnapshot, runConfig: {} })], {
    kind: "launch",
    holder: holderId("h"),
    claimMs: 60_000,
  });
  const start = { type: "RUN_START", atMs: 0, message: "", stepKey: null } as const;
  const begun = await storage.runs.beginWork({
    runId: claim!.run.id,
    attempt: 1,
    fence: claim!.fence,
    worker: {},
    leaseMs: 60_000,
    entries: [start],
  });
  return begun!.run;
}

test("a run whose launcher says that its worker has ended fails with what it says; what it cannot tell is left alone", async () => {
  const storage = await openTestStorage();
  const [gone, alive, unknown] = [await startedRun(storage), await startedRun(storage), await startedRun(storage)];
  const health = new Map<RunId, Health>([
    [gone.id, { status: "ended", reason: "The pod was evicted.", exitCode: 0 }],
    [alive.id, { status: "running" }],
    [unknown.id, { status: "unknown", reason: "the cluster does not answer" }],
  ]);
  const launcher: Pick<RunLauncher, "checkHealth"> = {
    checkHealth: (run) => Promise.resolve(health.get(run.id)!),
  };
  const onExit = vi.fn<() => void>();
  await using watched = watchWorkerHealth({ storage, launcher, everyMs: 60_000, onExit, log: pino({ level: "silent" }) });
  await vi.waitFor(() => expect(onExit).toHaveBeenCalledOnce());
  const loop = createMonitoringLoop({
    storage,
    takeExits: () => Promise.resolve(watched.take()),
    startTimeoutMs: 1e9,
    cancelTimeoutMs: 1e9,
    maxRuntimeMs: null,
  });
  expect((await loop.runOnce(new AbortController().signal)).handled).toBe(1);
  const log = await storage.events.read(gone.id, { afterSeq: 0, limit: 10 });
  expect(log.at(-1)).toMatchObject({
    type: "RUN_FAILURE",
    reason: "WORKER_LOST",
    message: 'Execution of run for "nightly" failed. The run launcher says that the run worker has ended: The pod was evicted.',
  });
  expect((await storage.runs.get(alive.id)).status).toBe("STARTED");
  expect((await storage.runs.get(unknown.id)).status).toBe("STARTED");
});
