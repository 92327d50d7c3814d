import { readInput } from "./config-input.ts";
import { type Environment, isEnvReference } from "./env-reference.ts";
import type { Schema } from "./schema.ts";
import { unwrapped, zodDefinition } from "./zod-structure.ts";

/** A value that run config gives to an input, with what the environment holds for it, and what its schema has against it. */
export interface InputValue {
  readonly value: unknown;
  /** Where the value stands below the input's name. */
  readonly path: readonly string[];
  readonly problems: readonly string[];
  /** Texts of the values at secret places. */
  readonly secrets: readonly string[];
}

/**
 * Reads what run config says for an input: the value as it is when the input's schema takes it so, else what stands under `value`, which
 * is how Dagster has it. In place of a text, number or boolean that the schema knows may stand `{env: NAME}`, as in config.
 *
 * @param env - null leaves references unread: what depends on them is not checked
 */
export function readInputValue(
  schema: Schema | null,
  given: unknown,
  env: Environment | null,
  path: readonly string[] = [],
): InputValue {
  const { value, problems, secrets } = readBy(schema, given, env);
  const isWrapped = typeof given === "object" && given !== null && Object.keys(given).join() === "value";
  if (isWrapped && (schema === null || problems.length > 0 || takesAnything(schema)))
    return readInputValue(schema, (given as { readonly value: unknown }).value, env, [...path, "value"]);
  return { value, path, problems, secrets };
}

function readBy(schema: Schema | null, given: unknown, env: Environment | null): Omit<InputValue, "path"> {
  if (schema === null) return { value: given, problems: [], secrets: [] };
  if (!hasReference(given) && !marksSecret(schema)) return { value: given, problems: problemsOf(schema, given), secrets: [] };
  const read = readInput(schema, given, env);
  const problems = read.problems.map(({ path, problem }) => (path.length === 0 ? problem : `${path.join(".")}: ${problem}`));
  return { value: read.value, problems, secrets: read.secrets };
}

const hasReference = (value: unknown): boolean =>
  isEnvReference(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasReference));

/** Whether a value of this schema, or a part of it, is secret. */
export const marksSecret = (schema: unknown): boolean => isMarked(schema, new Set());

/** Schemas may be part of themselves. */
function isMarked(schema: unknown, seen: Set<unknown>): boolean {
  const zod = seen.has(schema) ? undefined : zodDefinition(schema);
  if (zod === undefined) return false;
  seen.add(schema);
  const { inner, left, right, element, valueType, rest, items, options, fields } = zod;
  const parts = [inner, left, right, element, valueType, rest, ...items, ...options, ...fields.map(([, field]) => field)];
  return zod.isSecret || parts.some((part) => isMarked(part, seen));
}

/** Nothing when it would only tell later. */
export function problemsOf(schema: Schema, value: unknown): readonly string[] {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    return [];
  }
  return (result.issues ?? []).map(({ path = [], message }) => {
    const place = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    return place === "" ? message : `${place}: ${message}`;
  });
}

const takesAnything = (schema: Schema): boolean => ["any", "unknown"].includes(unwrapped(schema)?.type ?? "");

/** An item of a list that is wired to several handles: a value that run config gives, or null for one that a step makes. */
export type ListItem = { readonly value: unknown } | null;

/** A list that has its items from run config and from steps. */
export class PartialList {
  readonly #items: readonly ListItem[];

  constructor(items: readonly ListItem[]) {
    this.#items = items;
  }

  /** The whole list, with what steps have made, in order, in its places. */
  with(made: readonly unknown[]): readonly unknown[] {
    const rest = [...made];
    const list = this.#items.flatMap((item) => (item === null ? rest.splice(0, 1) : [item.value]));
    return [...list, ...rest];
  }
}

/** A list's value: the list, when no item is left to steps. */
export const listValue = (items: readonly ListItem[]): unknown =>
  items.every((item) => item !== null) ? items.map(({ value }) => value) : new PartialList(items);
