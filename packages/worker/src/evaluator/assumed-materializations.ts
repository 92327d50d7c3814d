import { type AssetEventRecord, assetKeysEqual, type AssetKey, type InstanceBackend } from "@dagwright/model";

/** An instance in which some assets have also been made, later than anything that is there: what a simulation has a sensor see. */
export function withAssumedMaterializations(instance: InstanceBackend, assumed: readonly AssetEventRecord[]): InstanceBackend {
  const of = (key: AssetKey): readonly AssetEventRecord[] => assumed.filter(({ event }) => assetKeysEqual(event.assetKey, key));
  return {
    ...instance,
    async assetEvents(request) {
      const { assetKey, types, partition, cursor, after, ids, ascending = false, limit } = request;
      const later = of(assetKey).filter(
        ({ id, event }) =>
          types.includes(event.type) &&
          (partition === undefined || event.partition === partition) &&
          (cursor === undefined || BigInt(id) < BigInt(cursor)) &&
          (after === undefined || BigInt(id) > BigInt(after)) &&
          (ids === undefined || ids.includes(id)),
      );
      if (!ascending && later.length >= limit) return later.toReversed().slice(0, limit);
      const there = await instance.assetEvents(request);
      return (ascending ? [...there, ...later] : [...later.toReversed(), ...there]).slice(0, limit);
    },
    async latestMaterializations({ assetKeys }) {
      const later = assetKeys.flatMap((key) => of(key).at(-1) ?? []);
      const others = assetKeys.filter((key) => !later.some(({ event }) => assetKeysEqual(event.assetKey, key)));
      return others.length === 0 ? later : [...later, ...(await instance.latestMaterializations({ assetKeys: others }))];
    },
    async materializedPartitions(request) {
      const later = of(request.assetKey).flatMap(({ event: { partition } }) => (partition === null ? [] : [partition]));
      return [...new Set([...(await instance.materializedPartitions(request)), ...later])].sort();
    },
  };
}
