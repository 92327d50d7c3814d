import type { AssetKey, JsonObject, Run, RunStatus, Tags } from "@dagwright/model";
import type { StepStats } from "@dagwright/storage";

/** A run as `run list --json` tells it. Times are ISO 8601. */
export interface RunReport {
  readonly id: string;
  readonly status: RunStatus;
  readonly location: string;
  readonly job: string;
  /** Null: not a selection of assets. */
  readonly assets: readonly AssetKey[] | null;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly parentRunId: string | null;
  readonly rootRunId: string | null;
  /** Why it waits in the queue; null unless it is QUEUED. */
  readonly queue: QueueReport | null;
}

/** A run's place in the queue and what keeps it there. */
export interface QueueReport {
  readonly priority: number;
  /** How many runs are before it; 10,000 at most. */
  readonly ahead: number;
  readonly reasons: readonly { readonly message: string; readonly runIds: readonly string[] }[];
}

/** A run as `run show --json` tells it. */
export interface RunDetailsReport extends RunReport {
  readonly runConfig: JsonObject;
  readonly steps: readonly StepReport[];
}

export interface StepReport {
  readonly key: string;
  readonly status: StepStats["status"];
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly attempts: number;
}

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const toRunReport = (run: Run, queue: QueueReport | null = null): RunReport => ({
  id: run.id,
  status: run.status,
  location: run.location,
  job: run.jobName,
  assets: run.selection.assetKeys,
  // Those that begin with a dot are Dagwright's own bookkeeping; no client is shown them.
  tags: Object.fromEntries(Object.entries(run.tags).filter(([key]) => !key.startsWith("."))),
  createdAt: new Date(run.createdAtMs).toISOString(),
  startedAt: isoOrNull(run.startedAtMs),
  endedAt: isoOrNull(run.endedAtMs),
  parentRunId: run.parentRunId,
  rootRunId: run.rootRunId,
  queue,
});

export const toRunDetailsReport = (
  run: Run,
  steps: readonly StepStats[],
  queue: QueueReport | null = null,
): RunDetailsReport => ({
  ...toRunReport(run, queue),
  runConfig: run.runConfig,
  steps: steps.map(({ stepKey, status, startedAtMs, endedAtMs, attempts }) => ({
    key: stepKey,
    status,
    startedAt: isoOrNull(startedAtMs),
    endedAt: isoOrNull(endedAtMs),
    attempts,
  })),
});
