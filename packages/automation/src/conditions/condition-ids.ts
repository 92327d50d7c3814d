import type { AutomationConditionSnapshot } from "@dagwright/model";
import { childrenOf, baseName, conditionName } from "./condition-node.ts";
import { type EntityKey, entityName } from "../entity-key.ts";
import { md5 } from "./md5.ts";

/** Where a node stands in a tree. */
export interface NodePlace {
  /** Id of the node above; null at the root. */
  readonly parentId: string | null;
  /** Its place among its siblings; null where they are told apart by name. */
  readonly index: number | null;
  /** What it is evaluated for, when that is not what the tree belongs to. */
  readonly target?: EntityKey | null;
}

/**
 * The id under which a node's state and history are kept, equal to Dagster's. What remembers the whole of an asset (`since`, `newlyTrue`)
 * has the same id wherever it stands in the tree, so that a tree can be changed around it.
 */
export function conditionNodeId(condition: AutomationConditionSnapshot, place: NodePlace): string {
  const { parentId, index, target = null } = place;
  const known = nodeIds.get(condition) ?? new Map<string, string>();
  nodeIds.set(condition, known);
  const where = `${parentId} ${index} ${target === null ? "" : entityName(target)}`;
  const id = known.get(where) ?? makeNodeId(condition, place);
  known.set(where, id);
  return id;
}

/** Trees are asked for the same ids again and again, and digests are slow. */
const nodeIds = new WeakMap<AutomationConditionSnapshot, Map<string, string>>();

function makeNodeId(condition: AutomationConditionSnapshot, { parentId, index, target = null }: NodePlace): string {
  if (condition.kind === "since" || condition.kind === "newlyTrue") {
    const children = childrenOf(condition).map((child, place) =>
      conditionNodeId(child, { parentId: null, index: place, target }),
    );
    return md5([conditionName(condition), ...children, target === null ? "" : entityName(target)].join(""));
  }
  return md5(`${parentId ?? "None"}${index ?? "None"}${baseName(condition)}`);
}

/** The id of a whole tree: equal for trees that are equal. */
export function conditionId(condition: AutomationConditionSnapshot): string {
  const id = treeIds.get(condition) ?? makeTreeId(condition, null, null);
  treeIds.set(condition, id);
  return id;
}

const treeIds = new WeakMap<AutomationConditionSnapshot, string>();

function makeTreeId(condition: AutomationConditionSnapshot, parentId: string | null, index: number | null): string {
  const id = conditionNodeId(condition, { parentId, index });
  const children = childrenOf(condition).map((child, place) => makeTreeId(child, id, place));
  return md5([id, ...children].join(""));
}
