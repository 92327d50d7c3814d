/** The environment that `{env: NAME}` values are read from; the process's own only where a program begins. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `{env: NAME}` in a configuration file, with what the environment holds under that name. */
export class EnvReference {
  readonly name: string;
  readonly value: string | undefined;

  constructor(name: string, value: string | undefined) {
    this.name = name;
    this.value = value;
  }
}

/** Marks every `{env: NAME}` mapping of a parsed file; schemas decide where one is meant and where it is only a mapping. */
export function markEnvReferences(value: unknown, env: Environment): unknown {
  if (Array.isArray(value)) return value.map((item) => markEnvReferences(item, env));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "env" && typeof entries[0]![1] === "string") {
    return new EnvReference(entries[0]![1], env[entries[0]![1]]);
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, markEnvReferences(inner, env)]));
}

/** Turns the marks back into plain mappings, for values that are passed on as they are written. */
export function unmarkEnvReferences(value: unknown): unknown {
  if (value instanceof EnvReference) return { env: value.name };
  if (Array.isArray(value)) return value.map(unmarkEnvReferences);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unmarkEnvReferences(inner)]));
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
