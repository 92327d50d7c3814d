import type { ConfigFieldSnapshot, JsonValue } from "@dagwright/model";
import { configField, type ConfigTypes } from "./config-types.ts";
import { toConfigShape } from "./config-shape.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { UnsupportedConfigSchemaError } from "./errors.ts";
import type { Schema } from "./schema.ts";
import { unionBranches, unwrapped, wrapperKinds, zodDefinition, type ZodDefinition } from "./zod-structure.ts";

/** Whose config schema it is, for messages: `op "a"`. */
export interface ConfigOwner {
  readonly label: string;
  readonly site: DefinitionSite;
}

/**
 * Describes a zod schema by config types, for clients that draw editors and check config. Value rules that types do not show
 * (lengths, patterns, refinements) are checked by the schema itself when config is validated. docs/reference/config-types.md has
 * every kind of schema and the type that it becomes.
 *
 * @returns the type's key among `types`
 * @throws UnsupportedConfigSchemaError for what YAML or JSON cannot carry (dates, maps, …), naming where it is
 */
export function configTypeOf(schema: Schema, owner: ConfigOwner, types: ConfigTypes): string {
  return new Conversion(owner, types).convert(schema, "", false);
}

/** Whether config may be left out: the schema has a default, or it is an object all of whose fields may be. */
export function acceptsNoConfig(schema: unknown): boolean {
  if (isOptional(schema)) return true;
  const zod = unwrapped(schema);
  return zod?.type === "object" && zod.fields.every(([, field]) => isOptional(field));
}

function isOptional(schema: unknown): boolean {
  const zod = zodDefinition(schema);
  if (zod === undefined) return false;
  switch (zod.type) {
    case "optional":
    case "default":
    case "prefault":
    case "catch":
      return true;
    case "readonly":
    case "lazy":
      return isOptional(zod.inner);
    case "pipe":
      return isOptional(zod.left);
    default:
      return false;
  }
}

/** One schema's way to config types. */
class Conversion {
  readonly #owner: ConfigOwner;
  readonly #types: ConfigTypes;
  /** Schemas whose conversion has begun: meeting one again means that it contains itself. */
  readonly #open = new Set<unknown>();

  constructor(owner: ConfigOwner, types: ConfigTypes) {
    this.#owner = owner;
    this.#types = types;
  }

