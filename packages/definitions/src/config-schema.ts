import type { ConfigFieldSnapshot, JsonValue } from "@dagwright/model";
import { configField, type ConfigTypes } from "./config-types.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { UnsupportedConfigSchemaError } from "./errors.ts";
import type { Schema } from "./schema.ts";
import { zodDefinition, type ZodDefinition } from "./zod-structure.ts";

/** Whose config schema it is, for messages: `op "a"`. */
interface Owner {
  readonly label: string;
  readonly site: DefinitionSite;
}

/**
 * Describes a zod schema by config types, for clients that draw editors and check config. Value rules that types do not show
 * (lengths, patterns, refinements) are checked by the schema itself when config is validated.
 *
 * @returns the type's key among `types`
 * @throws UnsupportedConfigSchemaError for what YAML or JSON cannot carry (dates, maps, transforms …), naming where it is
 */
export function configTypeOf(schema: Schema, owner: Owner, types: ConfigTypes): string {
  return convert(schema, "", owner, types);
}

/** Whether config may be left out: the schema has a default, or it is an object all of whose fields may be. */
export function acceptsNoConfig(schema: Schema): boolean {
  const zod = zodDefinition(schema);
  if (!zod) return false;
  if (isOptional(zod)) return true;
  return zod.type === "object" && zod.fields.every(([, field]) => isOptional(zodDefinition(field)));
}

const isOptional = (zod: ZodDefinition | undefined): boolean =>
  zod !== undefined &&
  (zod.type === "optional" ||
    zod.type === "default" ||
    zod.type === "prefault" ||
    (zod.type === "readonly" && isOptional(zodDefinition(zod.inner))));

function convert(schema: unknown, path: string, owner: Owner, types: ConfigTypes): string {
  const zod = zodDefinition(schema);
  if (!zod)
    throw new UnsupportedConfigSchemaError(
      owner.label,
      path,
      "is not a schema of zod 4. Write config schemas with zod 4",
      owner.site,
    );
  const inner = (part: unknown, below: string): string => convert(part, path === "" ? below : `${path}.${below}`, owner, types);
  switch (zod.type) {
    case "string":
      return types.scalar("String");
    case "number":
      return types.scalar(zod.isInt ? "Int" : "Float");
    case "int":
      return types.scalar("Int");
    case "boolean":
      return types.scalar("Bool");
    case "any":
    case "unknown":
      return types.any();
    case "array":
      return types.array(inner(zod.element, "[]"));
    case "record": {
      const key = zod.keyType === undefined ? types.scalar("String") : inner(zod.keyType, "<key>");
      return types.map(key, inner(zod.valueType, "<value>"));
    }
    case "enum":
    case "literal":
      return literals(zod.values, types);
    case "object":
      return types.shape(
        zod.fields.map(([name, field]) => toField(name, field, inner)),
        zod.isLoose ? "permissive" : "shape",
        zod.description,
      );
    case "nullable": {
      const key = inner(zod.inner, "");
      return types.get(key)?.kind === "noneable" ? key : types.noneable(key);
    }
    case "optional":
    case "default":
    case "prefault":
    case "readonly":
      return convert(zod.inner, path, owner, types);
    case "union":
      return union(zod, inner, types);
    default:
      throw new UnsupportedConfigSchemaError(
        owner.label,
        path,
        `is of the kind "${zod.type}", which run config (YAML or JSON) cannot express${advice[zod.type] ?? ""}`,
        owner.site,
      );
  }
}

const advice: Readonly<Record<string, string>> = {
  date: ". Take a string such as z.iso.date() and convert it in the op",
  bigint: ". Take a string and convert it in the op",
  map: ". Use z.record",
  set: ". Use z.array",
  tuple: ". Use z.object or z.array",
  pipe: ". Take the plain value and convert it in the op",
  transform: ". Take the plain value and convert it in the op",
  lazy: ": config types cannot refer to themselves. Use z.any() there",
  intersection: ". Use .extend() to make one object",
};

function toField(name: string, field: unknown, inner: (part: unknown, below: string) => string): ConfigFieldSnapshot {
  const zod = zodDefinition(field);
  const defaultValue = zod && (zod.type === "default" || zod.type === "prefault") ? asJson(zod.defaultValue) : undefined;
  return configField(name, inner(field, name), {
    isRequired: !isOptional(zod),
    description: zod?.description ?? null,
    defaultValue,
  });
}

/** A default as clients show it; undefined when JSON cannot carry it. */
function asJson(value: unknown): JsonValue | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

function literals(values: ZodDefinition["values"], types: ConfigTypes): string {
  if (values.every((value) => typeof value === "string")) return types.enum(values);
  if (values.every((value) => typeof value === "boolean")) return types.scalar("Bool");
  if (values.every((value) => typeof value === "number"))
    return types.scalar(values.every((value) => Number.isInteger(value)) ? "Int" : "Float");
  return types.any();
}

/** Null makes the rest noneable, texts make an enum, a scalar with something else a scalar union; other unions show as Any. */
function union(zod: ZodDefinition, inner: (part: unknown, below: string) => string, types: ConfigTypes): string {
  const definitions = zod.options.map((option) => zodDefinition(option));
  const others = zod.options.filter((_, index) => definitions[index]?.type !== "null");
  const isNoneable = others.length < zod.options.length;
  const keys = [...new Set(others.map((option, index) => inner(option, `<option ${index + 1}>`)))];
  const joined = joinOptions(keys, types);
  return isNoneable && joined !== "Any" ? types.noneable(joined) : joined;
}

function joinOptions(keys: readonly string[], types: ConfigTypes): string {
  const [first, second, ...more] = keys;
  if (first !== undefined && second === undefined) return first;
  const all = keys.map((key) => types.get(key)!);
  if (all.every((type) => type.kind === "enum")) return types.enum(all.flatMap((type) => type.values.map(({ value }) => value)));
  if (first !== undefined && second !== undefined && more.length === 0) {
    const isScalar = (key: string): boolean => types.get(key)?.kind === "scalar";
    const isOther = (key: string): boolean =>
      ["shape", "permissive", "selector", "array", "map"].includes(types.get(key)?.kind ?? "");
    if (isScalar(first) && isOther(second)) return types.scalarUnion(first, second);
    if (isScalar(second) && isOther(first)) return types.scalarUnion(second, first);
  }
  return types.any();
}
