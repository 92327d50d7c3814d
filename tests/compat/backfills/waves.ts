import { planBackfill } from "@dagwright/daemon";
import { buildRepository, toLocationSnapshot } from "@dagwright/definitions";
import { assetKeyToString, assetKeyToUserString, codeLocationName } from "@dagwright/model";
import { type PartitionSubset, runSubset } from "@dagwright/partitions";
import { type AssetRunRequest, packAssetRuns, PartitionGraph, type PartitionNode, unpartitioned } from "@dagwright/workspace";

const location = codeLocationName("shop");
const view = { nowMs: Date.parse("2026-02-01"), dynamicKeys: () => [] };

/** `lagged 2026-01-05`, `box 2026-01-04|de...2026-01-05|us` */
export function nameOf({ assetKeys, partition }: AssetRunRequest): string {
  const names = assetKeys.map(assetKeyToUserString).toSorted().join("+");
  if (partition === null) return names;
  return `${names} ${partition.kind === "one" ? partition.key : `${partition.start}...${partition.end}`}`;
}

/** A backfill of some assets. */
export interface WavesCase {
  readonly assets: readonly string[];
  /** Which of their partitions, of each asset that has some. Default: all. */
  readonly ranges?: readonly (readonly [string, string])[];
}

/**
 * The runs of a backfill, in the order in which they are requested: each list is what comes once all runs
 * before it have ended.
 */
export function wavesOf(exported: unknown, { assets: names, ranges }: WavesCase): readonly (readonly string[])[] {
  const snapshot = toLocationSnapshot(buildRepository(exported));
  const assets = names.map((name) => snapshot.assets.find(({ key }) => key.join("/") === name)!);
  const graph = new PartitionGraph(
    assets.map((asset) => ({ location, snapshot, asset })),
    view,
  );
  const targetOf = ({ partitions, isPartitioned }: PartitionNode): PartitionSubset =>
    ranges === undefined || !isPartitioned
      ? partitions.all(view)
      : ranges.reduce((all, [start, end]) => all.union(partitions.range({ start, end }, view)), partitions.none());
  const none = new Map(graph.units.flat().map((node) => [node.id, node.partitions.none()]));
  const [requested, done] = [new Map(none), new Map(none)];
  const progress = (): Parameters<typeof planBackfill>[1] =>
    new Map(
      graph.units.flat().map((node) => [
        node.id,
        {
          target: targetOf(node),
          requested: requested.get(node.id)!,
          done: done.get(node.id)!,
          failed: none.get(node.id)!,
        },
      ]),
    );
  const waves: string[][] = [];
  for (let plan = planBackfill(graph, progress()); !plan.isFinished; plan = planBackfill(graph, progress())) {
    const runs = plan.requests.flatMap((wanted) => [...packAssetRuns(wanted, view)]);
    if (runs.length === 0) throw new Error(`It stands still after ${JSON.stringify(waves)}`);
    waves.push(runs.map(nameOf).toSorted());
    for (const { assetKeys, partition } of runs) {
      for (const key of assetKeys) {
        const id = assetKeyToString(key);
        const subset = partition === null ? unpartitioned.all(view) : runSubset(graph.get(id)!.partitions, partition, view);
        for (const set of [requested, done]) set.set(id, set.get(id)!.union(subset));
      }
    }
  }
  return waves;
}
