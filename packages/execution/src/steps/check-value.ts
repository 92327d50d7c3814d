import { inspect } from "node:util";
import { type Schema, valueType } from "@dagwright/definitions";
import type { TypeCheck } from "@dagwright/model";
import { TypeCheckError } from "../errors.ts";
import { type PathStep, pathText } from "../values/path-text.ts";

export interface CheckedValue {
  /** What the schema made of the value; the value itself where there is no schema or it does not fit. */
  readonly value: unknown;
  readonly typeName: string;
  readonly typeCheck: TypeCheck;
  /** Null when it fits. */
  readonly error: TypeCheckError | null;
}

const typeNames = new WeakMap<Schema, string>();

/** The name of a schema's type; spelling it out takes a while, so it is kept. */
export function typeNameOf(schema: Schema | null): string {
  if (schema === null) return "Any";
  let name = typeNames.get(schema);
  if (name === undefined) {
    ({ name } = valueType(schema));
    typeNames.set(schema, name);
  }
  return name;
}

export const passed = (label: string): TypeCheck => ({ success: true, label, description: null, metadata: {} });

/**
 * Checks a value on its way into or out of an op. Asynchronous only when the schema is.
 *
 * @param what - for errors: `Input "n" of op "double"`
 */
export function checkValue(
  what: string,
  label: string,
  schema: Schema | null,
  value: unknown,
): CheckedValue | Promise<CheckedValue> {
  const typeName = typeNameOf(schema);
  if (schema === null) return { value, typeName, typeCheck: passed(label), error: null };
  const conclude = (result: Awaited<ReturnType<Schema["~standard"]["validate"]>>): CheckedValue => {
    if (!result.issues) return { value: result.value, typeName, typeCheck: passed(label), error: null };
    const issues = result.issues.slice(0, 10).map(({ message, path = [] }) => {
      const steps = path.map((step): PathStep => {
        const key = typeof step === "object" ? step.key : step;
        return typeof key === "symbol" ? { text: `[${String(key)}]` } : key;
      });
      return steps.length === 0 ? message : `${pathText(steps)}: ${message}`;
    });
    if (result.issues.length > issues.length) issues.push(`and ${result.issues.length - issues.length} more`);
    const error = new TypeCheckError(what, typeName, show(value), issues.join("; "));
    return { value, typeName, typeCheck: { success: false, label, description: error.message, metadata: {} }, error };
  };
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then(conclude) : conclude(result);
}

const maxShownLength = 200;

function show(value: unknown): string {
  try {
    const text = inspect(value, { depth: 2, breakLength: Infinity, maxArrayLength: 8, maxStringLength: 80 });
    return text.length <= maxShownLength ? text : `${text.slice(0, maxShownLength)}…`;
  } catch {
    return `a value of type ${typeof value} that cannot be shown`;
  }
}
