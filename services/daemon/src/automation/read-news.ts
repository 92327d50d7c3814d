import { type AutomationGraph, type EntityId, factsOfEvent, type Update } from "@dagwright/automation";
import {
  assetCheckKeyToString,
  assetKeyToString,
  type Run,
  type RunEventType,
  type RunId,
  type StoredEntry,
} from "@dagwright/model";
import { isBehind, type Storage, type StoreOptions, type StreamCursor } from "@dagwright/storage";
import type { Workspace } from "@dagwright/workspace";
import { targetsOfRun } from "./run-targets.ts";

/** What conditions want to hear of. */
export const newsTypes = [
  "ASSET_MATERIALIZATION",
  "ASSET_OBSERVATION",
  "ASSET_MATERIALIZATION_PLANNED",
  "ASSET_FAILED_TO_MATERIALIZE",
  "ASSET_CHECK_EVALUATION",
  "ASSET_CHECK_EVALUATION_PLANNED",
  "RUN_SUCCESS",
  "RUN_FAILURE",
  "RUN_CANCELED",
] as const satisfies readonly RunEventType[];

/** What has happened to assets and checks since an evaluation. */
export interface News {
  /** Bits of `Fact` by id. */
  readonly changes: Map<EntityId, number>;
  /** Oldest first. */
  readonly updates: ReadonlyMap<EntityId, readonly Update[]>;
  readonly cursor: StreamCursor;
  /** There was more than one evaluation reads at once. */
  readonly hasMore: boolean;
}

const pageSize = 1_000;
const mostPages = 10;

/** Reads the stream of events behind a cursor, exactly: none is skipped, however late it commits. */
export async function readNews(
  after: StreamCursor,
  {
    storage,
    workspace,
    graph,
    until = null,
    signal,
  }: {
    readonly storage: Storage;
    readonly workspace: Workspace;
    readonly graph: AutomationGraph;
    /** What lies behind it is left for later. Default: there is nothing of that kind. */
    readonly until?: StreamCursor | null;
    readonly signal: AbortSignal;
  },
): Promise<News> {
  const entries: StoredEntry[] = [];
  let cursor = after;
  let hasMore = true;
  for (let page = 0; page < mostPages && hasMore; page += 1) {
    const read = await storage.events.readStream(cursor, { types: newsTypes, limit: pageSize }, { signal });
    const beyond = until === null ? -1 : read.places.findIndex((place) => isBehind(place, until));
    entries.push(...(beyond === -1 ? read.entries : read.entries.slice(0, beyond)));
    cursor = beyond === -1 ? read.cursor : until!;
    hasMore = beyond === -1 && read.entries.length >= pageSize;
  }
  const changes = new Map<EntityId, number>();
  const updates = new Map<EntityId, Update[]>();
  const add = (id: EntityId, bits: number): void => {
    if (graph.node(id) !== undefined) changes.set(id, (changes.get(id) ?? 0) | bits);
  };
  const update = (id: EntityId, entry: StoredEntry, partition: string | null): void => {
    if (graph.node(id) === undefined) return;
    const runId = entry.runId.length === 0 ? null : entry.runId;
    const list = updates.get(id) ?? [];
    updates.set(id, list);
    list.push({ partition, atMs: entry.atMs, runId, isNewVersion: false });
  };
  const ended = new Set<RunId>();
  for (const entry of entries) {
    switch (entry.type) {
      case "ASSET_MATERIALIZATION":
      case "ASSET_OBSERVATION": {
        const id = assetKeyToString(entry.assetKey);
        add(id, factsOfEvent[entry.type]);
        update(id, entry, entry.partition);
        for (const check of graph.node(id)?.checks ?? []) add(check, factsOfEvent.CHECKED_ASSET_CHANGED);
        break;
      }
      case "ASSET_MATERIALIZATION_PLANNED":
      case "ASSET_FAILED_TO_MATERIALIZE":
        add(assetKeyToString(entry.assetKey), factsOfEvent[entry.type]);
        break;
      case "ASSET_CHECK_EVALUATION":
      case "ASSET_CHECK_EVALUATION_PLANNED": {
        const id = assetCheckKeyToString({ assetKey: entry.assetKey, name: entry.checkName });
        add(id, factsOfEvent.CHECK_CHANGED);
        if (entry.type === "ASSET_CHECK_EVALUATION") update(id, entry, null);
        break;
      }
      default:
        ended.add(entry.runId);
    }
  }
  for (const run of await runsOf([...ended], storage, { signal }))
    for (const id of targetsOfRun(run, workspace)) add(id, factsOfEvent.RUN_CHANGED);
  return { changes, updates, cursor, hasMore };
}

const runsOf = (ids: readonly RunId[], { runs }: Storage, options: StoreOptions): Promise<readonly Run[]> =>
  ids.length === 0 ? Promise.resolve([]) : runs.getMany(ids, options);
