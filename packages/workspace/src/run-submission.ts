import { type PastRuns, planExecution } from "@dagwright/graph";
import {
  type CodeLocationName,
  crashPoint,
  type ExecutionPlan,
  type JobSnapshot,
  type JsonObject,
  repositoryName,
  type RunId,
  type RunSelection,
  serializeError,
  systemTags,
  type Tags,
} from "@dagwright/model";
import type { LaunchClaim, NewRun, Storage, WorkerHandle } from "@dagwright/storage";

/** What a run is to be, before it has a plan. `runConfig` has been checked by the code location. */
export interface RunToPrepare {
  readonly location: CodeLocationName;
  readonly job: JobSnapshot;
  readonly runConfig: JsonObject;
  /** Laid over the job's own tags. */
  readonly tags?: Tags;
  /** Default: all of the job. */
  readonly selection?: RunSelection;
  readonly id?: RunId;
  readonly parentRunId?: RunId;
  readonly rootRunId?: RunId;
  /** What the runs that it re-executes have made. */
  readonly past?: PastRuns | null;
  /** Default: what the tag `dagster/partition` says. */
  readonly partition?: string;
}

/**
 * Plans a run and gives it the tags that clients filter by. Pure.
 *
 * @throws ExecutionPlanError when the selection names what the job does not have
 */
export function prepareRun(run: RunToPrepare): NewRun {
  const selection = run.selection ?? { stepKeys: null, assetKeys: null };
  const plan =
    run.past === undefined || run.past === null
      ? knownPlan(run.job, selection)
      : planExecution(run.job, selection, run.past.mappingKeysOf);
  const tags: Tags = {
    ...run.job.tags,
    ...run.tags,
    ...lineageTags(run),
    [systemTags.repository]: `${repositoryName}@${run.location}`,
    [systemTags.codeLocation]: run.location,
  };
  const partition = run.partition ?? tags[systemTags.partition];
  return {
    ...(run.id !== undefined && { id: run.id }),
    jobName: run.job.name,
    location: run.location,
    tags: partition === undefined ? tags : { ...tags, [systemTags.partition]: partition },
    runConfig: run.runConfig,
    selection,
    jobSnapshot: run.job,
    plan,
    ...(run.parentRunId !== undefined && { parentRunId: run.parentRunId }),
    ...(run.rootRunId !== undefined && { rootRunId: run.rootRunId }),
    ...(partition !== undefined && { partition }),
    plannedAssets: plannedAssets(plan),
    plannedChecks: plan.steps.flatMap(({ key, outputs }) =>
      outputs.flatMap(({ check }) =>
        check === undefined ? [] : [{ check: { assetKey: check.assetKey, name: check.name }, stepKey: key }],
      ),
    ),
  };
}

/** Plans by job and selection: a thousand schedules, or the ticks of one, ask for the same few again and again, and a plan is never changed. */
const plans = new WeakMap<JobSnapshot, Map<string, ExecutionPlan>>();
/** Of one job. */
const mostPlans = 50;

function knownPlan(job: JobSnapshot, selection: RunSelection): ExecutionPlan {
  const ofJob = plans.get(job) ?? new Map<string, ExecutionPlan>();
  plans.set(job, ofJob);
  const key = JSON.stringify(selection);
  const known = ofJob.get(key);
  if (known !== undefined) return known;
  const plan = planExecution(job, selection);
  if (ofJob.size >= mostPlans) ofJob.clear();
  ofJob.set(key, plan);
  return plan;
}

function lineageTags({ parentRunId, rootRunId }: RunToPrepare): Tags {
  return {
    ...(parentRunId !== undefined && { [systemTags.parentRunId]: parentRunId }),
    ...(rootRunId !== undefined && { [systemTags.rootRunId]: rootRunId }),
  };
}

const plannedAssets = (plan: ExecutionPlan) =>
  plan.steps.flatMap(({ outputs }) =>
    outputs.flatMap(({ assetKey, isObserved }) => (assetKey === null || isObserved ? [] : [{ assetKey, partitions: null }])),
  );

/** What starts the workers of a claimed run: the workspace's location of that name, or another launcher. Idempotent by run id and fence. */
export interface RunLauncher {
  launchRun(claim: LaunchClaim, options?: { readonly signal?: AbortSignal }): Promise<WorkerHandle>;
}

export interface LaunchOutcome {
  readonly claim: LaunchClaim;
  /**
   * `launched`: a worker has it. `later`: its location could not be reached; the sweep tries again. `failed`: the run is FAILURE now.
   * `requeued`: its location could not be reached, and it waits in the queue again.
   * `not-due`: another run of its job is under way, so that it was queued or canceled when it was submitted.
   */
  readonly result: "launched" | "later" | "failed" | "requeued" | "not-due";
  readonly error?: unknown;
}

