import { type Environment, fromEnvironment, isEnvReference } from "./env-reference.ts";
import type { Schema } from "./schema.ts";
import { unionBranches, unwrapped, wrapperKinds, zodDefinition, type ZodDefinition } from "./zod-structure.ts";

type Path = readonly (string | number)[];

/** Something that is wrong at a place. */
export interface ConfigProblem {
  readonly path: Path;
  readonly problem: string;
}

export interface ConfigInputOptions {
  /** Where `{env: NAME}` is looked up; null leaves references unread. */
  readonly env: Environment | null;
  /**
   * Whether objects of discriminated unions stand behind the name of their branch, as in run config, or carry it in their
   * discriminating field, as in code.
   */
  readonly hasSelectors: boolean;
  /** Whether what objects have beside their fields is nobody's business. Default false. */
  readonly isOpen?: boolean;
}

/** What reading a config by its schema came to. */
export interface ReadConfig {
  /** What the schema made of it; undefined when there are problems, or references were left unread. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Texts of the values at secret places. */
  readonly secrets: readonly string[];
}

/**
 * Reads config by its schema: looks up references to the environment, opens selectors, and lets the schema check and transform the
 * rest. With references left unread, what does not depend on them is checked all the same. The config is expected to have the types
 * that the schema's config types say; what has not is the schema's to refuse.
 */
export function readConfig(schema: Schema, given: unknown, options: ConfigInputOptions): ReadConfig {
  const reader = new ConfigReader(options);
  const input = reader.read(schema, given, [], false);
  if (reader.problems.length > 0) return { value: undefined, problems: reader.problems, secrets: reader.secrets };
  const { value, issues } = validateAround(schema, input, reader.unread, []);
  return {
    value: reader.unread.length > 0 ? undefined : value,
    problems: issues.map(({ path, problem }) => ({ path: reader.toConfigPath(path), problem })),
    // Defaults and what transforms make of a secret show only in what came out.
    secrets: [...reader.secrets, ...secretsOf(schema, value)],
  };
}

/**
 * Reads a value that run config gives to an input: looks up references to the environment, and asks the input's schema what is wrong with it.
 * What the schema makes of it is the step's to find out. As {@link readConfig}, but that the value is there although references were left unread.
 */
export function readInput(schema: Schema, given: unknown, env: Environment | null): ReadConfig {
  const reader = new ConfigReader({ env, hasSelectors: false, isOpen: true });
  const input = reader.read(schema, given, [], false);
  if (reader.problems.length > 0) return { value: input, problems: reader.problems, secrets: reader.secrets };
  const isLater = reader.unread.length === 0 && isAsynchronous(schema, input);
  const { value, issues } = isLater ? { value: input, issues: [] } : validateAround(schema, input, reader.unread, []);
  return { value: input, problems: issues, secrets: [...reader.secrets, ...secretsOf(schema, value)] };
}

/** Such schemas tell what is wrong only when the step waits for them. */
function isAsynchronous(schema: Schema, input: unknown): boolean {
  const result = schema["~standard"].validate(input);
  if (!(result instanceof Promise)) return false;
  result.catch(() => undefined);
  return true;
}

class ConfigReader {
  readonly problems: ConfigProblem[] = [];
  readonly secrets: string[] = [];
  /** Places, as the schema sees them, of references that were not looked up. */
  readonly unread: Path[] = [];
  /** Branch names that stand in config where the schema sees none, by the place of the branch's object. */
  readonly #branches = new Map<string, string>();
  readonly #options: ConfigInputOptions;
  /** How many intersections are being read, each side of which has but some of the fields. */
  #intersections = 0;

  constructor(options: ConfigInputOptions) {
    this.#options = options;
  }

  /** The value that the schema is to parse. */
  read(schema: unknown, given: unknown, path: Path, isWithinSecret: boolean): unknown {
    const zod = zodDefinition(schema);
    if (!zod) return given;
    const isSecret = isWithinSecret || zod.isSecret;
    if (given === undefined) return undefined;
    if (wrapperKinds.has(zod.type)) return this.read(zod.inner, given, path, isSecret);
    if (given === null && zod.type === "object") return this.#object(zod, {}, path, isSecret);
    switch (zod.type) {
      case "nullable":
        return given === null ? null : this.read(zod.inner, given, path, isSecret);
      case "pipe":
        return this.read(zod.left, given, path, isSecret);
      case "object":
        return isRecord(given) ? this.#object(zod, given, path, isSecret) : given;
      case "array":
        return Array.isArray(given)
          ? given.map((item: unknown, at) => this.read(zod.element, item, [...path, at], isSecret))
          : given;
      case "tuple":
        return Array.isArray(given)
          ? given.map((item: unknown, at) => this.read(zod.items[at] ?? zod.rest, item, [...path, at], isSecret))
          : given;
      case "record":
        return isRecord(given)
          ? mapEntries(given, (name, inner) => this.read(zod.valueType, inner, [...path, name], isSecret))
          : given;
      case "intersection": {
        this.#intersections += 1;
        const both = this.read(zod.right, this.read(zod.left, given, path, isSecret), path, isSecret);
        this.#intersections -= 1;
        return both;
      }
      case "union":
        return this.#union(zod, given, path, isSecret);
      default:
        return this.#scalar(zod, given, path, isSecret);
    }
  }

