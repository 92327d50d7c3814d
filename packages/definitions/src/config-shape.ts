import { unionBranches, unwrapped } from "./zod-structure.ts";

/**
 * Writes a value that a schema takes as run config would: the objects of discriminated unions behind the name of their branch.
 * What the schema does not know stays as it is.
 */
export function toConfigShape(schema: unknown, value: unknown): unknown {
  const zod = unwrapped(schema);
  if (!zod || typeof value !== "object" || value === null) return value;
  switch (zod.type) {
    case "nullable":
      return toConfigShape(zod.inner, value);
    case "pipe":
      return toConfigShape(zod.left, value);
    case "array":
      return Array.isArray(value) ? value.map((item: unknown) => toConfigShape(zod.element, item)) : value;
    case "tuple":
      return Array.isArray(value) ? value.map((item: unknown, at) => toConfigShape(zod.items[at] ?? zod.rest, item)) : value;
    case "record":
      return mapValues(value, (inner) => toConfigShape(zod.valueType, inner));
    case "object": {
      const fields = new Map(zod.fields);
      return mapValues(value, (inner, name) => toConfigShape(fields.get(name), inner));
    }
    case "intersection":
      return toConfigShape(zod.right, toConfigShape(zod.left, value));
    case "union": {
      const { discriminator } = zod;
      if (discriminator === null) return value;
      const { [discriminator]: tag, ...rest } = value as Readonly<Record<string, unknown>>;
      const branch = unionBranches(zod)?.find((one) => one.tag === tag);
      return branch === undefined ? value : { [branch.name]: toConfigShape(branch.schema, rest) };
    }
    default:
      return value;
  }
}

const mapValues = (record: object, change: (value: unknown, name: string) => unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]: [string, unknown]) => [name, change(value, name)]));
