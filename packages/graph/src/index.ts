export {
  type AssetSelectionExpression,
  resolveAssetSelection,
  type ResolvedAssetSelection,
  type SelectableAsset,
} from "./asset-selection.ts";
export { type Dependencies, findCycle, topologicalOrder } from "./dependency-order.ts";
export { ExecutionPlanError, SelectionSyntaxError } from "./errors.ts";
export { planExecution } from "./execution-plan.ts";
export { parseAssetSelection } from "./parse-asset-selection.ts";
