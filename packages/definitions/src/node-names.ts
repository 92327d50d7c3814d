import type { AnyAsset } from "./asset.ts";
import type { RepositoryCheck } from "./asset-checks/collect-checks.ts";
import type { AnyJob } from "./asset-job.ts";
import type { ComposedNode } from "./composition.ts";
import { type DefinitionError, DuplicateNameError } from "./errors.ts";
import type { GraphDefinition } from "./graph.ts";
import type { OpDefinition } from "./op.ts";

type NodeDefinition = OpDefinition | GraphDefinition;

/**
 * Looks for two different ops or graphs of one name in a code location: of jobs, within graphs, of assets and of asset checks, which have one space
 * of names, because runs, pages and queries find them by name. A job's own graph has the name of the job, and no other graph may have it.
 *
 * One object in several places, under aliases too, is fine.
 */
export function checkNodeNames(
  jobs: Iterable<AnyJob>,
  assets: Iterable<AnyAsset>,
  checks: Iterable<RepositoryCheck>,
  problems: DefinitionError[],
): void {
  const nodes = new Map<string, NodeDefinition>();
  const seen = new Set<NodeDefinition>();
  const add = (node: NodeDefinition): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const first = nodes.get(node.name);
    if (first === undefined) nodes.set(node.name, node);
    else problems.push(sameName(first, node));
    if ("nodes" in node) addAll(node.nodes);
  };
  const addAll = (inner: readonly ComposedNode[]): void => inner.forEach(({ definition }) => add(definition));

  const ofOps = [...jobs].flatMap((job) => ("graph" in job ? [job] : []));
  for (const { graph } of ofOps) addAll(graph.nodes);
  for (const one of assets) if ("node" in one) add(one.node);
  for (const { op } of checks) add(op);
  for (const { name, graph, site } of ofOps) {
    const clash = nodes.get(name);
    if (clash !== undefined && "nodes" in clash && clash.nodes !== graph.nodes)
      problems.push(new DuplicateNameError("jobs or graphs", name, site, clash.site));
  }
}

function sameName(first: NodeDefinition, second: NodeDefinition): DuplicateNameError {
  const note = [first, second].some(isNamedAfterAsset)
    ? ' (the op of an asset is named after its key, with "__" for "/", and the op of a check after its asset and itself)'
    : "";
  return new DuplicateNameError("ops or graphs", first.name, first.site, second.site, note);
}

const isNamedAfterAsset = ({ outs, ...node }: NodeDefinition): boolean =>
  ("assetKey" in node && node.assetKey !== null) || outs.some((out) => "check" in out && out.check !== undefined);
