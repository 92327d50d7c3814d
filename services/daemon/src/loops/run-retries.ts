import type { RunRetriesConfig } from "@dagwright/instance";
import {
  backfillId,
  crashPoint,
  DomainError,
  type HolderId,
  isActiveBackfillStatus,
  type Run,
  systemTags,
} from "@dagwright/model";
import { isTransientCallError, UserCodeError } from "@dagwright/rpc";
import { BackfillNotFoundError, type LaunchClaim, type NewRun, type Storage, type SubmitMode } from "@dagwright/storage";
import {
  loadPastRuns,
  locateStoredValues,
  preparePartitions,
  prepareRun,
  reexecutionSelection,
  type ReexecutionStrategy,
  storedReexecutionSources,
  type Workspace,
} from "@dagwright/workspace";
import { planRetry } from "../decisions/plan-retry.ts";
import { tagsOfRetry } from "../decisions/tags-of-retry.ts";
import type { LaunchAll } from "../launch-all.ts";
import type { Loop } from "../loop.ts";

export interface RunRetriesOptions {
  readonly storage: Storage;
  readonly workspace: Pick<Workspace, "entries">;
  readonly holder: HolderId;
  readonly submitMode: SubmitMode;
  readonly launchAll: LaunchAll;
  readonly config: RunRetriesConfig;
  /** Most failed runs in one pass. Default 50. */
  readonly batch?: number;
  /** How long the decision about a run may take before others take it over, in milliseconds. Default 30,000. */
  readonly claimMs?: number;
}

/** When a run is looked at again whose code location is away. */
const againAfterMs = 10_000;

/**
 * Executes failed runs again, as `run_retries` and their tags say. Each run that fails is left to be decided about by the transaction that makes it
 * fail; the retry and what is noted of it are one transaction as well, and unique in the database. So it happens once, however many daemons
 * there are and wherever one of them dies. Woken when a run ends; nothing is scanned.
 */
export function createRunRetriesLoop(options: RunRetriesOptions): Loop {
  const { storage, config, submitMode, launchAll, batch = 50, claimMs = 30_000 } = options;
  return {
    name: "run-retries",
    daemonType: "EVENT_LOG_CONSUMER",
    wakesOn: ["run-ended", "location"],
    async runOnce(signal) {
      if (!config.enabled) return { handled: await storage.runs.dropRetries({ signal }), nextDueAtMs: null };
      crashPoint("retries.before-claim");
      const failed = await storage.runs.claimRetries(batch, claimMs, { signal });
      if (failed.length > 0) crashPoint("retries.after-claim");
      const errors: unknown[] = [];
      const launches = await Promise.all(
        failed.map(async (run) => {
          try {
            return await retryOrSettle(run, options, signal);
          } catch (error) {
            // Nothing is decided yet: when the claim is over it is looked at again.
            errors.push(error);
            return null;
          }
        }),
      );
      if (submitMode.kind === "launch") await launchAll(launches.filter((launch) => launch !== null));
      const nextDueAtMs = failed.length > 0 ? null : await storage.runs.nextRetryDueAtMs({ signal });
      return { handled: failed.length, nextDueAtMs, errors };
    },
  };
}

