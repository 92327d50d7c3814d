import { defaultMapping, downstreamSubset, type PartitionsView, upstreamSubset } from "@dagwright/partitions";
import { type EntitySubset, everything, isEmpty, nothing } from "../entity-subset.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";

/** Which way along dependencies. */
export type Direction = "up" | "down";

/** The way from one asset or check to another whose condition looks at it, or at which it looks. */
export const directionBetween = (from: AutomationNode, to: AutomationNode): Direction =>
  from.children.has(to.id) && from.id !== to.id ? "down" : "up";

export const opposite = (direction: Direction): Direction => (direction === "up" ? "down" : "up");

/** The partitions of another asset that some partitions read, or are read by. */
export function mapSubset(
  graph: AutomationGraph,
  { from, to, subset, direction }: { from: AutomationNode; to: AutomationNode; subset: EntitySubset; direction: Direction },
  view: PartitionsView,
): EntitySubset {
  if (isEmpty(subset)) return nothing(to);
  if (to.partitions === null) return true;
  if (from.partitions === null || typeof subset === "boolean") {
    // Of an asset with partitions, one without reads what its mapping names, by default everything.
    const given = direction === "up" ? graph.mappingBetween(from, to) : null;
    if (given?.kind === "last") {
      const last = to.partitions.lastKey(view);
      return to.partitions.subsetOf(last === undefined ? [] : [last], view);
    }
    if (given?.kind === "specific") {
      const { partitions } = to;
      return partitions.subsetOf(
        given.keys.filter((key) => partitions.has(key, view)),
        view,
      );
    }
    return everything(to, view);
  }
  const [upstream, downstream] = direction === "up" ? [to, from] : [from, to];
  const [above, below] = [upstream.partitions!, downstream.partitions!];
  const mapping = graph.mappingBetween(downstream, upstream) ?? defaultMapping(above, below);
  const input = { mapping, upstream: above, downstream: below, subset, view };
  return direction === "up" ? upstreamSubset(input).subset : downstreamSubset(input);
}
