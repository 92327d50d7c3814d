import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GenerationRef } from "@dagwright/worker/protocol";

/** What a front needs to know of a worker that another front, dead by now, had started. */
export interface WorkerRecord {
  readonly id: string;
  readonly locationName: string;
  /** The front that owns it. */
  readonly serverId: string;
  /** Also the id of its process group. */
  readonly pid: number;
  readonly generation: GenerationRef;
  readonly copyDirectory: string;
  /** Null while it is warm. */
  readonly run: AssignedRun | null;
}

export interface AssignedRun {
  readonly runId: string;
  readonly attempt: number;
}

/** A worker's folder below the runtime directory: its socket, its output, and its record. */
export interface WorkerFiles {
  readonly directory: string;
  readonly socket: string;
  readonly stdout: string;
  readonly stderr: string;
  save(record: WorkerRecord): void;
  remove(): void;
}

const recordName = "worker.json";
const workersDirectory = (runtimeDirectory: string): string => join(runtimeDirectory, "workers");

/** @param create - make the folder, for a worker that is about to be started */
export function workerFiles(runtimeDirectory: string, id: string, create = false): WorkerFiles {
  const directory = join(workersDirectory(runtimeDirectory), id);
  if (create) mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    directory,
    socket: join(directory, "socket"),
    stdout: join(directory, "stdout"),
    stderr: join(directory, "stderr"),
    save(record) {
      // Whole or not at all: a front that starts at this moment reads it.
      const temporary = join(directory, `.${recordName}`);
      writeFileSync(temporary, JSON.stringify(record));
      renameSync(temporary, join(directory, recordName));
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The workers that fronts of this machine have left on record, whether or not they still live. */
export function listWorkerRecords(runtimeDirectory: string): readonly WorkerRecord[] {
  let ids: readonly string[];
  try {
    ids = readdirSync(workersDirectory(runtimeDirectory));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    try {
      return [JSON.parse(readFileSync(join(workersDirectory(runtimeDirectory), id, recordName), "utf8")) as WorkerRecord];
    } catch {
      // Being made or removed at this moment, or left by a front that died before it could write the record.
      return [];
    }
  });
}
