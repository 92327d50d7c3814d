import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { holderId, isFinalRunStatus } from "@dagwright/model";
import type { Instance, RunCoordinatorSetting } from "@dagwright/instance";
import { isAutomationPaused, type Notification, type SubmitMode } from "@dagwright/storage";
import { queueLimitsOf, requeueOf, type Workspace } from "@dagwright/workspace";
import type { Logger } from "pino";
import { openDatabaseClock } from "./database-clock.ts";
import { type DrivenLoop, driveLoop } from "./driver.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { startInstigatorSync } from "./instigator-sync.ts";
import { createLaunchAll } from "./launch-all.ts";
import type { Loop } from "./loop.ts";
import { createAutomationLoop } from "./loops/automation.ts";
import { createBackfillLoop } from "./loops/backfills.ts";
import { createFreshnessLoop } from "./loops/freshness.ts";
import { createLaunchSweep } from "./loops/launches.ts";
import { createMonitoringLoop } from "./loops/monitoring.ts";
import { createRunRetriesLoop } from "./loops/run-retries.ts";
import { createRetentionLoop } from "./loops/retention.ts";
import { createRunQueueLoop } from "./loops/run-queue.ts";
import { createSchedulerLoop } from "./loops/scheduler.ts";
import { createSensorLoop } from "./loops/sensors.ts";
import { ChangedStatuses } from "./run-status/changed-statuses.ts";
import { MadeAssets } from "./made-assets.ts";
import { watchWorkerHealth } from "./worker-health.ts";
import { watchWorkerExits } from "./worker-exits.ts";

export interface DaemonOptions {
  readonly instance: Instance;
  readonly workspace: Workspace;
  readonly log: Logger;
  /** How long one evaluation of a sensor may take that does not say so itself, in milliseconds. Default 60,000. */
  readonly sensorTimeoutMs?: number;
}

/** A running daemon replica. Disposing lets every loop finish its pass, gives back what it holds and takes its heartbeats along. */
export interface Daemon extends AsyncDisposable {
  readonly loops: readonly DrivenLoop[];
}

/** How long a launch may take before another replica takes it over. */
const launchClaimMs = 30_000;

