import {
  type AssetCheckExecution,
  type AssetCheckKey,
  assetCheckKeyToString,
  type AssetKey,
  assetKeyToString,
  type Instigator,
  type InstigatorId,
  type Run,
  type RunEventType,
  type RunId,
  type StoredEntry,
} from "@dagwright/model";
import {
  type AssetState,
  RunNotFoundError,
  type StepStats,
  type Storage,
  type StoredFreshness,
  type Tick,
  type TickPage,
} from "@dagwright/storage";
import { type QueueLimits, readWaits, type RunWait } from "@dagwright/workspace";
import DataLoader from "dataloader";

import type { Gathering } from "../executor/gathering.ts";

/** Gathers what the fields of one request ask for, so that a list of any length costs the same number of statements. Lives as long as the request. */
export interface Loaders {
  /** Rejects with RunNotFoundError. */
  readonly run: DataLoader<RunId, Run>;
  /** Null: the instance has no such run. */
  readonly maybeRun: DataLoader<RunId, Run | null>;
  readonly stepStats: DataLoader<RunId, readonly StepStats[]>;
  /** Why a run waits in the queue; null: it does not. */
  readonly wait: DataLoader<RunId, RunWait | null>;
  /** Whether steps of the run hold slots of concurrency pools. */
  readonly holdsSlots: DataLoader<RunId, boolean>;
  readonly materializations: DataLoader<RunId, readonly StoredEntry[]>;
  readonly checkEvaluations: DataLoader<RunId, readonly StoredEntry[]>;
  /** What tells of steps, their attempts and spans: starts, ends, retries, markers. */
  readonly stepMarks: DataLoader<RunId, readonly StoredEntry[]>;
  /** Null: no run has recorded the asset. */
  readonly assetState: DataLoader<AssetKey, AssetState | null, string>;
  /** How fresh an asset was told to be last; null: nothing was told of it. */
  readonly freshness: DataLoader<AssetKey, StoredFreshness | null, string>;
  /** The newest execution of a check; null: it was never planned or evaluated. */
  readonly checkExecution: DataLoader<AssetCheckKey, AssetCheckExecution | null, string>;
  /** Null: it was never switched, and no daemon has seen it yet. */
  readonly instigator: DataLoader<InstigatorId, Instigator | null>;
  /** Instigators that are asked for the same page share a statement. */
  readonly ticks: DataLoader<TicksOf, readonly Tick[], string>;
}

interface TicksOf {
  readonly id: InstigatorId;
  readonly page: TickPage;
}

const stepMarkTypes = [
  "STEP_START",
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_SKIPPED",
  "STEP_UP_FOR_RETRY",
  "STEP_RESTARTED",
  "STEP_WORKER_STARTING",
  "STEP_WORKER_STARTED",
  "RESOURCE_INIT_STARTED",
  "RESOURCE_INIT_SUCCESS",
  "RESOURCE_INIT_FAILURE",
  "ENGINE_EVENT",
] as const satisfies readonly RunEventType[];

export function makeLoaders(
  storage: Storage,
  limits: QueueLimits,
  signal: AbortSignal,
  { fetchWhenGathered: batchScheduleFn }: Gathering,
): Loaders {
  const loader = <Key, Value, CacheKey = Key>(
    fetch: DataLoader.BatchLoadFn<Key, Value>,
    options: DataLoader.Options<Key, Value, CacheKey> = {},
  ): DataLoader<Key, Value, CacheKey> => new DataLoader(fetch, { ...options, batchScheduleFn });
  const maybeRun = loader<RunId, Run | null>(async (ids) => {
    const runs = new Map((await storage.runs.getMany(ids, { signal })).map((run) => [run.id, run]));
    return ids.map((id) => runs.get(id) ?? null);
  });
  const eventsOf = (types: readonly RunEventType[]): DataLoader<RunId, readonly StoredEntry[]> =>
    loader(async (ids) => grouped(ids, await storage.events.readTypes(ids, types, { signal })));
  return {
    maybeRun,
    run: loader<RunId, Run>(
      async (ids) => Promise.all(ids.map(async (id) => (await maybeRun.load(id)) ?? new RunNotFoundError(id))),
      { cache: false },
    ),
    stepStats: loader(async (ids) => grouped(ids, await storage.events.stepStats(ids, { signal }))),
    wait: loader(async (ids) => {
      const waits = new Map((await readWaits(ids, storage, limits, { signal })).map((wait) => [wait.runId, wait]));
      return ids.map((id) => waits.get(id) ?? null);
    }),
    holdsSlots: loader(async (ids) => {
      const holders = new Set(await storage.pools.holders(ids, { signal }));
      return ids.map((id) => holders.has(id));
    }),
    materializations: eventsOf(["ASSET_MATERIALIZATION"]),
    checkEvaluations: eventsOf(["ASSET_CHECK_EVALUATION"]),
    stepMarks: eventsOf(stepMarkTypes),
    assetState: loader<AssetKey, AssetState | null, string>(
      async (keys) => {
        const states = new Map(
          (await storage.assets.states(keys, { signal })).map((state) => [assetKeyToString(state.key), state]),
        );
        return keys.map((key) => states.get(assetKeyToString(key)) ?? null);
      },
      { cacheKeyFn: assetKeyToString },
    ),
    freshness: loader<AssetKey, StoredFreshness | null, string>(
      async (keys) => {
        const told = new Map(
          (await storage.freshness.states(keys, { signal })).map((each) => [assetKeyToString(each.assetKey), each]),
        );
        return keys.map((key) => told.get(assetKeyToString(key)) ?? null);
      },
      { cacheKeyFn: assetKeyToString },
    ),
    checkExecution: loader<AssetCheckKey, AssetCheckExecution | null, string>(
      async (keys) => {
        const latest = new Map(
          (await storage.assetChecks.latest(keys, { signal })).map((each) => [assetCheckKeyToString(each.check), each]),
        );
        return keys.map((key) => latest.get(assetCheckKeyToString(key)) ?? null);
      },
      { cacheKeyFn: assetCheckKeyToString },
    ),
    ticks: loader<TicksOf, readonly Tick[], string>(
      async (wanted) => {
        const pages = new Map(
          await Promise.all(
            [...Map.groupBy(wanted, ({ page }) => JSON.stringify(page))].map(async ([key, group]) => {
              const ids = group.map(({ id }) => id);
              return [key, await storage.instigators.ticksOfEach(ids, group[0]!.page, { signal })] as const;
            }),
          ),
        );
        return wanted.map(({ id, page }) => pages.get(JSON.stringify(page))?.get(id) ?? []);
      },
      { cacheKeyFn: ({ id, page }) => `${id} ${JSON.stringify(page)}` },
    ),
    instigator: loader(async (ids) => {
      const kept = new Map((await storage.instigators.getMany(ids, { signal })).map((each) => [each.id, each]));
      return ids.map((id) => kept.get(id) ?? null);
    }),
  };
}

function grouped<Row extends { readonly runId: RunId }>(ids: readonly RunId[], rows: readonly Row[]): (readonly Row[])[] {
  const byRun = Map.groupBy(rows, ({ runId }) => runId);
  return ids.map((id) => byRun.get(id) ?? []);
}
