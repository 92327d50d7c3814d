import type { Repository, ResolvedRunConfig } from "@dagwright/definitions";
import type { StepsBefore } from "@dagwright/graph";
import {
  type ExecutionPlan,
  type InstanceBackend,
  type LogLevel,
  logLevels,
  type RunLogEntry,
  SecretMask,
} from "@dagwright/model";
import type { ComputeLogSink } from "../compute-logs/compute-log-sink.ts";
import { InvalidRunConfigError, LoggerInitError, ResourceInitError } from "../errors.ts";
import { executorSettings, type InProcessSettings, type MultiprocessSettings } from "../executors/executor-settings.ts";
import { jobOf } from "../repository/job-of.ts";
import { InProcessExecutor } from "../executors/in-process-executor.ts";
import { MultiprocessExecutor } from "../executors/multiprocess-executor.ts";
import { StepConsole } from "../executors/step-console.ts";
import type { IoManager } from "../io/io-manager.ts";
import { RunLoggers } from "../loggers/run-loggers.ts";
import { ResourceScope } from "../resources/resource-scope.ts";
import type { StepWorkerOptions } from "../step-worker/step-worker-options.ts";
import { describeFailure } from "../steps/failure.ts";
import { type StepObserver, StepRunner } from "../steps/step-runner.ts";
import { StepTasks } from "../steps/step-task.ts";
import { formatDuration } from "./duration.ts";
import { checkedRunConfig } from "../config/checked-run-config.ts";
import { DataVersions } from "./data-versions.ts";
import type { EventSink } from "./event-sink.ts";
import { priorityOf } from "./ready-steps.ts";
import type { RunPools } from "./run-pools.ts";
import { hideSecrets, hideSecretsOfOutcome } from "./hide-secrets.ts";
import { type RunData, toRunInfo } from "./run-data.ts";
import type { RunOutcome } from "./run-outcome.ts";
import { RunDeadline } from "./run-deadline.ts";
import { type PlanWalk, walkPlan } from "./walk-plan.ts";

export interface RunExecution {
  readonly plan: ExecutionPlan;
  /** What earlier attempts of the run have settled about steps of the plan. */
  readonly before?: StepsBefore;
  readonly repository: Repository;
  readonly run: RunData;
  readonly events: EventSink;
  /** Answers what steps ask of the instance. It must know what was emitted before the question. */
  readonly instance: InstanceBackend;
  /** Serves I/O manager keys that no resource has; null when there is none of that key. */
  readonly ioManager: (key: string) => IoManager | null;
  /**
   * Aborting aborts the steps' signals and starts no further step; what still runs after the grace period is killed, or in this
   * process left behind. The outcome is then CANCELED.
   */
  readonly signal: AbortSignal;
  /** Default 10,000; an abort's reason that has a `graceMs` goes before it. */
  readonly graceMs?: number;
  /** How to start step workers; without it every step runs in this process, whatever the job's executor. */
  readonly stepWorkers?: StepWorkerOptions;
  /** Takes the stdout and stderr of step workers; without it they are dropped. Also those of steps that run at once in this process. */
  readonly computeLogs?: ComputeLogSink;
  /** Counts the slots of concurrency pools; without it they limit nothing. */
  readonly pools?: RunPools;
  /** Where this process's own stdout and stderr go, when whoever started it captures them: announced by LOGS_CAPTURED. */
  readonly ownLogKey?: readonly string[];
  /** Least level of the lines that user code logs for which they are kept; without it all are. */
  readonly logLevel?: LogLevel;
  /** Told what this process must not write to its own stdout and stderr, before any user code runs with it. */
  readonly onSecrets?: (secrets: SecretMask) => void;
  /** Values that stand for resources of these keys; for tests. */
  readonly resourceOverrides?: ReadonlyMap<string, unknown>;
  /** Sees the values and errors of steps in this process; for tests. */
  readonly observer?: StepObserver;
}

const defaultGraceMs = 10_000;

