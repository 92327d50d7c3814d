import { assetKeyToUserString, canonicalJson, type PartitionMappingSnapshot } from "@dagwright/model";
import { checkMapping, defaultMapping, InvalidPartitionMappingError, type Partitions } from "@dagwright/partitions";
import type { AnyAsset, AssetDefinition } from "../asset.ts";
import { canSubset } from "../assets/asset-nodes.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { AssetSelfReadError, DefinitionError, PartitionMappingError, PartitionsConflictError } from "../errors.ts";
import type { InputDefinition } from "../op.ts";
import type { PartitionedConfig } from "./partitioned-config.ts";

/** Whether two definitions have the same partitions, whatever objects they are. */
export const arePartitionsEqual = (a: Partitions, b: Partitions): boolean =>
  a === b || canonicalJson(a.snapshot) === canonicalJson(b.snapshot);

/**
 * Checks that an asset can find out which partitions of another one it reads, and, of what is made in the same step, that these are earlier
 * ones: nothing else could ever be made.
 *
 * @throws AssetSelfReadError, PartitionMappingError
 */
export function checkRead(downstream: AssetDefinition, input: InputDefinition, upstream: AnyAsset): void {
  const isItself = upstream === downstream;
  const isInSameStep = "node" in upstream && upstream.node === downstream.node && !canSubset(downstream.node);
  const mapping = input.read?.mapping?.snapshot ?? null;
  // Of another asset that the step makes the same partition comes before, unless a mapping says something else.
  if (isItself || (isInSameStep && mapping !== null && mapping.kind !== "identity")) {
    const dimensions =
      mapping?.kind === "multi" ? Object.values(mapping.dimensions).map((dimension) => dimension.mapping) : [mapping];
    if (downstream.partitions === null || !dimensions.some(isEarlierOnly))
      throw new AssetSelfReadError(
        assetKeyToUserString(downstream.key),
        isItself ? null : assetKeyToUserString(upstream.key),
        downstream.site,
      );
  }
  checkPartitionRead(downstream, input, upstream);
}

function checkPartitionRead(downstream: AssetDefinition, input: InputDefinition, upstream: AnyAsset): void {
  const given = input.read?.mapping ?? null;
  const names = [assetKeyToUserString(downstream.key), assetKeyToUserString(upstream.key)] as const;
  const fail = (problem: string): never => {
    throw new PartitionMappingError(...names, problem, downstream.site);
  };
  if (upstream.partitions === null) {
    if (given !== null)
      fail(
        `it has a partition mapping, but "${names[1]}" has no partitions (those of another location are given to externalAsset)`,
      );
    return;
  }
  if (downstream.partitions === null) {
    if (given !== null && !["all", "last", "specific"].includes(given.snapshot.kind)) {
      fail(
        `a mapping of the kind "${given.snapshot.kind}" says what a partition reads, and "${names[0]}" has none; it can read all partitions, the last, or specific ones`,
      );
    }
    return;
  }
  try {
    checkMapping(given ?? defaultMapping(upstream.partitions, downstream.partitions), upstream.partitions, downstream.partitions);
  } catch (error) {
    if (!(error instanceof InvalidPartitionMappingError)) throw error;
    fail(given === null ? `give a partition mapping, because by itself none fits: ${error.message}` : error.message);
  }
}

const isEarlierOnly = (mapping: PartitionMappingSnapshot | null): boolean =>
  mapping?.kind === "timeWindow" && mapping.startOffset < 0 && mapping.endOffset < 0;

/**
 * The partitions that a job of assets has: those of its partitioned assets.
 *
 * @param given - what the job itself says; null when it says nothing
 * @throws PartitionsConflictError when its assets have several, or others than the job says
 */
export function partitionsOfAssets(
  job: { readonly name: string; readonly site: DefinitionSite },
  given: Partitions | null,
  assets: readonly AssetDefinition[],
): Partitions | null {
  const groups: { readonly partitions: Partitions; readonly keys: string[] }[] = [];
  for (const { partitions, key } of assets) {
    if (partitions === null) continue;
    const group = groups.find((one) => arePartitionsEqual(one.partitions, partitions));
    if (group) group.keys.push(assetKeyToUserString(key));
    else groups.push({ partitions, keys: [assetKeyToUserString(key)] });
  }
  if (groups.length > 1)
    throw new PartitionsConflictError(
      `Asset job "${job.name}"`,
      groups.map(({ keys }) => keys),
      job.site,
    );
  const own = groups[0]?.partitions ?? null;
  if (given !== null && own !== null && !arePartitionsEqual(given, own)) {
    throw new PartitionsConflictError(`Asset job "${job.name}"`, [["the job itself"], groups[0]!.keys], job.site);
  }
  return given ?? own;
}

/** As {@link partitionsOfAssets}, for the hidden job of all assets: null when they have several, each run then being for one of them. */
export function commonPartitions(
  job: { readonly name: string; readonly site: DefinitionSite },
  assets: readonly AssetDefinition[],
): Partitions | null {
  try {
    return partitionsOfAssets(job, null, assets);
  } catch (error) {
    if (error instanceof PartitionsConflictError) return null;
    throw error;
  }
}

/** @throws PartitionsConflictError when a job's config is for other partitions than the job */
export function checkPartitionedConfig(
  job: { readonly name: string; readonly site: DefinitionSite },
  partitions: Partitions | null,
  config: PartitionedConfig | null,
): void {
  if (config === null || partitions === null || arePartitionsEqual(config.partitions, partitions)) return;
  throw new PartitionsConflictError(`Job "${job.name}"`, [["the job itself"], ["its partitionedConfig"]], job.site);
}

/** Runs a check and gives what it throws, when that is a problem of the definitions. */
export function problemOf(check: () => void): DefinitionError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
}
