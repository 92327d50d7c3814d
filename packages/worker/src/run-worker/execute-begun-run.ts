import type { Repository } from "@dagwright/definitions";
import { executeRun, FilesystemIOManager, LocalComputeLogSink } from "@dagwright/execution";
import { type RunFailureReason, type RunLogEntry, serializeError } from "@dagwright/model";
import { DefinitionNotFoundError, SnapshotMismatchError } from "../errors.ts";
import { compileCacheDirectory } from "../process/compile-cache.ts";
import type { GenerationRef } from "../protocol.ts";
import { type BegunRun, defaultGraceMs } from "./engine-messages.ts";
import type { EngineLink } from "./engine-link.ts";
import { jobSnapshotHash } from "./job-snapshot-hash.ts";

/**
 * Executes a run that this process has taken up, with the user's code once it is there.
 *
 * @returns the run's last entry, which says how it ended
 */
export async function executeBegunRun(
  begun: BegunRun,
  code: Promise<Repository>,
  generation: GenerationRef,
  link: Pick<EngineLink, "write" | "hurry" | "hide" | "signal" | "instance" | "pools">,
): Promise<RunLogEntry> {
  const { run, plan, before } = begun;
  let repository: Repository;
  try {
    repository = await code;
    checkRun(begun, repository);
  } catch (error) {
    return failure(error, "JOB_INITIALIZATION_FAILURE", run.jobName);
  }
  const files = new FilesystemIOManager({ baseDir: begun.artifactDirectory });
  const outcome = await executeRun({
    plan,
    ...(before === null ? {} : { before }),
    repository,
    run: {
      runId: run.id,
      jobName: run.jobName,
      runConfig: run.runConfig,
      tags: run.tags,
      attempt: run.attempt,
      parentRunId: run.parentRunId,
      selection: run.selection,
    },
    // The last entry is written in one transaction with what is left; a flush before it would only be one more.
    events: { emit: link.write, beforeUserCode: link.hurry, flush: () => Promise.resolve() },
    instance: link.instance,
    ...(begun.poolsCountSteps ? { pools: link.pools } : {}),
    ioManager: (key) => (key === "io_manager" ? files : null),
    signal: link.signal,
    graceMs: defaultGraceMs,
    stepWorkers: {
      entryFile: generation.entryFile,
      attribute: generation.attribute,
      workingDirectory: generation.workingDirectory,
      storageDir: begun.artifactDirectory,
      compileCacheDir: compileCacheDirectory(begun.home),
    },
    ...(begun.logLevel === null ? {} : { logLevel: begun.logLevel }),
    onSecrets: link.hide,
    ...(begun.logKey === null ? {} : { ownLogKey: begun.logKey }),
    ...(begun.computeLogDirectory === null
      ? {}
      : { computeLogs: new LocalComputeLogSink({ baseDir: begun.computeLogDirectory }) }),
  });
  const base = { atMs: Date.now(), message: outcome.message, stepKey: null };
  switch (outcome.status) {
    case "SUCCESS":
      return { ...base, type: "RUN_SUCCESS" };
    case "CANCELED":
      return { ...base, type: "RUN_CANCELED", error: null };
    case "FAILURE": {
      const { error, reason, firstFailedStepKey } = outcome;
      return { ...base, type: "RUN_FAILURE", error, reason, ...(firstFailedStepKey === null ? {} : { firstFailedStepKey }) };
    }
    default:
      return outcome satisfies never;
  }
}

/** Whether the loaded code is what the run was made for. */
function checkRun({ run }: BegunRun, repository: Repository): void {
  const job = repository.jobs.get(run.jobName);
  if (job === undefined) throw new DefinitionNotFoundError("job", run.jobName, repository.jobs.keys());
  const actual = jobSnapshotHash(job);
  if (actual !== run.jobSnapshotId) throw new SnapshotMismatchError(run.jobName, run.jobSnapshotId, actual);
}

export function failure(error: unknown, reason: RunFailureReason, jobName: string): RunLogEntry {
  const serialized = serializeError(error);
  const message = `Execution of run for "${jobName}" failed. ${serialized.message}`;
  return { type: "RUN_FAILURE", atMs: Date.now(), message, stepKey: null, error: serialized, reason };
}
