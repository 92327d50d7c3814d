import type { JsonValue } from "@dagwright/model";
import { isMarkedSecret } from "./secret.ts";

/**
 * What a zod 4 schema is made of, read from its structure: the project's zod may be another copy or version than any we could
 * import. Parts that have no meaning for the type are absent.
 */
export interface ZodDefinition {
  /** zod's own name of the kind: `string`, `number`, `object`, `default`, … */
  readonly type: string;
  /** The name that `.meta({title})` or `.meta({id})` gives it. */
  readonly title: string | null;
  readonly description: string | null;
  /** Marked by `secret()` or `.meta({secret: true})`; all that lies beneath is secret too. */
  readonly isSecret: boolean;
  readonly isInt: boolean;
  /** Takes what can be converted to its type (`z.coerce`). */
  readonly isCoercing: boolean;
  readonly element: unknown;
  readonly fields: readonly (readonly [name: string, schema: unknown])[];
  /** Objects that let unknown fields through (`z.looseObject`, `.catchall`). */
  readonly isLoose: boolean;
  readonly keyType: unknown;
  readonly valueType: unknown;
  readonly values: readonly (string | number | bigint | boolean | null | undefined)[];
  readonly options: readonly unknown[];
  /** Name of the field that tells the options of a union apart; null for other unions. */
  readonly discriminator: string | null;
  /** The two sides of an intersection, or the two ends of a pipe. */
  readonly left: unknown;
  readonly right: unknown;
  readonly items: readonly unknown[];
  readonly rest: unknown;
  /** What a wrapper wraps; for `z.lazy` what its function gives. */
  readonly inner: unknown;
  readonly defaultValue: JsonValue | undefined;
}

interface Def {
  readonly type?: string;
  readonly coerce?: boolean;
  readonly element?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly catchall?: unknown;
  readonly keyType?: unknown;
  readonly valueType?: unknown;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: ZodDefinition["values"];
  readonly options?: readonly unknown[];
  readonly discriminator?: string;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly in?: unknown;
  readonly out?: unknown;
  readonly items?: readonly unknown[];
  readonly rest?: unknown;
  readonly getter?: () => unknown;
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
    title: titleOf(schema),
    description: description ?? null,
    isSecret: isMarkedSecret(schema),
    isInt: isInt(def),
    isCoercing: def.coerce === true,
    element: def.element,
    fields: Object.entries(def.shape ?? {}),
    isLoose: isLoose(def.catchall),
    keyType: def.keyType,
    valueType: def.valueType,
    values: def.values ?? enumValues(def.entries ?? {}),
    options: def.options ?? [],
    discriminator: def.discriminator ?? null,
    left: def.left ?? def.in,
    right: def.right ?? def.out,
    items: def.items ?? [],
    rest: def.rest ?? undefined,
    inner: def.type === "lazy" ? def.getter?.() : def.innerType,
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

/** Kinds that change nothing of what config may say: its type is that of what they wrap. */
export const wrapperKinds: ReadonlySet<string> = new Set([
  "optional",
  "default",
  "prefault",
  "readonly",
  "nonoptional",
  "catch",
  "lazy",
]);

/** One way to fill in a discriminated union: its name in config, and the object it leads to. */
export interface UnionBranch {
  readonly name: string;
  /** What the discriminating field holds in this branch. */
  readonly tag: unknown;
  readonly schema: unknown;
}

/** The branches of a discriminated union; null when one of its options is no object that the field tells apart. */
export function unionBranches({ options, discriminator }: ZodDefinition): readonly UnionBranch[] | null {
  if (discriminator === null) return null;
  const branches: UnionBranch[] = [];
  for (const schema of options) {
    const zod = unwrapped(schema);
    if (zod?.type === "union" && zod.discriminator === discriminator) {
      const inner = unionBranches(zod);
      if (inner === null) return null;
      branches.push(...inner);
      continue;
    }
    const tagged = zod?.fields.find(([name]) => name === discriminator)?.[1];
    const tags = unwrapped(tagged);
    if (zod?.type !== "object" || !tags || (tags.type !== "literal" && tags.type !== "enum")) return null;
    for (const tag of tags.values) branches.push({ name: String(tag), tag, schema });
  }
  return branches;
}

/** What a schema is beneath its wrappers. */
export function unwrapped(schema: unknown): ZodDefinition | undefined {
  let zod = zodDefinition(schema);
  while (zod && wrapperKinds.has(zod.type)) zod = zodDefinition(zod.inner);
  return zod;
}

/** A title outlives what is chained after it; an id is of one schema alone. */
function titleOf(schema: object): string | null {
  const { meta } = schema as { readonly meta?: () => unknown };
  const metadata: unknown = typeof meta === "function" ? meta.call(schema) : undefined;
  if (typeof metadata !== "object" || metadata === null) return null;
  const { title, id } = metadata as { readonly title?: unknown; readonly id?: unknown };
  return [title, id].find((one): one is string => typeof one === "string" && one !== "") ?? null;
}
