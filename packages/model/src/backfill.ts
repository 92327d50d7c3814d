import type { AssetKey } from "./asset-key.ts";
import type { BackfillId, CodeLocationName } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { SerializedError } from "./serialized-error.ts";
import type { Tags } from "./tags.ts";

/** Statuses of a backfill, spelled as Dagster's GraphQL enum `BulkActionStatus` spells them. `COMPLETED` is an older name that nothing writes. */
export const backfillStatuses = [
  "REQUESTED",
  "CANCELING",
  "CANCELED",
  "FAILING",
  "FAILED",
  "COMPLETED_SUCCESS",
  "COMPLETED_FAILED",
  "COMPLETED",
] as const;

export type BackfillStatus = (typeof backfillStatuses)[number];

/** Those in which a daemon still has something to do. */
export const activeBackfillStatuses = ["REQUESTED", "CANCELING", "FAILING"] as const satisfies readonly BackfillStatus[];

export const isActiveBackfillStatus = (status: BackfillStatus): boolean =>
  (activeBackfillStatuses as readonly BackfillStatus[]).includes(status);

/** A backfill as the instance knows it. Times are milliseconds since the epoch, by the database's clock. */
export interface Backfill {
  readonly id: BackfillId;
  readonly status: BackfillStatus;
  /** The job whose partitions it runs, and where; null for one of assets. */
  readonly job: { readonly name: string; readonly location: CodeLocationName } | null;
  /** The assets that it makes; for a job, those of its assets that were selected, null: all. */
  readonly assetKeys: readonly AssetKey[] | null;
  /** For every run, beside those that say which backfill and partition it is for. */
  readonly tags: Tags;
  readonly runConfig: JsonObject;
  readonly title: string | null;
  readonly description: string | null;
  /** Of a job only those partitions whose last run has failed, from where it failed. */
  readonly fromFailure: boolean;
  /** Of a job only these steps. */
  readonly stepKeys: readonly string[] | null;
  /** Nothing more is submitted until it goes on; what runs goes on. */
  readonly isPaused: boolean;
  /** Most of its runs that are queued or run at a time; null: any number. */
  readonly maxRunsInFlight: number | null;
  readonly runsSubmitted: number;
  readonly runsInFlight: number;
  /** What it waits for that will not come by itself, e.g. a code location that is away. */
  readonly waitingReason: string | null;
  /** What ended it. */
  readonly error: SerializedError | null;
  /** What it could not do, in sentences; the rest went on. */
  readonly problems: readonly string[];
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}