  /** A place as people know it from their config. */
  toConfigPath(path: Path): Path {
    const shown: (string | number)[] = [];
    path.forEach((part, index) => {
      const branch = this.#branches.get(JSON.stringify(path.slice(0, index)));
      if (branch !== undefined) shown.push(branch);
      shown.push(part);
    });
    const last = this.#branches.get(JSON.stringify(path));
    return last === undefined ? shown : [...shown, last];
  }

  #object(zod: ZodDefinition, given: Readonly<Record<string, unknown>>, path: Path, isSecret: boolean): unknown {
    const fields = new Map(zod.fields);
    // In run config the types have told of it; config in code is checked by nothing else.
    if (!this.#options.hasSelectors && this.#options.isOpen !== true && !zod.isLoose && this.#intersections === 0)
      for (const name of Object.keys(given))
        if (!fields.has(name))
          this.#problem([...path, name], `there is no such field; known here: ${[...fields.keys()].join(", ")}`);
    return mapEntries(given, (name, inner) =>
      fields.has(name) ? this.read(fields.get(name), inner, [...path, name], isSecret) : inner,
    );
  }

  #union(zod: ZodDefinition, given: unknown, path: Path, isSecret: boolean): unknown {
    if (given === null) return null;
    const branches = unionBranches(zod);
    if (branches !== null && zod.discriminator !== null) {
      if (!isRecord(given)) return given;
      if (!this.#options.hasSelectors) {
        const branch = branches.find(({ tag }) => tag === given[zod.discriminator!]);
        return branch === undefined ? given : this.read(branch.schema, given, path, isSecret);
      }
      const [[name, inner] = []] = Object.entries(given);
      const branch = branches.find((one) => one.name === name);
      if (branch === undefined) return given;
      this.#branches.set(JSON.stringify(path), branch.name);
      const fields = this.read(branch.schema, inner ?? {}, path, isSecret);
      return isRecord(fields) ? { ...fields, [zod.discriminator]: branch.tag } : fields;
    }
    // Beside an option that is an object, `{env: NAME}` may be such an object: references are not known there.
    const isFlat =
      typeof given !== "object" || (isEnvReference(given) && zod.options.every((one) => isNull(one) || isScalarKind(one)));
    const option = zod.options.find((one) => isFlat === isScalarKind(one)) ?? zod.options.find((one) => !isNull(one));
    return this.read(option, given, path, isSecret);
  }

  #scalar(zod: ZodDefinition, given: unknown, path: Path, isSecret: boolean): unknown {
    const scalar = scalarOf(zod);
    if (scalar === null || !isEnvReference(given)) {
      if (isSecret && (typeof given === "string" || typeof given === "number")) this.secrets.push(String(given));
      return given;
    }
    const { env } = this.#options;
    if (env === null) {
      this.unread.push(path);
      return given;
    }
    const text = env[given.env];
    if (text === undefined) {
      this.#problem(path, `the environment variable "${given.env}" is not set where the run is executed`);
      return undefined;
    }
    if (isSecret) this.secrets.push(text);
    const value = fromEnvironment(text, scalar);
    if (value === undefined)
      this.#problem(
        path,
        `the environment variable "${given.env}" does not hold ${nouns[scalar]}${isSecret ? "" : `: "${text.slice(0, 60)}"`}`,
      );
    return value;
  }

  #problem(path: Path, problem: string): void {
    this.problems.push({ path: this.toConfigPath(path), problem });
  }
}

const nouns = { String: "text", Int: "a whole number", Float: "a number", Bool: "true or false" } as const;

function scalarOf(zod: ZodDefinition): keyof typeof nouns | null {
  switch (zod.type) {
    case "string":
    case "template_literal":
    case "date":
    case "bigint":
      return "String";
    case "number":
      return zod.isInt ? "Int" : "Float";
    case "int":
      return "Int";
    case "boolean":
      return "Bool";
    default:
      return null;
  }
}

