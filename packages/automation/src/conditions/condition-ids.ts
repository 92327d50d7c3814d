import { assetCheckKeyToUserString, assetKeyToUserString, type AutomationConditionSnapshot } from "@dagwright/model";
import { childrenOf, baseName, conditionName } from "./condition-node.ts";
import type { EntityKey } from "../entity-key.ts";
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
export function conditionNodeId(condition: AutomationConditionSnapshot, { parentId, index, target = null }: NodePlace): string {
  if (condition.kind === "since" || condition.kind === "newlyTrue") {
    const children = childrenOf(condition).map((child, place) =>
      conditionNodeId(child, { parentId: null, index: place, target }),
    );
    return md5([conditionName(condition), ...children, target === null ? "" : entityName(target)].join(""));
  }
  return md5(`${parentId ?? "None"}${index ?? "None"}${baseName(condition)}`);
}

/** The id of a whole tree: equal for trees that are equal. */
export function conditionId(condition: AutomationConditionSnapshot, place: NodePlace = { parentId: null, index: null }): string {
  const id = conditionNodeId(condition, place);
  const children = childrenOf(condition).map((child, index) => conditionId(child, { parentId: id, index }));
  return md5([id, ...children].join(""));
}

const entityName = (key: EntityKey): string => ("name" in key ? assetCheckKeyToUserString(key) : assetKeyToUserString(key));