async function retryOrSettle(
  run: Run,
  { storage, workspace, submitMode, config }: RunRetriesOptions,
  signal: AbortSignal,
): Promise<LaunchClaim | null> {
  const [[failure], groupSize] = await Promise.all([
    storage.events.readTypes([run.id], ["RUN_FAILURE"], { signal }),
    storage.runs.count({ rootRunId: run.rootRunId ?? run.id }, { signal, atMost: 10_000 }),
  ]);
  const plan = planRetry(
    { tags: run.tags, reason: failure?.type === "RUN_FAILURE" ? failure.reason : "UNKNOWN", groupSize: groupSize + 1 },
    config,
  );
  const refusal = plan.retries ? await backfillThatEnded(run, storage, signal) : plan.message;
  if (!plan.retries || refusal !== null) {
    await storage.runs.settleRetry(run.id, { message: refusal }, { signal });
    return null;
  }
  try {
    const retry = await prepareRetry(run, plan.strategy, plan.retryNumber, { storage, workspace }, signal);
    const warned = plan.warning === null ? retry : { ...retry, notes: [...(retry.notes ?? []), engineEvent(plan.warning)] };
    const claim = await storage.runs.submitRetry({ failedRunId: run.id, run: warned }, submitMode, { signal });
    crashPoint("retries.after-submit");
    return claim;
  } catch (error) {
    if (error instanceof LocationAwayError || isTransientCallError(error)) {
      await storage.runs.settleRetry(run.id, { message: null, againAfterMs }, { signal });
      return null;
    }
    // What is wrong with the run or with its code stays wrong.
    if (!(error instanceof DomainError || error instanceof UserCodeError) || isPassing(error)) throw error;
    await storage.runs.settleRetry(run.id, { message: `Failed to retry the run: ${error.message}` }, { signal });
    return null;
  }
}

/** A backfill that has ended gets no more runs; null: there is none, or it goes on. */
async function backfillThatEnded({ tags }: Run, { backfills }: Storage, signal: AbortSignal): Promise<string | null> {
  const id = tags[systemTags.backfill];
  if (id === undefined) return null;
  try {
    const { status } = await backfills.get(backfillId(id), { signal });
    return isActiveBackfillStatus(status) ? null : `Not retrying the run: its backfill ${id} has ended with ${status}`;
  } catch (error) {
    if (!(error instanceof BackfillNotFoundError)) throw error;
    return `Not retrying the run: its backfill ${id} is no longer there`;
  }
}

async function prepareRetry(
  failed: Run,
  strategy: ReexecutionStrategy,
  retryNumber: number,
  { storage, workspace }: Pick<RunRetriesOptions, "storage" | "workspace">,
  signal: AbortSignal,
): Promise<NewRun> {
  const entry = workspace.entries().find(({ name }) => name === failed.location);
  if (!entry?.snapshot) throw new LocationAwayError(failed.location);
  const job = entry.snapshot.jobs.find(({ name }) => name === failed.jobName);
  if (job === undefined) throw new JobGoneError(failed.jobName, failed.location);
  const selection = await reexecutionSelection(failed, strategy, storedReexecutionSources(storage));
  const past = selection.stepKeys === null ? null : await loadPastRuns(failed.id, job, storage);
  const planned = prepareRun({
    location: failed.location,
    job,
    runConfig: failed.runConfig,
    tags: tagsOfRetry(failed, strategy, retryNumber),
    selection,
    parentRunId: failed.id,
    rootRunId: failed.rootRunId ?? failed.id,
    past,
  });
  const prepared = await preparePartitions(planned, entry.snapshot, storage, { signal });
  const located = await locateStoredValues(prepared, storage, past);
  return {
    ...located,
    notes: [{ ...engineEvent("Launched as an automatic retry"), metadata: { "failed run": { type: "run", runId: failed.id } } }],
  };
}

const engineEvent = (message: string) =>
  ({
    type: "ENGINE_EVENT",
    atMs: Date.now(),
    stepKey: null,
    message,
    error: null,
    metadata: {},
    markerStart: null,
    markerEnd: null,
  }) as const;

/** The database or a code location may be back in a moment. */
const isPassing = ({ name }: Error): boolean => name === "StorageUnavailableError";

/** The run's code location is not there at this moment. */
class LocationAwayError extends DomainError<"LocationAwayError"> {
  constructor(location: string) {
    super("LocationAwayError", `Code location "${location}" is not loaded`);
  }
}

/** The run's job has left its code location. */
class JobGoneError extends DomainError<"JobGoneError"> {
  constructor(job: string, location: string) {
    super("JobGoneError", `Code location "${location}" has no job "${job}" any more; it was probably renamed or removed`);
  }
}
