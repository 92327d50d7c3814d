import type { ValueTypeSnapshot } from "@dagwright/model";
import type { Schema } from "./schema.ts";
import { zodDefinition } from "./zod-structure.ts";

/** The type that carries no value, only an order. */
export const orderOnlyType: ValueTypeSnapshot = Object.freeze({ name: "Nothing", description: "No value: only an order" });

/** Whether the schema accepts `undefined` on purpose; `z.any()` and `z.unknown()` accept everything, which is no default. */
export function hasDefault(schema: Schema): boolean {
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
  const zod = zodDefinition(schema);
  return zod ? { name: typeName(schema), description: zod.description } : { name: schema["~standard"].vendor, description: null };
}

const longestName = 120;

function typeName(schema: unknown): string {
  const name = spell(schema, 0);
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

function spell(schema: unknown, depth: number): string {
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
    case "any":
    case "unknown":
      return "Any";
    default:
      return zod.type;
  }
}
