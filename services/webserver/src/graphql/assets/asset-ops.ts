import {
  type AssetKey,
  assetJobName,
  assetKeyToString,
  type GraphSnapshot,
  type JobSnapshot,
  type NodeSnapshot,
  type OpSnapshot,
} from "@dagwright/model";

import type { FoundAsset } from "./find-assets.ts";

/** A job's parts by name: with ten thousand assets in it, looking each one's up in lists costs seconds. */
interface JobIndex {
  readonly job: JobSnapshot;
  readonly ops: ReadonlyMap<string, OpSnapshot>;
  readonly graphs: ReadonlyMap<string, GraphSnapshot>;
  /** The node that makes or looks at an asset, by the text of its key. */
  readonly nodes: ReadonlyMap<string, NodeSnapshot>;
  readonly assetsOfNode: ReadonlyMap<string, readonly AssetKey[]>;
}

const indexes = new WeakMap<JobSnapshot, JobIndex>();

function indexOf(job: JobSnapshot): JobIndex {
  const known = indexes.get(job);
  if (known !== undefined) return known;
  const graphs = new Map(job.graphs.map((graph) => [graph.name, graph]));
  const byName = new Map((graphs.get(job.rootGraph)?.nodes ?? []).map((node) => [node.name, node]));
  const nodes = new Map<string, NodeSnapshot>();
  const assetsOfNode = new Map<string, AssetKey[]>();
  for (const { assetKey, node } of job.assets) {
    const found = byName.get(node);
    if (found !== undefined) nodes.set(assetKeyToString(assetKey), found);
    const siblings = assetsOfNode.get(node);
    if (siblings === undefined) assetsOfNode.set(node, [assetKey]);
    else siblings.push(assetKey);
  }
  const index = { job, ops: new Map(job.ops.map((op) => [op.name, op])), graphs, nodes, assetsOfNode };
  indexes.set(job, index);
  return index;
}

/** The job that makes any selection of assets, or else one that makes the asset. */
function jobOf({ snapshot, asset }: FoundAsset): JobIndex | null {
  const job =
    snapshot.jobs.find(({ name }) => name === assetJobName) ?? snapshot.jobs.find(({ name }) => asset.jobNames.includes(name));
  return job === undefined ? null : indexOf(job);
}

/** The asset's own op, and the job that has its config types. */
export function findOp(found: FoundAsset): { readonly op: OpSnapshot; readonly job: JobSnapshot } | null {
  const index = jobOf(found);
  const op = found.asset.opName === null ? undefined : index?.ops.get(found.asset.opName);
  return index === null || op === undefined ? null : { op, job: index.job };
}

/** The ops that make the asset: its own, or all of its graph. */
export function opsOf(found: FoundAsset): readonly OpSnapshot[] {
  const index = jobOf(found);
  const { opName } = found.asset;
  if (index === null || opName === null) return [];
  const names = (definition: string, isGraph: boolean): readonly string[] =>
    isGraph ? (index.graphs.get(definition)?.nodes ?? []).flatMap((node) => names(node.definition, node.isGraph)) : [definition];
  return [...new Set(names(opName, graphName(found) !== null))].flatMap((name) => index.ops.get(name) ?? []);
}

/** The graph that makes the asset, when it is not a single op. */
export function graphName(found: FoundAsset): string | null {
  const node = jobOf(found)?.nodes.get(assetKeyToString(found.asset.key));
  return node?.isGraph === true ? node.definition : null;
}

/** The assets that a run which makes this one cannot leave out, itself among them. */
export function madeTogether(found: FoundAsset): readonly AssetKey[] {
  const index = jobOf(found);
  const node = index?.nodes.get(assetKeyToString(found.asset.key));
  if (index === null || node === undefined) return [found.asset.key];
  const canSubset = (node.isGraph ? index.graphs.get(node.definition) : index.ops.get(node.definition))?.canSubset === true;
  return canSubset ? [found.asset.key] : (index.assetsOfNode.get(node.name) ?? [found.asset.key]);
}
