import type { ValueTypeSnapshot } from "@dagwright/model";
import { namedTypeOf } from "./named-type.ts";
import type { Schema } from "./schema.ts";
import { zodDefinition } from "./zod-structure.ts";

/** The type that carries no value, only an order. */
export const orderOnlyType: ValueTypeSnapshot = Object.freeze({ name: "Nothing", description: "No value: only an order" });

/** Whether the schema accepts `undefined` on purpose; `z.any()` and `z.unknown()` accept everything, which is no default. */
export function hasDefault(schema: Schema): boolean {
  const named = namedTypeOf(schema);
  if (named !== null) return hasDefault(named.schema);
  const zod = zodDefinition(schema);
  if (zod) return zod.type === "default" || zod.type === "prefault" || zod.type === "optional";
  return accepts(schema, undefined) && !accepts(schema, Symbol("nothing that data can be"));
}

/** Whether a schema accepts a value; schemas that answer later count as refusing. */
function accepts(schema: Schema, value: unknown): boolean {
  const result = schema["~standard"].validate(value);
  if (!(result instanceof Promise)) return result.issues === undefined;
  result.catch(() => undefined);
  return false;
}

/** The value type as people read it: by the name that its schema was given, else close to how TypeScript would write it. */
export function valueType(schema: Schema | null): ValueTypeSnapshot {
  if (schema === null) return { name: "Any", description: null };
  const named = namedTypeOf(schema);
  if (named !== null) return { name: named.name, description: named.description ?? valueType(named.schema).description };
  const zod = zodDefinition(schema);
  return zod ? { name: typeName(schema), description: zod.description } : foreignType(schema);
}

/** What other libraries tell of their schemas: ArkType its expression, Valibot what it expects and what its pipe calls it. */
function foreignType(schema: Schema): ValueTypeSnapshot {
  const { expression, expects, pipe } = schema as Schema & {
    readonly expression?: unknown;
    readonly expects?: unknown;
    readonly pipe?: unknown;
  };
  const told = (type: "title" | "description"): string | null => {
    const actions = (Array.isArray(pipe) ? pipe : []) as readonly Readonly<Record<string, unknown>>[];
    const text = actions.findLast((action) => action["kind"] === "metadata" && action["type"] === type)?.[type];
    return typeof text === "string" ? text : null;
  };
  const spelled = [told("title"), expression, expects].find((name): name is string => typeof name === "string");
  return { name: shortened(spelled ?? schema["~standard"].vendor), description: told("description") };
}

const longestName = 120;

const typeName = (schema: unknown): string => shortened(spell(schema, 0));

const shortened = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName)}…` : name);

function spell(schema: unknown, depth: number): string {
  const named = namedTypeOf(schema);
  if (named !== null) return named.name;
  const zod = zodDefinition(schema);
  if (!zod) return "Any";
  if (zod.title !== null) return zod.title;
  if (depth > 6) return "…";
  const inner = (part: unknown): string => spell(part, depth + 1);
  const listed = (item: string): string => (/[|&\s]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`);
  switch (zod.type) {
    case "number":
      return zod.isInt ? "int" : "number";
    case "array":
      return listed(inner(zod.element));
    case "object":
      return `{ ${zod.fields.map(([name, field]) => `${name}: ${inner(field)}`).join("; ")} }`;
    case "record":
      return `Record<${zod.keyType === undefined ? "string" : inner(zod.keyType)}, ${inner(zod.valueType)}>`;
    case "enum":
    case "literal":
      return zod.values
        .map((value) => (typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? "undefined")))
        .join(" | ");
    case "union":
      return zod.options.map(inner).join(" | ");
    case "optional":
      return `${inner(zod.inner)} | undefined`;
    case "nullable":
      return `${inner(zod.inner)} | null`;
    case "default":
    case "prefault":
    case "readonly":
      return inner(zod.inner);
    case "pipe":
      // What a function makes of a value is known to nobody: then what it takes is shown.
      return inner(zodDefinition(zod.right)?.type === "transform" ? zod.left : zod.right);
    case "any":
    case "unknown":
      return "Any";
    default:
      return zod.type;
  }
}