  convert(schema: unknown, path: string, isWithinSecret: boolean): string {
    const zod = zodDefinition(schema);
    if (!zod) throw this.#refusal(path, "is not a schema of zod 4. Write config schemas with zod 4");
    if (this.#open.has(schema))
      throw this.#refusal(path, "contains itself, which config types cannot: write the levels out, or use z.any() there");
    this.#open.add(schema);
    try {
      return this.#convert(zod, path, isWithinSecret || zod.isSecret);
    } finally {
      this.#open.delete(schema);
    }
  }

  #convert(zod: ZodDefinition, path: string, isSecret: boolean): string {
    const types = this.#types;
    const inner = (part: unknown, below: string): string =>
      this.convert(part, below === "" ? path : path === "" ? below : `${path}.${below}`, isSecret);
    if (wrapperKinds.has(zod.type)) return inner(zod.inner, "");
    switch (zod.type) {
      case "string":
      case "template_literal":
        return types.source("String", isSecret);
      case "number":
        return types.source(zod.isInt ? "Int" : "Float", isSecret);
      case "int":
        return types.source("Int", isSecret);
      case "date":
      case "bigint":
        if (!zod.isCoercing) break;
        return types.source("String", isSecret);
      case "boolean":
        if (isSecret) break;
        return types.source("Bool", false);
      case "any":
      case "unknown":
        if (isSecret) break;
        return types.any();
      case "array":
        return types.array(inner(zod.element, "[]"));
      case "tuple":
        return this.#tuple(zod, path, inner);
      case "record": {
        const key = zod.keyType === undefined ? types.scalar("String") : this.#mapKey(zod.keyType, path);
        return types.map(key, inner(zod.valueType, "<value>"));
      }
      case "enum":
      case "literal":
        if (isSecret) break;
        return this.#literals(zod, path);
      case "object":
        return types.shape(
          zod.fields.map(([name, field]) => toField(name, field, inner)),
          zod.isLoose ? "permissive" : "shape",
          zod.description,
        );
      case "intersection":
        return this.#intersection(zod, path, inner);
      case "nullable": {
        const key = inner(zod.inner, "");
        return types.get(key)?.kind === "noneable" ? key : types.noneable(key);
      }
      case "pipe":
        // What goes in is what people write; z.preprocess takes anything there, which no type describes.
        if (zodDefinition(zod.left)?.type === "transform") break;
        return inner(zod.left, "");
      case "union":
        return zod.discriminator === null ? this.#union(zod, path, inner) : this.#selector(zod, path, inner);
      default:
        break;
    }
    if (isSecret)
      throw this.#refusal(path, `is secret and of the kind "${zod.type}"; only texts and numbers can be found again and hidden`);
    throw this.#refusal(
      path,
      `is of the kind "${zod.type}", which run config (YAML or JSON) cannot express${advice[zod.type] ?? ""}`,
    );
  }

  #refusal(path: string, problem: string): UnsupportedConfigSchemaError {
    return new UnsupportedConfigSchemaError(this.#owner.label, path, problem, this.#owner.site);
  }

  /** Keys are plain: they are not looked up in the environment. */
  #mapKey(schema: unknown, path: string): string {
    const zod = unwrapped(schema);
    const at = path === "" ? "<key>" : `${path}.<key>`;
    switch (zod?.type) {
      case "string":
      case "template_literal":
        return this.#types.scalar("String");
      case "number":
        return this.#types.scalar(zod.isInt ? "Int" : "Float");
      case "enum":
      case "literal":
        return this.#literals(zod, at);
      default:
        throw this.#refusal(at, `is of the kind "${zod?.type ?? "unknown"}"; keys of maps are texts, numbers or enums`);
    }
  }

  #literals({ values }: ZodDefinition, path: string): string {
    const types = this.#types;
    if (values.every((value) => typeof value === "string")) return types.enum(values);
    if (values.every((value) => typeof value === "boolean")) return types.scalar("Bool");
    if (values.every((value) => typeof value === "number"))
      return types.scalar(values.every((value) => Number.isInteger(value)) ? "Int" : "Float");
    throw this.#refusal(path, "allows values of several types; let them be all texts, all numbers or all booleans");
  }

  /** A list whose items are all of one type; the schema checks how many there are. */
  #tuple(zod: ZodDefinition, path: string, inner: (part: unknown, below: string) => string): string {
    const parts = [...zod.items, ...(zod.rest === undefined ? [] : [zod.rest])];
    const keys = new Set(parts.map((part, index) => inner(part, `[${index}]`)));
    const [only] = keys;
    if (only === undefined || keys.size > 1)
      throw this.#refusal(path, "is a tuple whose items are of different types; use an object, or items of one type");
    return this.#types.array(only);
  }

  /** Two objects make one with the fields of both; two equal types are that type. */
  #intersection(zod: ZodDefinition, path: string, inner: (part: unknown, below: string) => string): string {
    const keys = [inner(zod.left, ""), inner(zod.right, "")];
    if (keys[0] === keys[1]) return keys[0]!;
    const [left, right] = keys.map((key) => this.#types.get(key)!);
    if (!left || !right || !("fields" in left) || !("fields" in right) || left.kind === "selector" || right.kind === "selector")
      throw this.#refusal(path, "is an intersection of other types than objects. Use .extend() to make one object");
    const clash = right.fields.find(({ name, type }) => left.fields.some((field) => field.name === name && field.type !== type));
    if (clash) throw this.#refusal(path, `is an intersection of two objects whose fields "${clash.name}" differ in type`);
    const fields = new Map(left.fields.map((field) => [field.name, field]));
    for (const field of right.fields) {
      const isRequired = field.isRequired || fields.get(field.name)?.isRequired === true;
      fields.set(field.name, { ...field, isRequired });
    }
    const isOpen = left.kind === "permissive" && right.kind === "permissive";
    return this.#types.shape([...fields.values()], isOpen ? "permissive" : "shape", zod.description);
  }

  /** Config chooses a branch by its name and gives the rest of its fields: `{file: {path: /data}}`. */
  #selector(zod: ZodDefinition, path: string, inner: (part: unknown, below: string) => string): string {
    const branches = unionBranches(zod);
    if (branches === null)
      throw this.#refusal(
        path,
        "is a discriminated union with an option that is no object with literals in its discriminating field",
      );
    const fields = branches.map(({ name, schema }) => {
      const key = inner(schema, name);
      const type = this.#types.get(key)!;
      const own = "fields" in type ? type.fields.filter((field) => field.name !== zod.discriminator) : [];
      const kind = type.kind === "permissive" ? "permissive" : "shape";
      const description = unwrapped(schema)?.description ?? null;
      const branch = this.#types.shape(own, kind, description);
      return configField(name, branch, { isRequired: own.some((field) => field.isRequired), description });
    });
    return this.#types.shape(fields, "selector", zod.description);
  }

  /** Null makes the rest noneable, texts make an enum, a scalar with something else a scalar union. */
  #union(zod: ZodDefinition, path: string, inner: (part: unknown, below: string) => string): string {
    const others = zod.options.filter((option) => unwrapped(option)?.type !== "null");
    const isNoneable = others.length < zod.options.length;
    const keys = [...new Set(others.map((option, index) => inner(option, `<option ${index + 1}>`)))];
    const joined = this.#joinOptions(keys, path);
    return isNoneable && this.#types.get(joined)?.kind !== "noneable" ? this.#types.noneable(joined) : joined;
  }

  #joinOptions(keys: readonly string[], path: string): string {
    const types = this.#types;
    const [first, second, ...more] = keys;
    if (first !== undefined && second === undefined) return first;
    const all = keys.map((key) => types.get(key)!);
    if (all.some((type) => type.kind === "any")) return types.any();
    if (all.every((type) => type.kind === "enum"))
      return types.enum(all.flatMap((type) => type.values.map(({ value }) => value)));
    if (keys.every((key) => types.plainScalar(key) === "Int" || types.plainScalar(key) === "Float"))
      return types.source("Float", false);
    if (first !== undefined && second !== undefined && more.length === 0) {
      const isOther = (key: string): boolean =>
        ["shape", "permissive", "selector", "array", "map"].includes(types.get(key)?.kind ?? "");
      for (const [one, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const scalar = types.scalarOf(one);
        if (scalar !== null && isOther(other)) return types.scalarUnion(scalar, other);
      }
    }
    throw this.#refusal(
      path,
      "is a union that config types cannot express: besides null they know a scalar with one other type, texts that make an enum, and z.discriminatedUnion. Use one of these, or z.any() with a refinement",
    );
  }
}

