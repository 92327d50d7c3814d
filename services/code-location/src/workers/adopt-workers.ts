import { type JsonObject, type RunId, runId } from "@dagwright/model";
import type { FromRunWorker } from "@dagwright/worker/protocol";
import type { Logger } from "pino";
import type { CodeCopies } from "../generations/code-copies.ts";
import type { Presence } from "../presence.ts";
import { listWorkerRecords, workerFiles, type WorkerRecord } from "./worker-files.ts";
import type { HandedRun, WorkerPool } from "./worker-pool.ts";
import { adoptWorker, buryWorker, type WorkerExit } from "./worker-process.ts";
import { isWorkerReachable } from "./worker-socket.ts";

export interface AdoptWorkersOptions {
  readonly locationName: string;
  readonly serverId: string;
  readonly runtimeDirectory: string;
  readonly copies: CodeCopies;
  readonly presence: Presence;
  readonly log: Logger;
  readonly pool: WorkerPool;
  readonly handleOf: (record: WorkerRecord) => JsonObject;
  /** A worker goes on with a run, and is this front's now. */
  readonly onAdopted: (run: HandedRun) => void;
  /** A worker that had a run is not there any more. */
  readonly onLost: (id: RunId, attempt: number, exit: WorkerExit) => void;
}

/** Takes over the workers that dead fronts of the same location have left, and removes what they left lying about. */
export async function adoptWorkers(options: AdoptWorkersOptions): Promise<void> {
  const { locationName, serverId, runtimeDirectory, copies, presence, log, pool, handleOf, onAdopted, onLost } = options;
  const spared = new Set<string>();
  for (const record of listWorkerRecords(runtimeDirectory)) {
    if (await presence.isAlive(record.serverId)) continue;
    const files = workerFiles(runtimeDirectory, record.id);
    if (record.locationName !== locationName) {
      // For the front of that location to take over, when it comes.
      if (await isWorkerReachable(files.socket)) spared.add(record.copyDirectory);
      continue;
    }
    const early: FromRunWorker[] = [];
    let listener = (message: FromRunWorker): void => void early.push(message);
    const adopted = await adoptWorker(record, files, (message) => listener(message));
    if (adopted === null) {
      const exit = await buryWorker(record, files);
      if (record.run !== null) onLost(runId(record.run.runId), record.run.attempt, exit);
      continue;
    }
    files.save({ ...record, serverId });
    const worker = pool.keep(adopted, copies.adopt(record.copyDirectory), record.run === null ? "ready" : "executing");
    listener = (message) => pool.hear(worker, message);
    if (record.run === null) {
      // Warm for code that may not be what lies on disk now.
      adopted.send({ type: "retire" });
      continue;
    }
    const id = runId(record.run.runId);
    const { attempt } = record.run;
    worker.run = { runId: id, attempt, fence: 0, handle: handleOf(record), taken: Promise.withResolvers<void>(), isTaken: true };
    worker.run.taken.resolve();
    onAdopted(worker.run);
    log.info({ runId: id, pid: record.pid }, "took over a run worker");
    for (const message of early) pool.hear(worker, message);
  }
  await copies.removeStale((owner) => presence.isAlive(owner), spared);
}
