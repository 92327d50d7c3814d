import type { AssetCheckEvaluationPlannedEvent, AssetMaterializationPlannedEvent, RunLogEntry } from "@dagwright/model";
import { assetKeyToString, systemTags } from "@dagwright/model";
import { type Beginning, exclusiveKeyOf } from "./exclusive-runs.ts";
import { poolsOfPlan } from "./pools-of-plan.ts";
import type { NewRun } from "./run-store.ts";
import { snapshotText } from "./snapshot-text.ts";

/** A run on its way into the tables, as the submit statement reads it out of one json parameter. */
export interface NewRunRow {
  readonly run: number;
  readonly id: string | null;
  readonly status: Beginning["status"];
  readonly job_name: string;
  readonly location: string;
  readonly tags: object;
  readonly run_config: object;
  readonly selection: object;
  readonly job_snapshot_id: string;
  readonly plan_snapshot_id: string;
  readonly parent_run_id: string | null;
  readonly root_run_id: string | null;
  readonly partition: string | null;
  readonly priority: number;
  readonly pools: object | null;
  readonly when_running: string | null;
  readonly exclusive_key: string | null;
  readonly retry_of: string | null;
  readonly entries: number;
}

export function toNewRunRow(run: NewRun, ordinal: number, { status }: Beginning, entries: number): NewRunRow {
  return {
    run: ordinal,
    id: run.id ?? null,
    status,
    job_name: run.jobName,
    location: run.location,
    tags: run.tags,
    run_config: run.runConfig,
    selection: run.selection,
    job_snapshot_id: snapshotText(run.jobSnapshot).id,
    plan_snapshot_id: snapshotText(run.plan).id,
    parent_run_id: run.parentRunId ?? null,
    root_run_id: run.rootRunId ?? run.parentRunId ?? null,
    partition: run.partition ?? null,
    priority: priorityOf(run),
    pools: poolsOfPlan(run.plan),
    when_running: run.jobSnapshot.whenRunning?.policy ?? null,
    exclusive_key: exclusiveKeyOf(run),
    retry_of: run.retryOf ?? null,
    entries,
  };
}

/** The queue's order comes from a tag; what is no whole number counts as 0. */
export function priorityOf(run: Pick<NewRun, "tags">): number {
  const priority = Number(run.tags[systemTags.priority] ?? 0);
  return Number.isInteger(priority) && Math.abs(priority) < 2 ** 31 ? priority : 0;
}

/** The first entries of a run's log. Their time is the database's, put in by the statement that writes them. */
export function firstEntries(run: NewRun, { status, message = "" }: Beginning): readonly RunLogEntry[] {
  // What never starts plans nothing.
  const notes = run.notes ?? [];
  if (status === "CANCELED") return [...notes, { type: "RUN_CANCELED", atMs: 0, message, stepKey: null, error: null }];
  const steps = new Map(
    run.plan.steps.flatMap(({ key, outputs }) =>
      outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [[assetKeyToString(assetKey), key] as const])),
    ),
  );
  const planned = (run.plannedAssets ?? []).flatMap(({ assetKey, partitions }) =>
    (partitions ?? [null]).map((partition): AssetMaterializationPlannedEvent => ({
      type: "ASSET_MATERIALIZATION_PLANNED",
      atMs: 0,
      message: `${run.jobName} intends to materialize asset ${JSON.stringify(assetKey)}`,
      stepKey: steps.get(assetKeyToString(assetKey)) ?? null,
      assetKey,
      partition,
    })),
  );
  const plannedChecks = (run.plannedChecks ?? []).map(({ check, stepKey }): AssetCheckEvaluationPlannedEvent => ({
    type: "ASSET_CHECK_EVALUATION_PLANNED",
    atMs: 0,
    message: `${run.jobName} intends to execute asset check ${check.name} on asset ${JSON.stringify(check.assetKey)}`,
    stepKey,
    assetKey: check.assetKey,
    checkName: check.name,
    partition: null,
  }));
  if (status === "NOT_STARTED") return [...notes, ...planned, ...plannedChecks];
  const first =
    status === "QUEUED"
      ? { type: "RUN_ENQUEUED" as const, message: `Run of ${run.jobName} was put on the queue` }
      : { type: "RUN_STARTING" as const, message: `Run of ${run.jobName} is starting` };
  return [...notes, ...planned, ...plannedChecks, { ...first, atMs: 0, stepKey: null }];
}
