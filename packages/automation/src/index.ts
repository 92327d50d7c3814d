export { conditions } from "./conditions/builders.ts";
export { conditionId, conditionNodeId, type NodePlace } from "./conditions/condition-ids.ts";
export { expandedLabel, expandLabel } from "./conditions/condition-label.ts";
export { childrenOf, conditionDescription, conditionName, operatorType, type OperatorType } from "./conditions/condition-node.ts";
export { narrowCondition, replaceCondition } from "./conditions/edit-condition.ts";
export { type EntityId, entityIdOf, type EntityKey, entityKeyFromId, type JobKey } from "./entity-key.ts";
export { type EntitySubset, isEmpty, sizeOf, subsetFromJson, subsetOfKeys, subsetToJson } from "./entity-subset.ts";
export { dynamicPartitionsOf } from "./evaluation/dynamic-names.ts";
export type { EntityState, NodeState, SinceData } from "./evaluation/entity-state.ts";
export { CustomAnswers, type CustomQuestions } from "./evaluation/custom-answers.ts";
export { type EntityEvaluation, type EvaluationInput, isDefinedAnew } from "./evaluation/evaluate-entity.ts";
export { evaluateTick, type TickEvaluation, type TickInput } from "./evaluation/evaluate-tick.ts";
export { explain, explainFailure, type Explanation } from "./evaluation/explanation.ts";
export type { AutomationFacts, CheckStatus, CustomAnswer, RunFacts, Update } from "./evaluation/facts.ts";
export { evaluateFreshness, type Freshness } from "./freshness/freshness.ts";
export {
  type FreshnessChanges,
  freshnessChanges,
  type FreshnessTransition,
  type KnownFreshness,
} from "./freshness/freshness-transitions.ts";
export { type AskedCustom, AutomationGraph, type AutomationNode, type Reads } from "./graph/automation-graph.ts";
export { Fact, factsOfEvent } from "./graph/facts-needed.ts";
