import { type AutomationGraph, type EntityId, type EntityState } from "@dagwright/automation";
import { assetKeyToString, instigatorIdOf, type CodeLocationName, type InstigatorId } from "@dagwright/model";
import type { PoolUse, Storage } from "@dagwright/storage";
import { dynamicNames, makePartitionStatusCache } from "@dagwright/workspace";
import type { LocatedCode } from "./located-code.ts";
import { freshSensor, type SensorStart } from "./sensor-source.ts";
import type { AssetStart } from "./simulated-facts.ts";

/** How an instance stands where a simulation begins. */
export interface StartingState {
  readonly dynamicPartitions: ReadonlyMap<string, readonly string[]>;
  readonly pools: readonly PoolUse[];
  assets(graph: AutomationGraph, nowMs: number): Promise<ReadonlyMap<EntityId, AssetStart>>;
  /** How the conditions of a sensor were evaluated before some time. */
  states(location: CodeLocationName, sensor: string, beforeMs: number): Promise<ReadonlyMap<EntityId, EntityState>>;
  sensor(location: CodeLocationName, name: string): Promise<SensorStart>;
}

/** Where there is no instance yet: nothing was ever made or evaluated. */
export const emptyState: StartingState = {
  dynamicPartitions: new Map(),
  pools: [],
  assets: () => Promise.resolve(new Map()),
  states: () => Promise.resolve(new Map()),
  sensor: () => Promise.resolve(freshSensor),
};

const statesPage = 5_000;

/** What an instance knows now of what some code locations define. Reads only. */
export async function readStartingState(
  storage: Storage,
  locations: readonly LocatedCode[],
  defaultPoolLimit: number | null,
): Promise<StartingState> {
  const names = new Set(
    locations.flatMap(({ snapshot }) =>
      [...snapshot.assets, ...snapshot.jobs].flatMap(({ partitions }) =>
        partitions === undefined ? [] : dynamicNames(partitions),
      ),
    ),
  );
  const dynamicPartitions = new Map<string, readonly string[]>();
  for (const name of names) dynamicPartitions.set(name, await storage.dynamicPartitions.keys(name));
  const pools = (await storage.pools.list(defaultPoolLimit)).map(({ name, limit, usesDefault }) => ({
    name,
    limit: usesDefault ? null : limit,
    claimed: 0,
  }));
  return {
    dynamicPartitions,
    pools,
    assets: (graph, nowMs) => readAssets(storage, graph, { nowMs, dynamicKeys: (name) => dynamicPartitions.get(name) ?? [] }),
    states: (location, sensor, beforeMs) => readStates(storage, instigatorIdOf(location, sensor), beforeMs),
    async sensor(location, name) {
      const id = instigatorIdOf(location, name);
      const [kept, last] = [await storage.instigators.get(id), (await storage.instigators.lastTicks([id])).get(id)];
      return {
        cursor: kept?.cursor ?? null,
        lastTickAtMs: last?.scheduledAtMs ?? null,
        lastRunKey: last?.runKey ?? null,
        seenRunKeys: (keys) => storage.instigators.seenRunKeys(id, keys),
      };
    },
  };
}

async function readAssets(
  storage: Storage,
  graph: AutomationGraph,
  view: Parameters<ReturnType<typeof makePartitionStatusCache>["read"]>[2],
): Promise<ReadonlyMap<EntityId, AssetStart>> {
  const nodes = [...graph.nodes()].filter(({ asset }) => asset !== null);
  const statuses = makePartitionStatusCache(storage);
  const states = new Map(
    (await storage.assets.states(nodes.map(({ asset }) => asset!.key))).map((state) => [assetKeyToString(state.key), state]),
  );
  const planned = [...states.values()].flatMap(({ lastPlannedRunId, lastMaterialization }) =>
    lastPlannedRunId === null || lastPlannedRunId === lastMaterialization?.runId ? [] : [lastPlannedRunId],
  );
  const failed = new Set((await storage.runs.getMany(planned)).flatMap(({ id, status }) => (status === "FAILURE" ? [id] : [])));
  const known = new Map<EntityId, AssetStart>();
  for (const node of nodes) {
    const state = states.get(node.id);
    if (state === undefined) continue;
    const { lastMaterialization, lastObservation, lastPlannedRunId } = state;
    known.set(node.id, {
      madeAtMs: lastMaterialization?.event.atMs ?? null,
      isThere: lastMaterialization !== null || (!node.isMaterializable && lastObservation !== null),
      hasFailed: lastPlannedRunId !== null && failed.has(lastPlannedRunId),
      partitions: node.partitions === null ? null : await statuses.read(node.asset!.key, node.partitions.snapshot, view),
    });
  }
  return known;
}

async function readStates(storage: Storage, id: InstigatorId, beforeMs: number): Promise<ReadonlyMap<EntityId, EntityState>> {
  const states = new Map<EntityId, EntityState>();
  for (let after = ""; ;) {
    const page = await storage.automation.allStates(id, { after, limit: statesPage });
    // A page of all of them leaves out what their nodes remember.
    const entities = page.map(({ entity }) => entity);
    for (const { entity, state } of entities.length === 0 ? [] : await storage.automation.states(id, entities)) {
      const known = state as unknown as EntityState;
      if (known.evaluatedAtMs <= beforeMs) states.set(entity, known);
    }
    if (page.length < statesPage) return states;
    after = page.at(-1)!.entity;
  }
}
