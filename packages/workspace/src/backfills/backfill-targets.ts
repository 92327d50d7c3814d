import { type AssetKey, assetKeyToString, assetKeyToUserString, DomainError } from "@dagwright/model";
import type { PartitionKeyRange, PartitionSubset } from "@dagwright/partitions";
import { canMakeApart, type PartitionGraph, type PartitionNode } from "../asset-runs/partition-graph.ts";

/** A backfill was asked for that cannot be. */
export class BackfillTargetError extends DomainError<"BackfillTargetError"> {
  constructor(problem: string) {
    super("BackfillTargetError", problem);
  }
}

/** Which partitions of some assets a backfill is to make. Assets without partitions are made as they are. */
export type WantedTargets =
  | { readonly kind: "all" }
  /** Partitions of the assets that read none of the others; of these whatever reads them. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** Asset by asset, by the text of the key; null: all. */
  | { readonly kind: "ranges"; readonly byAsset: ReadonlyMap<string, readonly PartitionKeyRange[] | null> };

/**
 * What a backfill makes of each of some assets, in an order in which each comes after what it reads.
 *
 * @param graph - of the assets that were selected
 * @throws BackfillTargetError, UnknownPartitionError, InvalidPartitionRangeError, InvalidPartitionMappingError
 */
export function backfillTargets(graph: PartitionGraph, wanted: WantedTargets): ReadonlyMap<PartitionNode, PartitionSubset> {
  const nodes = graph.units.flat();
  if (nodes.length === 0) throw new BackfillTargetError("A backfill needs at least one asset");
  for (const unit of graph.units) checkMade(unit);
  const targets = new Map<PartitionNode, PartitionSubset>();
  const roots = wanted.kind === "names" && wanted.names.length > 0 ? rootsOf(graph, nodes) : null;
  for (const node of nodes) targets.set(node, targetOf(node, wanted, { graph, roots, targets }));
  if ([...targets.values()].every(({ isEmpty }) => isEmpty)) {
    throw new BackfillTargetError(`There is no partition to make of ${nodes.map(nameOf).join(", ")}`);
  }
  return targets;
}

interface Known {
  readonly graph: PartitionGraph;
  readonly roots: ReadonlySet<PartitionNode> | null;
  readonly targets: ReadonlyMap<PartitionNode, PartitionSubset>;
}

function targetOf(node: PartitionNode, wanted: WantedTargets, { graph, roots, targets }: Known): PartitionSubset {
  const all = node.partitions.all(graph.view);
  if (!node.isPartitioned || wanted.kind === "all") return all;
  if (wanted.kind === "ranges") {
    const ranges = wanted.byAsset.get(node.id) ?? null;
    if (ranges === null) return all;
    return ranges.reduce((sum, range) => sum.union(node.partitions.range(range, graph.view)), node.partitions.none());
  }
  if (roots?.has(node) === true) return node.partitions.subsetOf(wanted.names, graph.view);
  return graph.parentsOf(node).reduce((sum, parent) => {
    const read = parent.isPartitioned ? targets.get(parent) : undefined;
    return read === undefined ? sum : sum.union(graph.downstream(parent, node, read));
  }, node.partitions.none());
}

/** The partitioned assets whose partitions names can mean: those that read no other partitioned one of the selection. */
function rootsOf(graph: PartitionGraph, nodes: readonly PartitionNode[]): ReadonlySet<PartitionNode> {
  const roots = nodes.filter(
    (node) => node.isPartitioned && graph.parentsOf(node).every((parent) => parent === node || !parent.isPartitioned),
  );
  const [first] = roots;
  if (first === undefined) {
    throw new BackfillTargetError(
      "Partition names were given, and none of the selected assets has partitions; ask for all partitions",
    );
  }
  const other = roots.find(({ partitionsId }) => partitionsId !== first.partitionsId);
  if (other !== undefined) {
    throw new BackfillTargetError(
      `All the assets at the root of the backfill must have the same partitions for names to mean them, and those of ${nameOf(first)} and ${nameOf(other)} differ; give ranges for each asset`,
    );
  }
  return new Set(roots);
}

function checkMade(unit: readonly PartitionNode[]): void {
  for (const { asset, location, snapshot } of unit) {
    const { key, opName, isExecutable } = asset;
    if (!isExecutable || opName === null)
      throw new BackfillTargetError(`Nothing makes the asset "${assetKeyToUserString(key)}" in code location "${location}"`);
    if (canMakeApart(opName, snapshot)) continue;
    const selected = new Set(unit.map(({ id }) => id));
    const left = snapshot.assets.filter((other) => other.opName === opName && !selected.has(assetKeyToString(other.key)));
    if (left.length > 0) {
      throw new BackfillTargetError(
        `"${assetKeyToUserString(key)}" is made together with ${left.map((other) => `"${assetKeyToUserString(other.key)}"`).join(", ")}, and not without; select all of them`,
      );
    }
  }
}

const nameOf = ({ asset }: { readonly asset: { readonly key: AssetKey } }): string => assetKeyToUserString(asset.key);
