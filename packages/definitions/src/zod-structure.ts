import type { JsonValue } from "@dagwright/model";

/**
 * What a zod 4 schema is made of, read from its structure: the project's zod may be another copy or version than any we could
 * import. Parts that have no meaning for the type are absent.
 */
export interface ZodDefinition {
  /** zod's own name of the kind: `string`, `number`, `object`, `default`, … */
  readonly type: string;
  readonly description: string | null;
  readonly isInt: boolean;
  readonly element: unknown;
  readonly fields: readonly (readonly [name: string, schema: unknown])[];
  /** Objects that let unknown fields through (`z.looseObject`, `.catchall`). */
  readonly isLoose: boolean;
  readonly keyType: unknown;
  readonly valueType: unknown;
  readonly values: readonly (string | number | bigint | boolean | null | undefined)[];
  readonly options: readonly unknown[];
  readonly inner: unknown;
  readonly defaultValue: JsonValue | undefined;
}

interface Def {
  readonly type?: string;
  readonly element?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly catchall?: unknown;
  readonly keyType?: unknown;
  readonly valueType?: unknown;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: ZodDefinition["values"];
  readonly options?: readonly unknown[];
  readonly innerType?: unknown;
  readonly defaultValue?: unknown;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod?: { readonly def?: { readonly check?: string; readonly format?: string } } }[];
}

/** Undefined for anything that is not a schema of zod 4 (also zod 4 mini). */
export function zodDefinition(schema: unknown): ZodDefinition | undefined {
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return undefined;
  const { def } = schema._zod as { readonly def?: Def };
  if (!def || typeof def.type !== "string") return undefined;
  const { description } = schema as { readonly description?: string };
  return {
    type: def.type,
    description: description ?? null,
    isInt: isInt(def),
    element: def.element,
    fields: Object.entries(def.shape ?? {}),
    isLoose: isLoose(def.catchall),
    keyType: def.keyType,
    valueType: def.valueType,
    values: def.values ?? enumValues(def.entries ?? {}),
    options: def.options ?? [],
    inner: def.innerType,
    defaultValue: def.defaultValue as JsonValue | undefined,
  };
}

const intFormats = new Set(["safeint", "int32", "uint32"]);

const isInt = (def: Def): boolean =>
  intFormats.has(def.format ?? "") || (def.checks ?? []).some((check) => intFormats.has(check._zod?.def?.format ?? ""));

const isLoose = (catchall: unknown): boolean => catchall !== undefined && zodDefinition(catchall)?.type !== "never";

/** TypeScript's number enums also map back from number to name; those entries are not values. */
const enumValues = (entries: Readonly<Record<string, string | number>>): readonly (string | number)[] =>
  Object.entries(entries)
    .filter(([key, value]) => typeof entries[value] !== "number" || String(entries[value]) !== key)
    .map(([, value]) => value);
