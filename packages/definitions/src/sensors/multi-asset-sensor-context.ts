import {
  type AssetEventRecord,
  type AssetKey,
  assetKeysEqual,
  assetKeyToString,
  assetKeyToUserString,
  type InstanceBackend,
} from "@dagwright/model";
import { defaultMapping, downstreamSubset, type Partitions } from "@dagwright/partitions";
import type { AssetDefinition, AnyAsset } from "../asset.ts";
import { InvalidEvaluationError } from "../errors.ts";
import { assetKeyOf, type AssetReference } from "../instance/instance-access.ts";
import { viewOf } from "../instance/partitions-view.ts";
import type { SensorContext } from "../sensor.ts";
import { advanceAssetCursor, type AssetCursor, AssetCursors, mostUnconsumed } from "./asset-cursors.ts";

/** What the function of a multi-asset sensor knows. Materializations that it has consumed do not come back. */
export interface MultiAssetSensorContext<Resources = Readonly<Record<string, unknown>>> extends Omit<
  SensorContext<Resources>,
  "updateCursor"
> {
  /** The assets that it monitors. */
  readonly assetKeys: readonly AssetKey[];
  /**
   * Each asset's newest materialization, by its key as text (`"a/b"`); null when there is none that is newer than what was consumed.
   *
   * @param assets - default: all that are monitored
   */
  latestMaterializationRecordsByKey(assets?: readonly AssetReference[]): Promise<ReadonlyMap<string, AssetEventRecord | null>>;
  /** An asset's materializations after the newest that was consumed, oldest first. */
  materializationRecordsForKey(asset: AssetReference, limit?: number): Promise<readonly AssetEventRecord[]>;
  /**
   * The newest materialization of each partition of an asset that was not consumed, in the order in which they happened.
   *
   * @param options.afterCursorPartition - only partitions behind the one of the materialization that was consumed last
   */
  latestMaterializationRecordsByPartition(
    asset: AssetReference,
    options?: { readonly afterCursorPartition?: boolean },
  ): Promise<ReadonlyMap<string, AssetEventRecord>>;
  /** The same of all monitored assets, which must have the same partitions: by partition, then by the asset's key as text. */
  latestMaterializationRecordsByPartitionAndAsset(): Promise<ReadonlyMap<string, ReadonlyMap<string, AssetEventRecord>>>;
  /** Materializations of partitions that are older than the newest that was consumed, and were not consumed. Oldest first. */
  trailingUnconsumedEvents(asset: AssetReference): Promise<readonly AssetEventRecord[]>;
  /** The partition of the materialization that was consumed last. The asset may be left out where only one is monitored. */
  cursorPartition(asset?: AssetReference): string | null;
  /** Whether all of the partitions have ever been materialized; default: all that the asset has. */
  allPartitionsMaterialized(asset: AssetReference, partitions?: readonly string[]): Promise<boolean>;
  /** The partitions of a downstream asset that read this partition of an asset. */
  downstreamPartitionKeys(partition: string, from: AssetReference, to: AssetReference): Promise<readonly string[]>;
  /** Marks materializations as consumed. Of one with a partition, earlier ones of that partition are too. */
  advanceCursor(records: Iterable<AssetEventRecord | null> | ReadonlyMap<unknown, AssetEventRecord | null>): void;
  /** Marks everything up to each asset's newest materialization as consumed. */
  advanceAllCursors(): Promise<void>;
}

/** What a context is made of. */
export interface MultiAssetSensorParts {
  /** `sensor "both"`, for messages. */
  readonly owner: string;
  readonly context: SensorContext;
  readonly backend: InstanceBackend;
  readonly assetKeys: readonly AssetKey[];
  /** By the text of their keys; the assets of its code location. */
  readonly assets: ReadonlyMap<string, AnyAsset>;
}

const pageSize = 1_000;

