/**
 * Marks everything that a user declares. The symbol is in the global registry, so that definitions made by another copy of
 * this package are recognised; never ask `instanceof`.
 */
export const definitionBrand: unique symbol = Symbol.for("dagwright.definition");

/** Grows by one when definitions change so that an older reader would misread them. */
export const definitionVersion = 1;

/** What a definition can be. */
export type DefinitionKind =
  | "op"
  | "graph"
  | "job"
  | "asset"
  | "assetSpec"
  | "multiAsset"
  | "materializeResult"
  | "observeResult"
  | "automationCondition"
  | "assetJob"
  | "assetSelection"
  | "assetCheck"
  | "assetCheckSpec"
  | "checkResult"
  | "schedule"
  | "partitionedSchedule"
  | "sensor"
  | "resource"
  | "logger"
  | "executor"
  | "handle"
  | "hook"
  | "nothing"
  | "opIn"
  | "opOut"
  | "opOutput"
  | "dynamicOutput"
  | "runRequest"
  | "skipReason"
  | "sensorResult"
  | "assetIn"
  | "selfIn"
  | "assetDep"
  | "partitionedConfig"
  | "configMapping"
  | "definitions";

/** What every definition carries. */
export interface Branded<Kind extends DefinitionKind> {
  readonly [definitionBrand]: { readonly version: number; readonly kind: Kind };
}

/** The brand to spread into a new definition. */
export const brand = <Kind extends DefinitionKind>(kind: Kind): Branded<Kind> => ({
  [definitionBrand]: Object.freeze({ version: definitionVersion, kind }),
});

/** What a value is, if a definition: its brand's kind and version. Undefined for anything else. */
export function brandOf(value: unknown): { readonly version: number; readonly kind: DefinitionKind } | undefined {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return undefined;
  return (value as Partial<Branded<DefinitionKind>>)[definitionBrand];
}

/** Whether a value is a definition of this kind, whichever copy of the package made it. */
export const isDefinition = <Kind extends DefinitionKind>(value: unknown, kind: Kind): value is Branded<Kind> =>
  brandOf(value)?.kind === kind;