export interface LaunchOptions {
  readonly storage: Pick<Storage, "events"> & { readonly runs: Pick<Storage["runs"], "pauseLocation"> };
  readonly launcher: RunLauncher;
  /**
   * How often a run that came from the queue goes back there when its location cannot be reached, and for how long nothing of that location
   * leaves the queue then: `max_user_code_failure_retries` and `user_code_failure_retry_delay`. Default: never.
   */
  readonly requeue?: { readonly maxRetries: number; readonly delayMs: number };
  /** Whether trying again may help: the location is away or starting. Everything else fails the run. */
  readonly isTransient: (error: unknown) => boolean;
  /** How long after its creation a run may wait for a location that is away, by the claim's clock. Default 60 s. */
  readonly giveUpAfterMs?: number;
  /** Default: this machine's clock, read when a launch has failed. */
  readonly nowMs?: () => number;
  readonly signal?: AbortSignal;
}

const defaultGiveUpAfterMs = 60_000;

/**
 * Starts the workers of claimed launches, all at once, and settles those that could not be started. One bad launch never disturbs another.
 *
 * A launch whose answer was lost may have reached its worker all the same: a RUN_FAILURE written here then refuses that worker at its begin,
 * and a later attempt of the sweep finds the worker by run id.
 */
export async function launchClaims(claims: readonly LaunchClaim[], options: LaunchOptions): Promise<readonly LaunchOutcome[]> {
  return Promise.all(claims.map((claim) => launchClaim(claim, options)));
}

async function launchClaim(claim: LaunchClaim, options: LaunchOptions): Promise<LaunchOutcome> {
  const { storage, launcher, isTransient, giveUpAfterMs = defaultGiveUpAfterMs, nowMs = Date.now, signal } = options;
  const signalOption = signal === undefined ? {} : { signal };
  if (claim.run.status !== "STARTING") return { claim, result: "not-due" };
  try {
    crashPoint("launch.before");
    await launcher.launchRun(claim, signalOption);
    crashPoint("launch.after");
    return { claim, result: "launched" };
  } catch (error) {
    const { run } = claim;
    if (signal?.aborted !== true && isTransient(error) && (await goesBack(claim, error, options)))
      return { claim, result: "requeued", error };
    const waitingSinceMs = run.launchedAtMs ?? run.createdAtMs;
    if (signal?.aborted === true || (isTransient(error) && nowMs() - waitingSinceMs < giveUpAfterMs)) {
      return { claim, result: "later", error };
    }
    const failure = {
      type: "RUN_FAILURE" as const,
      atMs: nowMs(),
      message: `Run could not be launched in code location "${run.location}": ${error instanceof Error ? error.message : String(error)}`,
      stepKey: null,
      error: serializeError(error),
      reason: isTransient(error) ? ("START_TIMEOUT" as const) : ("JOB_INITIALIZATION_FAILURE" as const),
    };
    try {
      await storage.events.append({ runId: run.id, attempt: null, entries: [failure], onlyFrom: ["STARTING", "CANCELING"] });
    } catch {
      // Somebody settled the run meanwhile (a worker, a termination); its status is theirs to say.
    }
    return { claim, result: "failed", error };
  }
}

/** Puts a run back on the queue; false when it never was there, was put back often enough, or moved on meanwhile. */
async function goesBack(
  { run }: LaunchClaim,
  error: unknown,
  { storage, requeue, nowMs = Date.now }: LaunchOptions,
): Promise<boolean> {
  if (requeue === undefined || requeue.maxRetries === 0 || run.enqueuedAtMs === null) return false;
  try {
    const enqueued = await storage.events.readTypes([run.id], ["RUN_ENQUEUED"]);
    const left = requeue.maxRetries - Math.max(0, enqueued.length - 1);
    if (left <= 0) return false;
    const times = left === 1 ? "1 retry" : `${left} retries`;
    const message = `Code location "${run.location}" could not be reached; the run goes back to the queue (${times} left)`;
    const base = { atMs: nowMs(), stepKey: null };
    const note = { ...base, type: "ENGINE_EVENT", message, error: serializeError(error), metadata: {} } as const;
    await storage.runs.pauseLocation(run.location, requeue.delayMs);
    await storage.events.append({
      runId: run.id,
      attempt: run.attempt,
      entries: [
        { ...note, markerStart: null, markerEnd: null },
        { ...base, type: "RUN_ENQUEUED", message: `Run of ${run.jobName} was put on the queue again` },
      ],
      onlyFrom: ["STARTING"],
    });
    return true;
  } catch {
    // Somebody settled the run meanwhile, or the database is away; what is to be said then is said where launches fail.
    return false;
  }
}