const advice: Readonly<Record<string, string>> = {
  date: ". Take a string such as z.iso.date(), or z.coerce.date()",
  bigint: ". Take a string, or z.coerce.bigint()",
  map: ". Use z.record",
  set: ". Use z.array",
  pipe: ": what z.preprocess takes has no type. Pipe from a plain schema, as in z.string().transform(…)",
  transform: ". Put it behind the plain value, as in z.string().transform(…)",
  custom: ". Refine a plain schema, as in z.string().refine(…)",
  null: ". Use .nullable() on the schema of its other values",
};

function toField(name: string, field: unknown, inner: (part: unknown, below: string) => string): ConfigFieldSnapshot {
  const zod = zodDefinition(field);
  return configField(name, inner(field, name), {
    isRequired: !isOptional(field),
    description: zod?.description ?? null,
    defaultValue: shownDefault(field),
  });
}

/**
 * A schema's default in the form in which config would give it; undefined when there is none, it is secret, or it is of the type that
 * a transform makes.
 */
export function shownDefault(schema: unknown): JsonValue | undefined {
  for (let zod = zodDefinition(schema); zod && wrapperKinds.has(zod.type); zod = zodDefinition(zod.inner)) {
    if (zod.type !== "default" && zod.type !== "prefault") continue;
    if (
      contains(
        schema,
        (part) =>
          part.isSecret || (zod?.type === "default" && (part.type === "pipe" || part.type === "date" || part.type === "bigint")),
      )
    )
      return undefined;
    return asJson(toConfigShape(zod.inner, zod.defaultValue));
  }
  return undefined;
}

/** Whether a part of the schema is so, itself included. */
function contains(schema: unknown, isSo: (zod: ZodDefinition) => boolean, seen = new Set<unknown>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const zod = zodDefinition(schema);
  if (!zod) return false;
  if (isSo(zod)) return true;
  const parts = [
    ...zod.fields.map(([, field]) => field),
    ...zod.options,
    ...zod.items,
    zod.inner,
    zod.element,
    zod.valueType,
    zod.left,
    zod.right,
    zod.rest,
  ];
  return parts.some((part) => contains(part, isSo, seen));
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