/**
 * Executes a plan and emits the events of its steps. The run's own events (RUN_START, RUN_SUCCESS, …) are the caller's: they move
 * the run's status and belong into its transaction.
 *
 * A run that takes longer than its tag `dagster/max_runtime` says is aborted as by `signal`, and has failed.
 *
 * Expected failures are outcomes; it rejects only for what is nobody's run to fail, such as a broken event sink. Everything
 * emitted has been flushed when it resolves.
 */
export async function executeRun(given: RunExecution): Promise<RunOutcome> {
  using deadline = new RunDeadline(given.run.tags, given.signal);
  const execution = { ...given, signal: deadline.signal };
  const { plan, run, events, signal } = execution;
  let outcome: RunOutcome;
  let secrets = new SecretMask([]);
  try {
    const checked = checkedRunConfig(execution.repository, run);
    const { config } = checked;
    secrets = checked.secrets;
    execution.onSecrets?.(secrets);
    await using loggers = await RunLoggers.open(jobOf(execution.repository, run), config, run);
    const versions = await DataVersions.load(execution);
    const emit = (given: RunLogEntry): void => {
      if (isBelow(given, execution.logLevel)) return;
      const entry = hideSecrets(versions === null ? given : versions.stamp(given), secrets);
      events.emit(entry);
      for (const failure of loggers.handle(entry)) events.emit(hideSecrets(failure, secrets));
    };
    const settings = executorSettings(plan.executor, config, execution.stepWorkers === undefined);
    outcome =
      settings.kind === "multiprocess"
        ? await inStepWorkers(execution, settings, secrets, emit)
        : await inThisProcess(execution, settings, config, secrets, emit);
  } catch (error) {
    outcome = {
      status: "FAILURE",
      reason:
        error instanceof ResourceInitError || error instanceof InvalidRunConfigError || error instanceof LoggerInitError
          ? "JOB_INITIALIZATION_FAILURE"
          : "RUN_EXCEPTION",
      message: `Execution of run for "${plan.jobName}" failed. ${describeFailure(error).message}`,
      firstFailedStepKey: null,
      failedStepKeys: [],
      error: describeFailure(error),
    };
    if (signal.aborted) outcome = { status: "CANCELED", message: `Execution of run for "${plan.jobName}" canceled.` };
  }
  if (outcome.status === "CANCELED" && deadline.hasPassed) outcome = tookTooLong(plan.jobName, deadline.seconds);
  await events.flush();
  return hideSecretsOfOutcome(outcome, secrets);
}

function tookTooLong(jobName: string, seconds: number | null): RunOutcome {
  const problem = `It exceeded its maximum runtime of ${seconds} seconds.`;
  return {
    status: "FAILURE",
    reason: "RUN_EXCEPTION",
    message: `Execution of run for "${jobName}" failed. ${problem}`,
    firstFailedStepKey: null,
    failedStepKeys: [],
    error: { name: "RunTimeoutError", message: problem, stack: [] },
  };
}

const isBelow = (entry: RunLogEntry, least: LogLevel | undefined): boolean =>
  least !== undefined && entry.type === "LOG_LINE" && logLevels.indexOf(entry.level) < logLevels.indexOf(least);

/** How the walk over the plan is limited. */
const limitsOf = (
  { run, plan, pools, before }: RunExecution,
  { retries, tagLimits }: InProcessSettings | MultiprocessSettings,
): Pick<PlanWalk, "retries" | "tagLimits" | "pools" | "priority" | "before"> => ({
  retries,
  tagLimits,
  pools: pools !== undefined && plan.steps.some(({ pool }) => pool !== null) ? pools : null,
  priority: priorityOf(run.tags),
  before: before ?? null,
});