/** Starts all loops of one replica. Any number of replicas may run against one instance; none leads. */
export async function startDaemon(
  { instance, workspace, log, sensorTimeoutMs }: DaemonOptions,
  signal: AbortSignal,
): Promise<Daemon> {
  const { storage, config } = instance;
  const holder = holderId(`daemon:${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`);
  const clock = await openDatabaseClock(storage, signal);
  const launcher = instance.runLauncher ?? workspace;
  const launchAll = createLaunchAll(storage, launcher, clock, log, requeueOf(config));
  const isQueued = config.runCoordinator.name === "QueuedRunCoordinator";
  const submitMode: SubmitMode = isQueued ? { kind: "queue" } : { kind: "launch", holder, claimMs: launchClaimMs };

  await using started = new AsyncDisposableStack();
  const driven: DrivenLoop[] = [];
  const wake = (reason: Loop["wakesOn"][number]): void => {
    for (const each of driven) if (each.loop.wakesOn.includes(reason)) each.wake();
  };

  const exits = started.use(watchWorkerExits(workspace, storage, log, () => wake("worker-exit")));
  const health =
    instance.runLauncher === null
      ? null
      : started.use(
          watchWorkerHealth({
            storage,
            launcher: instance.runLauncher,
            everyMs: config.runMonitoring.pollIntervalSeconds * 1000,
            onExit: () => wake("worker-exit"),
            log,
          }),
        );
  const instigators = { storage, workspace, holder, submitMode, launchAll, onLateSettled: () => wake("instigator") };
  const changedStatuses = new ChangedStatuses();
  const madeAssets = new MadeAssets();
  const loops: Loop[] = [
    createSchedulerLoop({ ...instigators, ...parallelismOf(config.schedules.numWorkers), ...config.scheduler }),
    createSensorLoop({
      ...instigators,
      ...parallelismOf(config.sensors.numWorkers),
      changedStatuses,
      madeAssets,
      ...(sensorTimeoutMs !== undefined && { evaluationTimeoutMs: sensorTimeoutMs }),
    }),
    ...(config.autoMaterialize.enabled
      ? [
          createAutomationLoop({
            ...instigators,
            ...parallelismOf(config.autoMaterialize.numWorkers),
            runTags: config.autoMaterialize.runTags,
            minimumIntervalSeconds: config.autoMaterialize.minimumIntervalSeconds ?? 0,
            maxTickRetries: config.autoMaterialize.maxTickRetries,
            ...(!config.autoMaterialize.useSensors && {
              isPaused: (loopSignal) => isAutomationPaused(storage, { signal: loopSignal }),
            }),
          }),
        ]
      : []),
    // Without a queue, too: runs of jobs that run one at a time wait in it.
    createRunQueueLoop({
      storage,
      holder,
      launchAll,
      terminator: launcher,
      claimMs: launchClaimMs,
      limits: queueLimitsOf(config),
      ...queueSettings(config.runCoordinator),
    }),
    createMonitoringLoop({
      storage,
      takeExits: async () => [...(await exits.take()), ...(health?.take() ?? [])],
      startTimeoutMs: timeoutMs(config.runMonitoring.enabled, config.runMonitoring.startTimeoutSeconds),
      cancelTimeoutMs: timeoutMs(config.runMonitoring.enabled, config.runMonitoring.cancelTimeoutSeconds),
      maxResumeAttempts: config.runMonitoring.enabled ? config.runMonitoring.maxResumeRunAttempts : 0,
      maxRuntimeMs:
        config.runMonitoring.enabled && config.runMonitoring.maxRuntimeSeconds !== null
          ? config.runMonitoring.maxRuntimeSeconds * 1_000
          : null,
    }),
    createRunRetriesLoop({
      storage,
      workspace,
      holder,
      submitMode,
      launchAll,
      config: config.runRetries,
      claimMs: launchClaimMs,
    }),
    createBackfillLoop({
      storage,
      workspace,
      terminator: instance.runLauncher ?? workspace,
      holder,
      submitMode,
      launchAll,
    }),
    ...(config.freshness.enabled ? [createFreshnessLoop({ storage, workspace })] : []),
    createLaunchSweep({ storage, holder, launchAll, claimMs: launchClaimMs }),
    createRetentionLoop({ storage, holder, config: config.retention }),
  ];
  for (const loop of loops) driven.push(started.use(driveLoop(loop, { clock, log }, signal)));

  started.use(startInstigatorSync({ storage, workspace, clock, log, onSynced: () => wake("instigator") }));
  started.use(workspace.onChange(() => wake("location")));
  started.use(
    storage.notifications.subscribe((notification) => {
      if (notification.kind === "run" && notification.status !== null) changedStatuses.note(notification.status);
      if (notification.kind === "resync") changedStatuses.noteAll();
      if (notification.kind === "resync" || notification.kind === "asset") madeAssets.note();
      wakeFor(notification, (reason) => {
        // Most runs come to a status for which no sensor waits.
        if (reason !== "run-status" || changedStatuses.concerns(workspace.entries())) wake(reason);
      });
    }),
  );
  started.use(startHeartbeat({ storage, holder, clock, loops: driven, log }));
  log.info({ holder, loops: loops.map(({ name }) => name) }, "daemon is up");

  const stack = started.move();
  return {
    loops: driven,
    async [Symbol.asyncDispose]() {
      log.info("daemon is draining");
      await stack.disposeAsync();
    },
  };
}

function wakeFor(notification: Notification, wake: (reason: Loop["wakesOn"][number]) => void): void {
  switch (notification.kind) {
    case "queue":
    case "launch":
    case "backfill":
    case "asset":
    case "freshness":
    case "instigator":
      return wake(notification.kind);
    case "run":
      wake("events");
      if (notification.status === null) return;
      wake("run-status");
      return isFinalRunStatus(notification.status) ? wake("run-ended") : undefined;
    case "resync":
      for (const reason of [
        "queue",
        "launch",
        "backfill",
        "asset",
        "freshness",
        "instigator",
        "run-ended",
        "run-status",
        "events",
      ] as const)
        wake(reason);
      return;
    default:
      notification satisfies never;
  }
}

const parallelismOf = (workers: number | null): { parallelism?: number } => (workers === null ? {} : { parallelism: workers });

function queueSettings(coordinator: RunCoordinatorSetting): { parallelism?: number; everyMs?: number } {
  if (coordinator.name !== "QueuedRunCoordinator") return {};
  const { dequeueNumWorkers, dequeueIntervalSeconds } = coordinator.runQueue;
  return { everyMs: dequeueIntervalSeconds * 1000, ...parallelismOf(dequeueNumWorkers) };
}

/** A hundred years stand for "never": the statement that compares stays the same. */
const timeoutMs = (enabled: boolean, seconds: number): number => (enabled ? seconds * 1000 : 100 * 365 * 86_400_000);
