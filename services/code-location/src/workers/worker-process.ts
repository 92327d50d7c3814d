import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { FromRunWorker, RunWorkerSettings, ToRunWorker } from "@dagwright/worker/protocol";
import type { Generation } from "../generations/generation.ts";
import { isAlive, killMarkedProcesses, killProcessGroup, workerIdVariable } from "./process-group.ts";
import { type AssignedRun, type WorkerFiles, type WorkerRecord } from "./worker-files.ts";
import { awaitWorkerSocket, connectWorkerSocket, type WorkerSocket } from "./worker-socket.ts";

/** How a worker's process ended. */
export interface WorkerExit {
  /** -1: unknown, because the worker is not this process's child. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly stderrTail: string;
}

/** One run worker: a process of its own group, and the socket on which it listens. */
export interface WorkerProcess {
  readonly record: WorkerRecord;
  readonly files: WorkerFiles;
  /** Resolves once, after its group's leftovers were killed and its folder was removed. */
  readonly exited: Promise<WorkerExit>;
  /** Notes on disk which run it has, for a front that may have to adopt it. */
  assign(run: AssignedRun): void;
  send(message: ToRunWorker): void;
  /** Kills its process group. */
  kill(): void;
  /** Stops looking after it; it goes on. */
  leave(): void;
}

export interface SpawnWorkerOptions {
  readonly id: string;
  readonly generation: Generation;
  readonly locationName: string;
  readonly serverId: string;
  readonly home: string;
  readonly files: WorkerFiles;
  readonly environment: Readonly<Record<string, string>>;
  /** As an earlier worker has read them in this environment. */
  readonly settings: RunWorkerSettings | null;
  readonly onMessage: (message: FromRunWorker) => void;
}

/** Starts a worker. It leads its own process group and has files for its output, so that it outlives this process. */
export function spawnWorker(options: SpawnWorkerOptions): WorkerProcess {
  const { id, generation, files, home, settings } = options;
  const output = [openSync(files.stdout, "a"), openSync(files.stderr, "a")] as const;
  const child = spawn(
    process.execPath,
    [
      generation.programs.runWorker,
      "--id",
      id,
      "--socket",
      files.socket,
      "--generation",
      JSON.stringify(generation.ref),
      "--home",
      home,
      ...(settings === null ? [] : ["--settings-fd", "3"]),
    ],
    {
      cwd: generation.ref.workingDirectory,
      env: { ...options.environment, [workerIdVariable]: id },
      // By a pipe, which other users cannot look into as into arguments, and which leaves nothing on a disk.
      stdio: ["ignore", ...output, ...(settings === null ? [] : ["pipe" as const])],
      detached: true,
    },
  );
  child.unref();
  const pipe = child.stdio[3] as Writable | null | undefined;
  // It may have ended already, which its exit tells.
  pipe?.on("error", () => undefined);
  pipe?.end(JSON.stringify(settings));
  for (const file of output) closeSync(file);

  const record: WorkerRecord = {
    id,
    locationName: options.locationName,
    serverId: options.serverId,
    pid: child.pid ?? 0,
    generation: generation.ref,
    copyDirectory: generation.copy.directory,
    run: null,
  };
  files.save(record);
  const ended = endOfChild(child);
  const connecting = new AbortController();
  const socket = awaitWorkerSocket(files.socket, { onMessage: options.onMessage, onClose: () => undefined }, connecting.signal);
  const worker = watchWorker({ record, files, socket, ended, isMarkedOnly: false });
  // However the worker ends, nobody goes on trying to reach it.
  void worker.exited.then(() => connecting.abort());
  return worker;
}

/**
 * Takes over a worker that outlived its front.
 *
 * @returns null when it does not live any more
 */
export async function adoptWorker(
  record: WorkerRecord,
  files: WorkerFiles,
  onMessage: (message: FromRunWorker) => void,
): Promise<WorkerProcess | null> {
  const closed = Promise.withResolvers<void>();
  const socket = await connectWorkerSocket(files.socket, { onMessage, onClose: () => closed.resolve() });
  if (socket === null) return null;
  const ended = closed.promise.then(async (): Promise<Omit<WorkerExit, "stderrTail">> => {
    // The socket closes a moment before the process ends; one that stays nevertheless has lost its control thread.
    for (let tries = 0; tries < 50 && isAlive(record.pid); tries++) await delay(20);
    return { exitCode: -1, signal: null };
  });
  return watchWorker({ record, files, socket: Promise.resolve(socket), ended, isMarkedOnly: true });
}

/** What became of a worker that ended while no front looked after it. Kills its leftovers and removes its folder. */
export async function buryWorker(record: WorkerRecord, files: WorkerFiles): Promise<WorkerExit> {
  const stderrTail = await readTail(files.stderr);
  killMarkedProcesses(record.id);
  files.remove();
  return { exitCode: -1, signal: null, stderrTail };
}

interface Watched {
  readonly record: WorkerRecord;
  readonly files: WorkerFiles;
  readonly socket: Promise<WorkerSocket | null>;
  readonly ended: Promise<Omit<WorkerExit, "stderrTail">>;
  /** Its pid may be another process's once it has ended. */
  readonly isMarkedOnly: boolean;
}

function watchWorker({ record: first, files, socket, ended, isMarkedOnly }: Watched): WorkerProcess {
  let record = first;
  const exited = ended.then(async (end): Promise<WorkerExit> => {
    // What it started and left behind goes with it.
    if (isMarkedOnly) killMarkedProcesses(record.id);
    else killProcessGroup(record.pid);
    const stderrTail = await readTail(files.stderr);
    files.remove();
    return { ...end, stderrTail };
  });
  return {
    get record() {
      return record;
    },
    files,
    exited,
    assign(run) {
      record = { ...record, run };
      files.save(record);
    },
    send(message) {
      // A worker that cannot be reached has ended, which `exited` tells.
      void socket.then((open) => open?.send(message));
    },
    kill: () => killProcessGroup(record.pid),
    leave() {
      void socket.then((open) => open?.close());
    },
  };
}

function endOfChild(child: ChildProcess): Promise<Omit<WorkerExit, "stderrTail">> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? -1, signal }));
    child.once("error", () => resolve({ exitCode: -1, signal: null }));
  });
}

const tailBytes = 8_000;
const tailLines = 30;

async function readTail(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString("utf8").trimEnd().split("\n").slice(-tailLines).join("\n");
  } catch {
    return "";
  }
}

/** How a worker ended, for people. */
export function describeExit({ exitCode, signal, stderrTail }: WorkerExit): string {
  const how = signal !== null ? `was ended by ${signal}` : exitCode === -1 ? "ended" : `exited with code ${exitCode}`;
  return `its worker ${how}${stderrTail === "" ? "" : `; its last words were:\n${stderrTail}`}`;
}