async function inThisProcess(
  execution: RunExecution,
  settings: InProcessSettings,
  config: ResolvedRunConfig,
  secrets: SecretMask,
  emit: (entry: RunLogEntry) => void,
): Promise<RunOutcome> {
  const {
    plan,
    repository,
    run,
    ioManager,
    signal,
    graceMs = defaultGraceMs,
    resourceOverrides = new Map<string, unknown>(),
  } = execution;
  const job = jobOf(repository, run);
  const startedAt = performance.now();
  engineEvent(emit, plan, `Executing steps in process (pid: ${process.pid})`);
  const resources = new ResourceScope({
    definitions: job.resources,
    run: toRunInfo(run),
    config,
    emit,
    signal,
    overrides: resourceOverrides,
  });
  const runner = new StepRunner({
    repository,
    job,
    run,
    config,
    resources,
    instance: execution.instance,
    ioManager,
    emit,
    acrossProcesses: false,
    abandonAfterMs: graceMs,
    beforeUserCode: () => execution.events.beforeUserCode?.(),
    ...(execution.observer && { observer: execution.observer }),
  });
  const tasks = new StepTasks(run, plan, job.snapshot, settings.retries);
  let outcome: RunOutcome;
  {
    const { computeLogs } = execution;
    const keepsStepsApart = settings.kind === "async" && computeLogs !== undefined;
    const console = keepsStepsApart ? new StepConsole({ runId: run.runId, computeLogs, secrets, emit }) : null;
    const { maxConcurrent } = settings;
    await using executor = new InProcessExecutor({ maxConcurrent, runner, tasks, resources, console, signal, graceMs });
    await resources.ensure(new Set(plan.steps.flatMap((step) => [...runner.resourceKeysOf(tasks.taskOf(step, 0))])), null);
    if (execution.ownLogKey !== undefined && !keepsStepsApart) logsCaptured(emit, execution.ownLogKey, plan);
    outcome = await walkPlan({ plan, executor, emit, signal, ...limitsOf(execution, settings) });
  }
  engineEvent(emit, plan, `Finished steps in process (pid: ${process.pid}) in ${formatDuration(performance.now() - startedAt)}`);
  return outcome;
}

async function inStepWorkers(
  execution: RunExecution,
  settings: MultiprocessSettings,
  secrets: SecretMask,
  emit: (entry: RunLogEntry) => void,
): Promise<RunOutcome> {
  const { plan, run, signal, graceMs = defaultGraceMs, stepWorkers, computeLogs } = execution;
  if (stepWorkers === undefined) throw new TypeError("step workers were not described");
  const job = jobOf(execution.repository, run);
  const startedAt = performance.now();
  engineEvent(emit, plan, `Executing steps using multiprocess executor: parent process (pid: ${process.pid})`);
  let outcome: RunOutcome;
  {
    const tasks = new StepTasks(run, plan, job.snapshot, settings.retries);
    await using executor = new MultiprocessExecutor({
      ...settings,
      run,
      tasks,
      stepWorkers,
      instance: execution.instance,
      secrets,
      computeLogs: computeLogs ?? null,
      emit,
      signal,
      graceMs,
      stepCount: plan.steps.length,
    });
    outcome = await walkPlan({ plan, executor, emit, signal, ...limitsOf(execution, settings) });
  }
  engineEvent(
    emit,
    plan,
    `Multiprocess executor: parent process exiting after ${formatDuration(performance.now() - startedAt)} (pid: ${process.pid})`,
  );
  return outcome;
}

/** Without markers: a Gantt would draw the whole run as one span behind its steps. */
function engineEvent(emit: (entry: RunLogEntry) => void, plan: ExecutionPlan, message: string): void {
  const stepKeys = plan.steps.map(({ key }) => `'${key}'`).join(", ");
  const metadata = {
    pid: { type: "text", text: String(process.pid) },
    ...(stepKeys !== "" && { step_keys: { type: "text" as const, text: `[${stepKeys}]` } }),
  } as const;
  const base = { atMs: Date.now(), stepKey: null, error: null, metadata, message };
  emit({ type: "ENGINE_EVENT", ...base, markerStart: null, markerEnd: null });
}

function logsCaptured(emit: (entry: RunLogEntry) => void, logKey: readonly string[], plan: ExecutionPlan): void {
  emit({
    type: "LOGS_CAPTURED",
    atMs: Date.now(),
    stepKey: null,
    fileKey: logKey.at(-1) ?? "",
    logKey,
    stepKeys: plan.steps.map(({ key }) => key),
    externalUrl: null,
    pid: process.pid,
    message: `Capturing logs for process (pid: ${process.pid}).`,
  });
}
