/** Stands in run config for a text, number or boolean that the run finds in its environment. */
export interface EnvReference {
  readonly env: string;
}

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Refers to an environment variable from config that is written in code: `configured(warehouse, {password: envVar("WAREHOUSE_PASSWORD")})`.
 * The run reads it where it is executed, when it starts; nothing else ever holds the value.
 */
export const envVar = (name: string): EnvReference => Object.freeze({ env: name });

/** A config value, or the part of it, with references to the environment in the place of its texts, numbers and booleans. */
export type OrEnvReferences<T> = T extends string | number | boolean
  ? T | EnvReference
  : T extends readonly (infer Item)[]
    ? readonly OrEnvReferences<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: OrEnvReferences<T[K]> }
      : T;

export function isEnvReference(value: unknown): value is EnvReference {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]![0] === "env" && typeof entries[0]![1] === "string";
}

/** What a variable's text is as a value of this scalar type; undefined when it is none. */
export function fromEnvironment(
  text: string,
  scalar: "String" | "Int" | "Float" | "Bool",
): string | number | boolean | undefined {
  switch (scalar) {
    case "String":
      return text;
    case "Bool": {
      const word = text.trim().toLowerCase();
      return word === "true" || word === "1" ? true : word === "false" || word === "0" ? false : undefined;
    }
    case "Int":
    case "Float": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      return Number.isFinite(number) && (scalar === "Float" || Number.isInteger(number)) ? number : undefined;
    }
  }
}
