import { loadRepository } from "@dagwright/execution";
import type { RunId, RunLogEntry, RunStatus, SnapshotId } from "@dagwright/model";
import type { GenerationRef } from "../protocol.ts";
import { type EngineLink, startEngine } from "./engine-link.ts";
import { defaultGraceMs } from "./engine-messages.ts";
import { defaultLeaseMs } from "./run-worker-arguments.ts";
import { teeOutput } from "./tee-output.ts";
import { runToEnd } from "./worker-run.ts";

export interface ExecuteRunOptions {
  readonly runId: RunId;
  readonly attempt: number;
  /** The launch claim's fence; null when nobody claimed the launch. */
  readonly fence: number | null;
  readonly jobSnapshotId: SnapshotId;
  readonly generation: GenerationRef;
  /** The instance's home. */
  readonly home: string;
  /** Under which `{env: NAME}` values of its file are read; user code sees this process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** What is written as the worker's handle in the run's row, e.g. `{launcher: "cli"}`. */
  readonly worker?: Readonly<Record<string, string | number>>;
  /** Default 30,000. */
  readonly leaseMs?: number;
  /** Told each entry of the run's log as it is made; the last ones when they are written. */
  readonly onEntry?: (entry: RunLogEntry) => void;
  /**
   * Ends this process with one of `runWorkerExitCodes`; called when the run is not this process's to execute, or is taken from it, and never
   * when the run ends.
   */
  readonly exit: (exitCode: number) => void;
}

/**
 * Executes a run that is STARTING here and now, with everything a run worker has: an engine thread for lease, events and termination, and
 * the process's output kept as compute logs. For `dagwright job execute`, and as the program of a container, pod or task.
 *
 * SIGTERM and SIGINT terminate the run with a grace of eight seconds; a second one ends the process at once.
 *
 * @returns how the run ended
 */
export async function executeRunInThisProcess(options: ExecuteRunOptions): Promise<RunStatus> {
  const {
    runId,
    attempt,
    fence,
    jobSnapshotId,
    generation,
    home,
    env,
    worker = {},
    leaseMs = defaultLeaseMs,
    onEntry,
    exit,
  } = options;
  using output = teeOutput();
  await using link = startEngine({
    socket: null,
    home: null,
    env,
    settingsFd: null,
    codeHash: generation.codeHash,
    leaseMs,
    idleMs: null,
    exit,
  });
  // After the engine's own listener, which still reads the copies: user code may end this process.
  const onExit = (): void => output[Symbol.dispose]();
  process.once("exit", onExit);
  let signals = 0;
  const onSignal = (): void => link.post({ kind: "terminate", graceMs: signals++ === 0 ? defaultGraceMs : 0 });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  try {
    const { stdoutFile, stderrFile } = output;
    const assignment = { runId, attempt, fence, home, env, jobSnapshotId, worker, stdoutFile, stderrFile };
    link.post({ kind: "assign", assignment });
    const code = loadRepository(generation);
    code.catch(() => undefined);
    return await runToEnd(onEntry === undefined ? link : observed(link, onEntry), code, generation);
  } finally {
    process.off("exit", onExit);
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.off(signal, onSignal);
  }
}

const observed = (link: EngineLink, onEntry: (entry: RunLogEntry) => void): EngineLink => ({
  ...link,
  write(entry) {
    link.write(entry);
    onEntry(entry);
  },
  async finish(entries) {
    const status = await link.finish(entries);
    entries.forEach(onEntry);
    return status;
  },
});
