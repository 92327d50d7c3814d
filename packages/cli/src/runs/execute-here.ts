import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Run, RunLogEntry, RunStatus } from "@dagwright/model";
import { snapshotId } from "@dagwright/model";
import { executeRunInThisProcess } from "@dagwright/worker";
import { type CommandContext, homeOf } from "../context.ts";
import type { LoadedLocation } from "../projects/open-locations.ts";
import { UsageError } from "../errors.ts";

export interface ExecuteHereOptions {
  readonly run: Run;
  /** The launch claim's fence; null when this process was started for the run by hand. */
  readonly fence: number | null;
  readonly location: LoadedLocation;
  readonly context: CommandContext;
  /** What is kept as the worker's handle in the run's row. */
  readonly launcher: string;
  readonly onEntry?: (entry: RunLogEntry) => void;
  /** Sends what user code writes to stdout to stderr, where stdout is for the command's own answer. */
  readonly keepStdoutClean?: boolean;
}

/**
 * Executes a run that is STARTING in this process, as its worker. User code sees the project's working directory and what `.env` there adds
 * to the environment.
 *
 * @returns how it ended
 */
export async function executeHere(options: ExecuteHereOptions): Promise<RunStatus> {
  const { run, fence, location, context, launcher, onEntry, keepStdoutClean = false } = options;
  if (location.server === null) {
    throw new UsageError(
      `Code location "${location.entry.name}" is another process's; only a project's own code can be executed here.`,
    );
  }
  const generation = location.server.generation();
  process.chdir(generation.workingDirectory);
  const envFile = join(generation.workingDirectory, ".env");
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  if (keepStdoutClean) process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;

  // User code may end the process, with 0 even; a run that has no end yet is no success.
  let hasEnded = false;
  const onExit = (exitCode: number): void => {
    if (hasEnded) return;
    process.stderr.write(
      `This process ended (exit code ${exitCode}) before its run did. See why with: dagwright run show ${run.id}\n`,
    );
    if (exitCode === 0) process.exitCode = 1;
  };
  process.on("exit", onExit);
  const status = await executeRunInThisProcess({
    runId: run.id,
    attempt: run.attempt,
    fence,
    jobSnapshotId: snapshotId(run.jobSnapshotId),
    generation,
    home: homeOf(context),
    env: definedOnly(context.env),
    worker: { launcher, pid: process.pid },
    ...(onEntry !== undefined && { onEntry }),
    exit: (exitCode) => process.exit(exitCode),
  });
  hasEnded = true;
  process.off("exit", onExit);
  return status;
}

const definedOnly = (env: CommandContext["env"]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
