import { z } from "zod";
import { EnvReference, isMapping, unmarkEnvReferences } from "./env-reference.ts";

/** A value's kind in the words of somebody who writes YAML. Never the value itself: it may be a password. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  if (value instanceof EnvReference) return `{env: ${value.name}}`;
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
    case "bigint":
      return "a number";
    case "boolean":
      return "a boolean";
    default:
      return "a mapping";
  }
}

type Reader<T> = (value: unknown) => { readonly value: T } | { readonly problem: string };

/** A scalar that may also be given as `{env: NAME}`; `read` tells a good value from a bad one. */
function scalar<T>(expected: string, read: Reader<T>) {
  return z.unknown().transform((given, context): T => {
    const refuse = (message: string): never => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (given === undefined) return refuse(`is required (${expected})`);
    if (!(given instanceof EnvReference)) {
      const result = read(given);
      return "value" in result ? result.value : refuse(`expected ${expected}, ${result.problem}`);
    }
    if (given.value === undefined) return refuse(`environment variable ${given.name} is not set`);
    const result = read(fromEnvironment(given.value));
    return "value" in result ? result.value : refuse(`environment variable ${given.name} should hold ${expected} and does not`);
  });
}

/** Environment variables are texts; number and boolean readers get a chance to read them as such. */
class EnvironmentText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const fromEnvironment = (text: string): EnvironmentText => new EnvironmentText(text);

/** A text. Numbers and booleans are refused: YAML has read `yes` or `0123` in its own way by then, so quotes are asked for. */
export const text = () =>
  scalar<string>("a text", (value) => {
    if (value instanceof EnvironmentText) return { value: value.text };
    if (typeof value === "string") return { value };
    const quote = typeof value === "number" || typeof value === "boolean" ? " (put it in quotes)" : "";
    return { problem: `found ${describeValue(value)}${quote}` };
  });

/** A text that must not be empty. */
export const name = () =>
  text().transform((value, context) => {
    if (value.trim() === "") context.addIssue({ code: "custom", message: "must not be empty" });
    return value;
  });

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number. */
export const integer = (bounds: Bounds = {}) => numeric("a whole number", Number.isSafeInteger, bounds);

/** A number, whole or not. */
export const decimal = (bounds: Bounds = {}) => numeric("a number", Number.isFinite, bounds);

function numeric(noun: string, isOne: (value: number) => boolean, { min, max }: Bounds) {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : "";
  return scalar<number>(`${noun}${range}`, (given) => {
    const value = given instanceof EnvironmentText && given.text.trim() !== "" ? Number(given.text) : given;
    if (typeof value === "number" && isOne(value) && value >= (min ?? -Infinity) && value <= (max ?? Infinity)) return { value };
    return { problem: `found ${typeof value === "number" ? String(value) : describeValue(value)}` };
  });
}

/** A boolean: `true` and `false`, and YAML 1.1's `yes`, `no`, `on`, `off`, which Dagster's reader takes too. */
export const boolean = () =>
  scalar<boolean>("true or false", (given) => {
    if (typeof given === "boolean") return { value: given };
    if (given instanceof EnvironmentText) {
      const word = given.text.trim().toLowerCase();
      if (["true", "1", "yes", "on"].includes(word)) return { value: true };
      if (["false", "0", "no", "off"].includes(word)) return { value: false };
    }
    return { problem: `found ${describeValue(given)}` };
  });

/** One of a few words. */
export const word = <const Words extends readonly string[]>(...words: Words) =>
  scalar<Words[number]>(`one of ${words.join(", ")}`, (given) => {
    const value = given instanceof EnvironmentText ? given.text : given;
    if (typeof value === "string" && words.includes(value)) return { value };
    return { problem: `found ${typeof value === "string" ? `"${value}"` : describeValue(value)}` };
  });

/** A mapping that is handed on as it is written, such as a Kubernetes pod spec. */
export const opaqueMapping = () =>
  z.unknown().transform((given, context): Readonly<Record<string, unknown>> => {
    const value = unmarkEnvReferences(given);
    if (isMapping(value)) return value;
    context.addIssue({ code: "custom", message: `expected a mapping, found ${describeValue(given)}` });
    return z.NEVER;
  });

/** A mapping of names to texts, such as labels or connection parameters; numbers and booleans are written out. */
export const textMapping = () =>
  mappingOf((value) => text().safeParse(typeof value === "number" || typeof value === "boolean" ? String(value) : value));

/** A mapping of names to whole numbers. */
export const integerMapping = (bounds: Parameters<typeof integer>[0]) => mappingOf((value) => integer(bounds).safeParse(value));

const mappingOf = <T>(parse: (value: unknown) => z.ZodSafeParseResult<T>) =>
  z.unknown().transform((given, context): Readonly<Record<string, T>> => {
    if (!isMapping(given)) {
      context.addIssue({ code: "custom", message: `expected a mapping, found ${describeValue(given)}` });
      return z.NEVER;
    }
    const entries = Object.entries(given).flatMap(([key, value]) => {
      const result = parse(value);
      if (result.success) return [[key, result.data] as const];
      for (const issue of result.error.issues) context.addIssue({ code: "custom", path: [key], message: issue.message });
      return [];
    });
    return Object.fromEntries(entries);
  });
