import { type EntityId, entityIdOf } from "@dagwright/automation";
import {
  assetKeyToUserString,
  type Run,
  type RunId,
  type RunPartition,
  runPartitionOf,
  type RunStatus,
  snapshotId,
} from "@dagwright/model";
import type { NewRun } from "@dagwright/storage";

/** Who asked for a run. */
export interface AskedBy {
  readonly kind: "SCHEDULE" | "SENSOR" | "AUTOMATION";
  readonly name: string;
}

/** A run of virtual time. No step of it is executed. */
export interface SimulatedRun {
  readonly id: RunId;
  readonly run: NewRun;
  /** Null: it was there when the simulation began. */
  readonly by: AskedBy | null;
  /** 1, and one more at each retry. */
  readonly attempt: number;
  readonly enqueuedAtMs: number;
  status: Extract<RunStatus, "QUEUED" | "STARTED" | "SUCCESS" | "FAILURE" | "CANCELED">;
  startedAtMs: number | null;
  endedAtMs: number | null;
}

/** What a tick asked for, as it is told. */
export interface RunSummary {
  readonly job: string;
  /** A key, or a range of keys. */
  readonly partition: string | null;
  /** Absent: all that the job makes. */
  readonly assets?: readonly string[];
}

export const nameOfPartition = (of: RunPartition | null): string | null =>
  of === null ? null : of.kind === "one" ? of.key : `${of.start}...${of.end}`;

export function summaryOf({ jobName, partition, tags, selection }: NewRun): RunSummary {
  const of = partition === undefined ? runPartitionOf(tags) : ({ kind: "one", key: partition } as const);
  const assets = selection.assetKeys === null ? {} : { assets: selection.assetKeys.map(assetKeyToUserString) };
  return { job: jobName, partition: nameOfPartition(of), ...assets };
}

/** The assets and checks that a run is to make or evaluate. */
export const targetsOf = ({ plannedAssets = [], plannedChecks = [] }: NewRun): ReadonlySet<EntityId> =>
  new Set([...plannedAssets.map(({ assetKey }) => entityIdOf(assetKey)), ...plannedChecks.map(({ check }) => entityIdOf(check))]);

/** As code sees it that is told of it. */
export function toRun({ id, run, status, enqueuedAtMs, startedAtMs, endedAtMs }: SimulatedRun): Run {
  return {
    id,
    status,
    attempt: 1,
    jobName: run.jobName,
    location: run.location,
    tags: run.tags,
    runConfig: run.runConfig,
    selection: run.selection,
    jobSnapshotId: snapshotId("simulated"),
    planSnapshotId: snapshotId("simulated"),
    parentRunId: null,
    rootRunId: null,
    partition: run.partition ?? null,
    createdAtMs: enqueuedAtMs,
    updatedAtMs: endedAtMs ?? startedAtMs ?? enqueuedAtMs,
    enqueuedAtMs,
    launchedAtMs: startedAtMs,
    startedAtMs,
    endedAtMs,
  };
}
