import type { Schema } from "./schema.ts";
import { unwrapped } from "./zod-structure.ts";

/** A value that run config gives to an input, and what its schema has against it. */
export interface InputValue {
  readonly value: unknown;
  /** Where the value stands below the input's name. */
  readonly path: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads what run config says for an input: the value as it is when the input's schema takes it so, else what stands under `value`, which
 * is how Dagster has it.
 */
export function readInputValue(schema: Schema | null, given: unknown, path: readonly string[] = []): InputValue {
  const problems = schema === null ? [] : problemsOf(schema, given);
  const isWrapped = typeof given === "object" && given !== null && Object.keys(given).join() === "value";
  if (isWrapped && (schema === null || problems.length > 0 || takesAnything(schema)))
    return readInputValue(schema, (given as { readonly value: unknown }).value, [...path, "value"]);
  return { value: given, path, problems };
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