/** The context, and the cursor that it leaves: undefined when nothing was consumed. */
export function multiAssetSensorContext(parts: MultiAssetSensorParts): {
  readonly context: MultiAssetSensorContext;
  readonly nextCursor: () => Promise<string | undefined>;
} {
  const { owner, context, backend, assetKeys, assets } = parts;
  const cursors = AssetCursors.parse(context.cursor);
  const consumed = new Map<string, Map<string, AssetEventRecord>>();
  let forgetsOthers = false;

  const misused = (problem: string): InvalidEvaluationError => new InvalidEvaluationError(owner, problem);
  const monitored = (asset: AssetReference): AssetKey => {
    const key = assetKeyOf(asset);
    if (assetKeys.some((one) => assetKeysEqual(one, key))) return key;
    throw misused(`asked for the asset "${assetKeyToUserString(key)}", which it does not monitor`);
  };
  const partitionsOf = (key: AssetKey): Partitions => {
    const partitions = assets.get(assetKeyToString(key))?.partitions ?? null;
    if (partitions !== null) return partitions;
    throw misused(
      `asked for the partitions of the asset "${assetKeyToUserString(key)}", which its code location does not know to have any`,
    );
  };
  const materializations = async (
    key: AssetKey,
    after: string | null,
    before?: string,
    limit?: number,
  ): Promise<AssetEventRecord[]> => {
    const found: AssetEventRecord[] = [];
    for (let from = after; ;) {
      const size = Math.min(pageSize, (limit ?? Infinity) - found.length);
      const page = await backend.assetEvents({
        assetKey: key,
        types: ["ASSET_MATERIALIZATION"],
        ascending: true,
        limit: size,
        ...(from !== null && { after: from }),
        ...(before !== undefined && { cursor: before }),
      });
      found.push(...page);
      if (page.length < size || found.length >= (limit ?? Infinity)) return found;
      from = page.at(-1)!.id;
    }
  };
  const unconsumed = async (key: AssetKey): Promise<readonly AssetEventRecord[]> => {
    const ids = Object.values(cursors.of(key).unconsumed);
    if (ids.length === 0) return [];
    return backend.assetEvents({ assetKey: key, types: ["ASSET_MATERIALIZATION"], ids, ascending: true, limit: ids.length });
  };
  const newestByKey = async (keys: readonly AssetKey[]): Promise<Map<string, AssetEventRecord | null>> => {
    const newest = await backend.latestMaterializations({ assetKeys: keys });
    const byKey = new Map<string, AssetEventRecord | null>(keys.map((key) => [assetKeyToUserString(key), null]));
    for (const record of newest) {
      const { latestConsumedId } = cursors.of(record.event.assetKey);
      if (latestConsumedId === null || BigInt(record.id) > BigInt(latestConsumedId))
        byKey.set(assetKeyToUserString(record.event.assetKey), record);
    }
    return byKey;
  };
  const consume = (record: AssetEventRecord | null): void => {
    if (record === null) return;
    const key = assetKeyToString(monitored(record.event.assetKey));
    const records = consumed.get(key) ?? new Map<string, AssetEventRecord>();
    consumed.set(key, records.set(record.id, record));
  };

  const own: Omit<MultiAssetSensorContext, keyof SensorContext> = {
    assetKeys,
    latestMaterializationRecordsByKey: (given) => newestByKey(given?.map(monitored) ?? assetKeys),
    async materializationRecordsForKey(asset, limit) {
      const key = monitored(asset);
      return materializations(key, cursors.of(key).latestConsumedId, undefined, limit);
    },
    async latestMaterializationRecordsByPartition(asset, { afterCursorPartition = false } = {}) {
      const key = monitored(asset);
      const partitions = partitionsOf(key);
      const view = await viewOf(backend, partitions);
      const { latestConsumedPartition: last, latestConsumedId } = cursors.of(key);
      const from = afterCursorPartition && last !== null ? partitions.indexOf(last, view) + 1 : 0;
      const newest = new Map<string, AssetEventRecord>();
      for (const record of [...(await unconsumed(key)), ...(await materializations(key, latestConsumedId))]) {
        const { partition } = record.event;
        if (partition === null || partitions.indexOf(partition, view) < from) continue;
        // Set anew, so that the order is that of the newest ones.
        newest.delete(partition);
        newest.set(partition, record);
      }
      return newest;
    },
    async latestMaterializationRecordsByPartitionAndAsset() {
      const definitions = new Set(assetKeys.map((key) => JSON.stringify(partitionsOf(key).snapshot)));
      if (definitions.size > 1) throw misused("asked for partitions of all its assets at once, and they have different ones");
      const all = new Map<string, Map<string, AssetEventRecord>>();
      for (const key of assetKeys) {
        for (const [partition, record] of await own.latestMaterializationRecordsByPartition(key)) {
          const ofPartition = all.get(partition) ?? new Map<string, AssetEventRecord>();
          all.set(partition, ofPartition.set(assetKeyToUserString(key), record));
        }
      }
      return all;
    },
    trailingUnconsumedEvents: async (asset) => unconsumed(monitored(asset)),
    cursorPartition(asset) {
      const [only, ...others] = assetKeys;
      if (asset === undefined && (only === undefined || others.length > 0))
        throw misused("asked for the partition of its cursor without saying of which asset");
      return cursors.of(asset === undefined ? only! : monitored(asset)).latestConsumedPartition;
    },
    async allPartitionsMaterialized(asset, partitions) {
      if (partitions?.length === 0) throw misused("asked whether no partitions at all are materialized; give at least one");
      const key = assetKeyOf(asset);
      const made = new Set(await backend.materializedPartitions({ assetKey: key }));
      if (partitions !== undefined) return partitions.every((partition) => made.has(partition));
      const definition = partitionsOf(monitored(key));
      for (const partition of definition.keys(await viewOf(backend, definition))) if (!made.has(partition)) return false;
      return true;
    },
    async downstreamPartitionKeys(partition, from, to) {
      const [upstreamKey, downstreamKey] = [assetKeyOf(from), assetKeyOf(to)];
      const [upstream, downstream] = [partitionsOf(upstreamKey), partitionsOf(downstreamKey)];
      const node = (assets.get(assetKeyToString(downstreamKey)) as Partial<AssetDefinition> | undefined)?.node;
      const read = node?.ins.find(({ assetKey }) => assetKey !== null && assetKeysEqual(assetKey, upstreamKey))?.read;
      const view = await viewOf(backend, upstream, downstream);
      const mapping = read?.mapping ?? defaultMapping(upstream, downstream);
      const subset = upstream.subsetOf([partition], view);
      return [...downstreamSubset({ mapping, upstream, downstream, subset, view }).keys()];
    },
    advanceCursor(records) {
      for (const record of records instanceof Map ? records.values() : (records as Iterable<AssetEventRecord | null>))
        consume(record);
    },
    async advanceAllCursors() {
      for (const record of (await newestByKey(assetKeys)).values()) consume(record);
      forgetsOthers = true;
    },
  };

  const advanced = async (key: AssetKey, records: readonly AssetEventRecord[]): Promise<AssetCursor> => {
    const cursor = cursors.of(key);
    const newest = records.reduce((a, b) => (BigInt(b.id) > BigInt(a.id) ? b : a));
    const isFurther = cursor.latestConsumedId === null || BigInt(newest.id) > BigInt(cursor.latestConsumedId);
    const between = forgetsOthers
      ? []
      : isFurther
        ? [...(await unconsumed(key)), ...(await materializations(key, cursor.latestConsumedId, newest.id))]
        : await unconsumed(key);
    const next = advanceAssetCursor(cursor, records.map(toCursorEvent), between.map(toCursorEvent), forgetsOthers);
    if (Object.keys(next.unconsumed).length >= mostUnconsumed)
      throw misused(
        `leaves ${Object.keys(next.unconsumed).length} partitions of "${assetKeyToUserString(key)}" unconsumed, and its cursor holds fewer than ${mostUnconsumed}. ` +
          "Give what `trailingUnconsumedEvents` lists to `advanceCursor`, or call `advanceAllCursors`",
      );
    return next;
  };

  return {
    context: Object.freeze({ ...withoutUpdate(context), ...own }),
    async nextCursor() {
      if (consumed.size === 0) return undefined;
      const changed: (readonly [AssetKey, AssetCursor])[] = [];
      for (const key of assetKeys) {
        const records = consumed.get(assetKeyToString(key));
        if (records !== undefined) changed.push([key, await advanced(key, [...records.values()])]);
      }
      return cursors.with(changed).toString();
    },
  };
}

const toCursorEvent = ({ id, event }: AssetEventRecord): { readonly id: string; readonly partition: string | null } => ({
  id,
  partition: event.partition,
});

function withoutUpdate({ updateCursor: _, ...context }: SensorContext): Omit<SensorContext, "updateCursor"> {
  return context;
}