const isNull = (schema: unknown): boolean => unwrapped(schema)?.type === "null";

function isScalarKind(schema: unknown): boolean {
  const zod = unwrapped(schema);
  if (zod === undefined) return false;
  if (zod.type === "pipe") return isScalarKind(zod.left);
  if (zod.type === "nullable") return isScalarKind(zod.inner);
  return scalarOf(zod) !== null || zod.type === "enum" || zod.type === "literal";
}

/** Texts at the secret places of what a schema gave. */
function secretsOf(schema: unknown, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  const zod = zodDefinition(schema);
  if (!zod) return [];
  if (isSecretHere(zod)) return textsIn(value);
  return partsOf(zod, value).flatMap((part) => secretsOf(part.schema, part.value));
}

/** Whether the whole value is secret; behind a pipe, whether what goes into it is. */
const isSecretHere = (zod: ZodDefinition | undefined): boolean =>
  zod !== undefined &&
  (zod.isSecret ||
    (wrapperKinds.has(zod.type) || zod.type === "nullable"
      ? isSecretHere(zodDefinition(zod.inner))
      : zod.type === "pipe" && isSecretHere(zodDefinition(zod.left))));

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return [String(value)];
  if (value instanceof Date) return [value.toISOString()];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

interface Validated {
  readonly value: unknown;
  readonly issues: readonly ConfigProblem[];
}

/** Validates what does not depend on the places that nobody has read yet; all of it when there are none. */
function validateAround(schema: unknown, input: unknown, unread: readonly Path[], path: Path): Validated {
  if (!unread.some((one) => path.every((part, index) => one[index] === part))) return validate(schema as Schema, input, path);
  const zod = zodDefinition(schema);
  const parts = zod === undefined ? [] : partsOf(zod, input);
  const issues = parts.flatMap(
    ({ schema: inner, value, below }) => validateAround(inner, value, unread, [...path, ...below]).issues,
  );
  return { value: undefined, issues };
}

interface Part {
  readonly schema: unknown;
  readonly value: unknown;
  readonly below: Path;
}

/** What a schema's value consists of; nothing for what is checked only as a whole. */
function partsOf(zod: ZodDefinition, input: unknown): readonly Part[] {
  if (wrapperKinds.has(zod.type) || zod.type === "nullable") return [{ schema: zod.inner, value: input, below: [] }];
  if (zod.type === "array" && Array.isArray(input))
    return input.map((value: unknown, at) => ({ schema: zod.element, value, below: [at] }));
  if (zod.type === "tuple" && Array.isArray(input))
    return input.map((value: unknown, at) => ({ schema: zod.items[at] ?? zod.rest, value, below: [at] }));
  if (zod.type === "union" && zod.discriminator === null)
    return zod.options.map((schema) => ({ schema, value: input, below: [] })).filter(({ schema }) => fits(schema, input));
  if (!isRecord(input)) return [];
  if (zod.type === "record")
    return Object.entries(input).map(([name, value]) => ({ schema: zod.valueType, value, below: [name] }));
  if (zod.type === "object") return zod.fields.map(([name, schema]) => ({ schema, value: input[name], below: [name] }));
  if (zod.type === "intersection") return [zod.left, zod.right].map((schema) => ({ schema, value: input, below: [] }));
  if (zod.type === "union" && zod.discriminator !== null) {
    const branch = unionBranches(zod)?.find(({ tag }) => tag === input[zod.discriminator!]);
    return branch === undefined ? [] : [{ schema: branch.schema, value: input, below: [] }];
  }
  return [];
}

/** Whether an option of a union may be the one that a value is of, by what it looks like. */
function fits(schema: unknown, value: unknown): boolean {
  const zod = unwrapped(schema);
  if (zod?.type === "nullable") return fits(zod.inner, value);
  return isScalarKind(schema) === (typeof value !== "object") && (zod?.type === "array") === Array.isArray(value);
}

function validate(schema: Schema, input: unknown, path: Path): Validated {
  const result = schema["~standard"].validate(input);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    return { value: undefined, issues: [{ path, problem: "its schema is asynchronous, which config schemas cannot be" }] };
  }
  if (!result.issues) return { value: result.value, issues: [] };
  const issues = result.issues.map((issue) => {
    const below = (issue.path ?? [])
      .map((part) => (typeof part === "object" ? part.key : part))
      .map((part) => (typeof part === "number" ? part : String(part)));
    return { path: [...path, ...below], problem: issue.message };
  });
  return { value: undefined, issues };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapEntries = (
  record: Readonly<Record<string, unknown>>,
  change: (name: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
