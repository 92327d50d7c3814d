import { type AutomationGraph, type AutomationNode, type EntityId, type EntitySubset } from "@dagwright/automation";
import type { AssetCheckKey, AssetKey, CodeLocationName } from "@dagwright/model";
import type { Partitions, PartitionSubset, PartitionsView } from "@dagwright/partitions";
import { type AssetRunRequest, packPartitions } from "@dagwright/workspace";

/**
 * The runs that make what was requested. What depends on one another and has the same partitions goes into one run for each of them, since
 * a condition may have counted on it; so do all assets without partitions. Where all assets that belong together have the same backfill
 * policy, and the same partitions of them are requested, ranges are packed by it.
 *
 * Checks that are requested are evaluated with their asset when that is made as well, and otherwise alone.
 */
export function planAutomationRuns(
  graph: AutomationGraph,
  requested: ReadonlyMap<EntityId, EntitySubset>,
  location: CodeLocationName,
  view: PartitionsView,
): readonly AssetRunRequest[] {
  const nodes = [...requested.keys()].map((id) => graph.get(id));
  const assets = nodes.filter(({ asset }) => asset !== null);
  const checks = nodes.filter(({ check }) => check !== null);
  const requests = groupsOf(graph, assets).flatMap((group) => runsOf(group, requested, location, view));
  return [...requests.map((request) => withChecks(graph, request, checks)), ...checksAlone(checks, requests, location)];
}

/** The runs of jobs whose conditions hold: one of each job, or of each of its partitions that was requested. */
export function planJobRuns(
  graph: AutomationGraph,
  requested: ReadonlyMap<EntityId, EntitySubset>,
): readonly { readonly jobName: string; readonly partition: string | null }[] {
  return [...requested].flatMap(([id, subset]) => {
    const { job } = graph.get(id);
    if (job === null) return [];
    const partitions: readonly (string | null)[] = typeof subset === "boolean" ? [null] : [...subset.keys()];
    return partitions.map((partition) => ({ jobName: job.name, partition }));
  });
}

/** Assets that one run can make: those without partitions, and those with the same that are joined by dependencies. */
function groupsOf(graph: AutomationGraph, assets: readonly AutomationNode[]): readonly (readonly AutomationNode[])[] {
  const unpartitioned = assets.filter(({ partitions }) => partitions === null);
  const left = new Map(assets.filter(({ partitions }) => partitions !== null).map((node) => [node.id, node]));
  const groups: AutomationNode[][] = unpartitioned.length === 0 ? [] : [unpartitioned];
  for (const first of left.values()) {
    left.delete(first.id);
    const group = [first];
    for (const node of group) {
      for (const id of [...node.dependencies, ...node.children, ...node.executionSet]) {
        const other = left.get(id);
        if (other === undefined || other.partitions !== first.partitions) continue;
        left.delete(id);
        group.push(graph.get(id));
      }
    }
    groups.push(group);
  }
  return groups;
}

function runsOf(
  group: readonly AutomationNode[],
  requested: ReadonlyMap<EntityId, EntitySubset>,
  location: CodeLocationName,
  view: PartitionsView,
): readonly AssetRunRequest[] {
  const [first] = group;
  const keysOf = (nodes: readonly AutomationNode[]): readonly AssetKey[] =>
    nodes.flatMap(({ asset }) => (asset === null ? [] : [asset.key]));
  if (first === undefined) return [];
  const { partitions } = first;
  if (partitions === null) return [{ location, assetKeys: keysOf(group), partition: null }];
  const subsets = group.map(({ id }) => requested.get(id) as PartitionSubset);
  const policies = new Set(group.map(({ backfillPolicy }) => JSON.stringify(backfillPolicy)));
  const isAlike = policies.size === 1 && subsets.every((subset) => subset.equals(subsets[0]!));
  if (isAlike && first.backfillPolicy !== null) {
    return Array.from(packPartitions(partitions, subsets[0]!, first.backfillPolicy, view), (partition) => ({
      location,
      assetKeys: keysOf(group),
      partition,
    }));
  }
  return keysInOrder(partitions, subsets).map((key) => ({
    location,
    assetKeys: keysOf(group.filter((_, index) => subsets[index]!.has(key))),
    partition: { kind: "one", key },
  }));
}

const keysInOrder = (partitions: Partitions, subsets: readonly PartitionSubset[]): readonly string[] => [
  ...subsets.reduce((all, subset) => all.union(subset), partitions.none()).keys(),
];

/** Which checks a run of assets evaluates: where any of theirs has a condition of its own, those that were requested and those without one. */
function withChecks(graph: AutomationGraph, request: AssetRunRequest, requested: readonly AutomationNode[]): AssetRunRequest {
  const made = new Set(request.assetKeys.map((key) => JSON.stringify(key)));
  const own = request.assetKeys.flatMap((key) => graph.get(JSON.stringify(key)).checks).map((id) => graph.get(id));
  if (own.every(({ condition }) => condition === null)) return request;
  const asked = requested.filter(({ check }) => check !== null && made.has(JSON.stringify(check.assetKey)));
  const along = own.filter(({ condition }) => condition === null);
  return { ...request, checkKeys: [...new Set([...asked, ...along])].map(({ key }) => key as AssetCheckKey) };
}

function checksAlone(
  checks: readonly AutomationNode[],
  requests: readonly AssetRunRequest[],
  location: CodeLocationName,
): readonly AssetRunRequest[] {
  const made = new Set(requests.flatMap(({ assetKeys }) => assetKeys.map((key) => JSON.stringify(key))));
  const alone = checks.filter(({ check }) => check !== null && !made.has(JSON.stringify(check.assetKey)));
  if (alone.length === 0) return [];
  return [{ location, assetKeys: [], partition: null, checkKeys: alone.map(({ key }) => key as AssetCheckKey) }];
}
