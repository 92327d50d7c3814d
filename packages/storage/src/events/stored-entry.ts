import {
  assetKeyToString,
  type AssetEvent,
  type RunEvent,
  type RunEventType,
  runId,
  type RunLogEntry,
  type StoredEntry,
} from "@dagwright/model";

/** An entry on its way into the tables: what has a column of its own, and the rest as `data`. `run` and `ord` place it in a statement of several runs. */
export interface EntryRow {
  readonly run: number;
  readonly ord: number;
  readonly type: string;
  readonly step_key: string | null;
  readonly at_ms: number;
  readonly level: string | null;
  readonly message: string;
  readonly data: object | null;
  readonly asset_key: string | null;
  readonly partition: string | null;
}

export const assetEventTypes = [
  "ASSET_MATERIALIZATION_PLANNED",
  "ASSET_MATERIALIZATION",
  "ASSET_OBSERVATION",
  "ASSET_FAILED_TO_MATERIALIZE",
  "ASSET_CHECK_EVALUATION_PLANNED",
  "ASSET_CHECK_EVALUATION",
  "FRESHNESS_STATE_CHANGE",
] as const satisfies readonly AssetEvent["type"][];

/** What the stream over all runs carries: changes of runs' statuses, failed steps, and everything about assets. */
export const streamedEventTypes = [
  "RUN_ENQUEUED",
  "RUN_STARTING",
  "RUN_START",
  "RUN_SUCCESS",
  "RUN_FAILURE",
  "RUN_CANCELING",
  "RUN_CANCELED",
  "STEP_FAILURE",
  ...assetEventTypes,
] as const satisfies readonly RunEventType[];

const assetTypes: ReadonlySet<string> = new Set(assetEventTypes);
const streamedTypes: ReadonlySet<string> = new Set(streamedEventTypes);

export const isAssetEvent = (entry: RunLogEntry): entry is AssetEvent => assetTypes.has(entry.type);
export const isStreamed = (entry: RunLogEntry): boolean => streamedTypes.has(entry.type);

export function toEntryRow(entry: RunLogEntry, run: number, ord: number): EntryRow {
  const { type, stepKey, atMs, message, ...rest } = entry;
  if (type === "LOG_LINE") {
    return {
      run,
      ord,
      type,
      step_key: stepKey,
      at_ms: atMs,
      level: entry.level,
      message,
      data: null,
      asset_key: null,
      partition: null,
    };
  }
  const asset = isAssetEvent(entry) ? entry : null;
  return {
    run,
    ord,
    type,
    step_key: stepKey,
    at_ms: atMs,
    level: null,
    message,
    data: isEmpty(rest) ? null : rest,
    asset_key: asset === null ? null : assetKeyToString(asset.assetKey),
    partition: asset !== null && "partition" in asset ? asset.partition : null,
  };
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** An event or log line as reads select it; `level` is null for events. */
export interface StoredEntryRow {
  readonly run_id: string | null;
  readonly seq: number | null;
  readonly type: string;
  readonly step_key: string | null;
  readonly at_ms: number;
  readonly level: string | null;
  readonly message: string;
  readonly data: object | null;
}

export function toEvent(row: Pick<StoredEntryRow, "type" | "step_key" | "at_ms" | "message" | "data">): RunEvent {
  return { type: row.type, stepKey: row.step_key, atMs: row.at_ms, message: row.message, ...row.data } as unknown as RunEvent;
}

/** Events from outside any run have an empty run id and seq 0. */
export function toStoredEntry(row: StoredEntryRow): StoredEntry {
  const place = { runId: runId(row.run_id ?? ""), seq: row.seq ?? 0 };
  if (row.type !== "LOG_LINE") return { ...toEvent(row), ...place };
  const line = { type: "LOG_LINE", stepKey: row.step_key, atMs: row.at_ms, message: row.message, level: row.level };
  return { ...line, ...place } as unknown as StoredEntry;
}
