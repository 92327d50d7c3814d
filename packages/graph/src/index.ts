export {
  type AssetSelectionExpression,
  resolveAssetSelection,
  type ResolvedAssetSelection,
  type SelectableAsset,
} from "./asset-selection.ts";
export { resolveCheckSelection, type ResolvedCheckSelection } from "./check-selection.ts";
export { type Dependencies, findCycle, topologicalOrder } from "./dependency-order.ts";
export { type MappingKeysOf, mapStep, resolveCollected } from "./dynamic-steps.ts";
export { ExecutionPlanError, OpSelectionError, SelectionSyntaxError, UnanswerableSelectionError } from "./errors.ts";
export { isWhole, planExecution } from "./execution-plan.ts";
export { namedKeys } from "./named-keys.ts";
export { resolveOpSelection } from "./op-selection.ts";
export { parseAssetSelection } from "./parse-asset-selection.ts";
export { PastRun, pastRunEventTypes, PastRuns, withSources } from "./past-runs.ts";
export { runConfigTypeOfPart, type RunConfigTypes } from "./part-run-config-type.ts";
export { printAssetSelection } from "./print-asset-selection.ts";
export { planResume, type ResumePlan, type StepsBefore } from "./resume-plan.ts";
export { type OpenInput, SelectedPart } from "./selected-part.ts";
export {
  type StaleCause,
  staleCauses,
  type StaleStatus,
  staleStatus,
  type VersionedAsset,
  type VersionedData,
  type VersionRecord,
} from "./staleness.ts";
