import { type GraphQLNamedType, type GraphQLSchema, getNamedType, isEnumType, isInterfaceType, isObjectType } from "graphql";

/**
 * What is compared of a field's value.
 * - `id`: that there is one, and where steps have given it a name, which
 * - `time`: that there is one
 * - `words`: that it is not empty, of texts for people and of the language's own
 * - `unordered`: a list whose order means nothing
 * - `presence`: that it is not null
 */
export type Rule = "id" | "time" | "words" | "unordered" | "presence";

export interface Normalising {
  readonly schema: GraphQLSchema;
  /** By `Type.field`, or by `field` for all types. */
  readonly rules: Readonly<Record<string, Rule>>;
  /** What is left of a value before it is looked at, by `Type.field`. */
  readonly transforms: Readonly<Record<string, (value: unknown) => unknown>>;
  /** What a value that earlier answers gave is called. */
  readonly names: ReadonlyMap<string, string>;
}

/** An object of an answer with its type, so that a difference can say which field it is in. */
export interface Normalised {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const isNormalised = (value: unknown): value is Normalised =>
  typeof value === "object" && value !== null && "fields" in value && "type" in value;

/** An answer without what differs from run to run. */
export function normalise(data: unknown, rootType: string, normalising: Normalising): unknown {
  return objectOf(data as Readonly<Record<string, unknown>>, rootType, normalising);
}

function objectOf(value: Readonly<Record<string, unknown>>, declared: string, normalising: Normalising): Normalised {
  const typename = typeof value["__typename"] === "string" ? value["__typename"] : declared;
  const type = normalising.schema.getType(typename);
  const fields = Object.entries(value).map(([alias, inner]): [string, unknown] => {
    const name = alias.startsWith(`${typename}__`) ? alias.slice(typename.length + 2) : alias;
    return [name, fieldOf(inner, typename, name, type, normalising)];
  });
  return { type: typename, fields: Object.fromEntries(fields) };
}

function fieldOf(
  value: unknown,
  typename: string,
  name: string,
  type: GraphQLNamedType | undefined,
  normalising: Normalising,
): unknown {
  if (value === null || name === "__typename") return value;
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  const inner = field === undefined ? undefined : getNamedType(field.type);
  const rule = isEnumType(inner) ? undefined : (normalising.rules[`${typename}.${name}`] ?? normalising.rules[name]);
  if (rule === "presence") return "<present>";
  const kept = normalising.transforms[`${typename}.${name}`]?.(value) ?? value;
  const normalised = valueOf(kept, inner?.name ?? "", rule, normalising);
  if (!Array.isArray(normalised) || rule !== "unordered") return normalised;
  return normalised.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function valueOf(value: unknown, typename: string, rule: Rule | undefined, normalising: Normalising): unknown {
  if (Array.isArray(value)) return value.map((each) => valueOf(each, typename, rule, normalising));
  const type = normalising.schema.getType(typename);
  if (typeof value === "object" && value !== null && type !== undefined && "getFields" in type)
    return objectOf(value as Record<string, unknown>, typename, normalising);
  if (typeof value === "object" && value !== null && type !== undefined && "getTypes" in type)
    return objectOf(value as Record<string, unknown>, typename, normalising);
  if (typeof value === "string") return textOf(value, rule, normalising.names);
  return rule === "time" && typeof value === "number" ? "<time>" : value;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function textOf(value: string, rule: Rule | undefined, names: ReadonlyMap<string, string>): string {
  const name = names.get(value);
  if (name !== undefined) return `<${name}>`;
  if (value !== "" && rule === "id") return "<id>";
  if (value !== "" && rule === "time") return "<time>";
  if (value !== "" && rule === "words") return "<words>";
  return value.replaceAll(uuid, (id) => `<${names.get(id) ?? "id"}>`);
}
