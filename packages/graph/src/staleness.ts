import {
  type AssetKey,
  assetKeyFromUserString,
  assetKeyToString,
  assetKeyToUserString,
  type DataProvenance,
  dataVersionOf,
  initialDataVersion,
  provenanceOf,
  type Tags,
} from "@dagwright/model";

/** What staleness needs to know of an asset. */
export interface VersionedAsset {
  readonly key: AssetKey;
  readonly codeVersion: string | null;
  /** Something else makes it: it is there without any record, and never out of date. */
  readonly isExternal: boolean;
  readonly dependencies: readonly AssetKey[];
}

/** The newest materialization, or observation of what others make, of an asset or of one of its partitions. */
export interface VersionRecord {
  /** Grows with time among all records of an instance. */
  readonly id: string;
  readonly atMs: number;
  readonly tags: Tags;
}

/** An asset, or one of its partitions, as it is now. */
export interface VersionedData {
  readonly asset: VersionedAsset;
  readonly partition: string | null;
  readonly record: VersionRecord | null;
}

export type StaleStatus = "MISSING" | "STALE" | "FRESH";

/** Why data is not what it would be if it were made again now. */
export interface StaleCause {
  /** Where the cause lies: the asset itself, or what it depends on. */
  readonly key: AssetKey;
  readonly partition: string | null;
  readonly category: "CODE" | "DATA" | "DEPENDENCIES";
  readonly reason: string;
  /** The dependency that is new or gone. */
  readonly dependency: AssetKey | null;
  readonly dependencyPartition: string | null;
}

/** From what the causes say. Only for data without partitions, or for one partition. */
export function staleStatus({ asset, record }: VersionedData, causes: readonly StaleCause[]): StaleStatus {
  if (record === null) return asset.isExternal ? "FRESH" : "MISSING";
  return causes.length === 0 ? "FRESH" : "STALE";
}

/**
 * Why an asset, or one partition of it, is stale; empty for what is fresh, missing or made elsewhere.
 *
 * @param dependencies - what it is made from now, each asset with the partitions that its partition reads
 */
export function staleCauses(target: VersionedData, dependencies: readonly VersionedData[]): readonly StaleCause[] {
  const { asset, partition, record } = target;
  if (record === null || asset.isExternal) return [];
  const own = { key: asset.key, partition };
  const provenance = provenanceOf(record.tags);
  // Without provenance only times can tell.
  if (provenance === null) {
    return dependencies.flatMap((dependency) => {
      if (dependency.asset.isExternal) return [];
      if (dependency.record === null) {
        const { key } = dependency.asset;
        return [cause(own, "DATA", "has a new input", key, dependency.partition)];
      }
      return dependency.record.atMs > record.atMs ? [newData(dependency)] : [];
    });
  }

  const causes: StaleCause[] = [];
  if (asset.codeVersion !== null && asset.codeVersion !== provenance.codeVersion)
    causes.push(cause(own, "CODE", "has a new code version"));
  const known = new Set(asset.dependencies.map(assetKeyToUserString));
  for (const removed of provenance.inputs.keys()) {
    if (!known.has(removed))
      causes.push(cause(own, "DEPENDENCIES", `removed dependency on ${removed}`, assetKeyFromUserString(removed)));
  }
  const readsOne = timesRead(dependencies);
  for (const dependency of dependencies) {
    const { key } = dependency.asset;
    if (!provenance.inputs.has(assetKeyToUserString(key)))
      causes.push(cause(own, "DEPENDENCIES", `has a new dependency on ${assetKeyToUserString(key)}`, key, dependency.partition));
    else if (isUpdated(record, provenance, dependency, readsOne(dependency))) causes.push(newData(dependency));
  }
  return causes.sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

/** Whether a dependency is not what was read. */
function isUpdated(made: VersionRecord, provenance: DataProvenance, dependency: VersionedData, isOnlyOne: boolean): boolean {
  const { record, asset } = dependency;
  const read = provenance.inputs.get(assetKeyToUserString(asset.key))!;
  const now =
    record === null ? (asset.isExternal ? initialDataVersion : null) : (dataVersionOf(record.tags) ?? initialDataVersion);
  if (dependency.partition === null) {
    // What one code location makes is external to another, where it counts as there before any record of it.
    return now !== read.dataVersion && !(now === null && read.dataVersion === initialDataVersion);
  }
  // One version was kept for all partitions that were read, so the order of events has to tell.
  if (record === null) return false;
  const isNewer = read.eventId === null ? record.atMs > made.atMs : BigInt(record.id) > BigInt(read.eventId);
  return isNewer && !(isOnlyOne && now === read.dataVersion);
}

function timesRead(dependencies: readonly VersionedData[]): (dependency: VersionedData) => boolean {
  const times = new Map<string, number>();
  const idOf = ({ asset }: VersionedData): string => assetKeyToString(asset.key);
  for (const dependency of dependencies) times.set(idOf(dependency), (times.get(idOf(dependency)) ?? 0) + 1);
  return (dependency) => times.get(idOf(dependency)) === 1;
}

function newData({ asset, partition, record }: VersionedData): StaleCause {
  // Without a code version each materialization is a new version, and nobody who never thought of versions should read of one.
  const isVersioned =
    asset.codeVersion !== null || asset.isExternal || (record !== null && provenanceOf(record.tags)?.isUserProvided === true);
  return cause({ key: asset.key, partition }, "DATA", isVersioned ? "has a new data version" : "has a new materialization");
}

function cause(
  at: Pick<StaleCause, "key" | "partition">,
  category: StaleCause["category"],
  reason: string,
  dependency: AssetKey | null = null,
  dependencyPartition: string | null = null,
): StaleCause {
  return { key: at.key, partition: at.partition, category, reason, dependency, dependencyPartition };
}

const sortKey = ({ key, partition, dependency, dependencyPartition }: StaleCause): string =>
  [
    assetKeyToUserString(key),
    partition ?? "",
    dependency === null ? "" : assetKeyToUserString(dependency),
    dependencyPartition ?? "",
  ].join("\0");

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
