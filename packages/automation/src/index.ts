export { conditions } from "./conditions/builders.ts";
export { conditionId, conditionNodeId, type NodePlace } from "./conditions/condition-ids.ts";
export { expandedLabel, expandLabel } from "./conditions/condition-label.ts";
export { childrenOf, conditionDescription, conditionName, operatorType, type OperatorType } from "./conditions/condition-node.ts";
export { narrowCondition, replaceCondition } from "./conditions/edit-condition.ts";
export { type EntityId, entityIdOf, type EntityKey, entityKeyFromId } from "./entity-key.ts";
