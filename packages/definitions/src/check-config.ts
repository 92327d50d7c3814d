import { inspect } from "node:util";
import { type ConfigFieldSnapshot, type ConfigTypeSnapshot, holdsSecret, nearestWord, redactedSecret } from "@dagwright/model";
import { isEnvReference } from "./env-reference.ts";

/** Why a part of run config is refused, spelled as Dagster's GraphQL enum `EvaluationErrorReason`. */
export type ConfigErrorReason = "RUNTIME_TYPE_MISMATCH" | "MISSING_REQUIRED_FIELD" | "FIELD_NOT_DEFINED" | "SELECTOR_FIELD_ERROR";

/** One problem of a run config. */
export interface ConfigError {
  /** Where: field names and list positions from the top, the offending or missing field included. */
  readonly path: readonly (string | number)[];
  readonly reason: ConfigErrorReason;
  /** A sentence that begins with the path. */
  readonly message: string;
  /** Key, among the job's config types, of the type that was expected; null for a field that should not be there. */
  readonly expectedType: string | null;
  /** For missing and undefined fields: the field's name, which is the path's last part. */
  readonly fieldName: string | null;
  /** The fields of the shape around it, for missing and undefined fields. */
  readonly knownFields: readonly string[];
}

type Path = readonly (string | number)[];

/** The path as people write it: `ops.fetch.config.urls[0]`. */
export const showPath = (path: Path): string =>
  path.length === 0
    ? "run config"
    : path.reduce<string>(
        (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
        "",
      );

/** A value that is not what its type says. */
export const mismatch = (path: Path, expectedType: string | null, problem: string): ConfigError => ({
  path,
  reason: "RUNTIME_TYPE_MISMATCH",
  message: `${showPath(path)}: ${problem}`,
  expectedType,
  fieldName: null,
  knownFields: [],
});

const shownSecret = (path: Path, expectedType: string): ConfigError =>
  mismatch(path, expectedType, "holds a secret as it is shown, not as it is; give its value, or {env: NAME}");

/** Checks a value against config types and tells everything that is wrong with it, each problem with its path. */
export function checkConfig(
  value: unknown,
  typeKey: string,
  types: ReadonlyMap<string, ConfigTypeSnapshot>,
  path: Path = [],
): readonly ConfigError[] {
  const errors: ConfigError[] = [];
  check(value, typeKey, path);
  return errors;

  function check(given: unknown, key: string, at: Path): void {
    const type = types.get(key)!;
    const expected = (noun: string): void =>
      void errors.push(mismatch(at, key, `expected ${noun}, got ${holdsSecret(key, types) ? typeName(given) : show(given)}`));
    switch (type.kind) {
      case "any":
        if (type.isSecret === true && given === redactedSecret) errors.push(shownSecret(at, key));
        return;
      case "scalar":
        if (type.isSecret === true && given === redactedSecret) errors.push(shownSecret(at, key));
        else if (!scalarChecks[type.scalar](given)) expected(scalarNouns[type.scalar]);
        return;
      case "noneable":
        if (given !== null && given !== undefined) check(given, type.inner, at);
        return;
      case "array":
        if (!Array.isArray(given)) return expected("a list");
        given.forEach((item: unknown, index) => check(item, type.inner, [...at, index]));
        return;
      case "map":
        if (!isRecord(given)) return expected("a map");
        for (const [name, inner] of Object.entries(given)) {
          if (type.keyType !== "String") check(coerceKey(name, types.get(type.keyType)), type.keyType, [...at, name]);
          check(inner, type.valueType, [...at, name]);
        }
        return;
      case "enum":
        if (!type.values.some(({ value: allowed }) => allowed === given))
          expected(`one of ${type.values.map(({ value: allowed }) => allowed).join(", ")}`);
        return;
      case "scalarUnion":
        if (type.isSource === true && !isEnvReference(given) && (isRecord(given) || Array.isArray(given))) {
          const scalar = types.get(type.scalarType)!;
          return expected(`${describe(scalar, types)}, or {env: NAME} for an environment variable`);
        }
        return check(given, isRecord(given) || Array.isArray(given) ? type.nonScalarType : type.scalarType, at);
      case "selector":
      case "shape":
      case "permissive":
        if (!isRecord(given)) return expected("a map of fields");
        if (type.kind === "selector") checkSelector(given, key, type.fields, at);
        return checkFields(given, type, at);
    }
  }

  function checkFields(
    given: Readonly<Record<string, unknown>>,
    { kind, fields }: Extract<ConfigTypeSnapshot, { readonly fields: unknown }>,
    at: Path,
  ): void {
    const isOpen = kind === "permissive";
    const known = fields.map((field) => field.name);
    const byName = new Map(fields.map((field) => [field.name, field]));
    for (const [name, inner] of Object.entries(given)) {
      const field = byName.get(name);
      if (field) {
        // `undefined` counts as left out; YAML's empty value (null) stands for an empty map, as in Dagster.
        if (inner === undefined) continue;
        const type = types.get(field.type)!;
        check(inner === null && isShape(type) ? {} : inner, field.type, [...at, name]);
      } else if (!isOpen) {
        errors.push({
          path: [...at, name],
          reason: "FIELD_NOT_DEFINED",
          message: undefinedField([...at, name], name, known),
          expectedType: null,
          fieldName: name,
          knownFields: known,
        });
      }
    }
    // A selector's fields are alternatives: what is required of one counts when it is chosen.
    if (kind === "selector") return;
    for (const field of fields) {
      if (!field.isRequired || given[field.name] !== undefined) continue;
      missing(field, [...at, field.name], known);
    }
  }

  /** A missing shape is told by the fields within it that nothing could stand in for. */
  function missing(field: ConfigFieldSnapshot, at: Path, known: readonly string[]): void {
    const type = types.get(field.type)!;
    const required = type.kind === "shape" ? type.fields.filter((inner) => inner.isRequired) : [];
    if (type.kind === "shape" && required.length > 0) {
      for (const inner of required)
        missing(
          inner,
          [...at, inner.name],
          type.fields.map(({ name }) => name),
        );
      return;
    }
    const noun = describe(type, types);
    errors.push({
      path: at,
      reason: "MISSING_REQUIRED_FIELD",
      message: `${showPath(at)}: is missing; it needs ${noun}`,
      expectedType: field.type,
      fieldName: field.name,
      knownFields: known,
    });
  }

  function checkSelector(
    given: Readonly<Record<string, unknown>>,
    key: string,
    fields: readonly ConfigFieldSnapshot[],
    at: Path,
  ): void {
    const count = Object.keys(given).length;
    if (count === 1) return;
    const names = fields.map((field) => field.name);
    errors.push({
      path: at,
      reason: "SELECTOR_FIELD_ERROR",
      message: `${showPath(at)}: exactly one of ${names.join(", ")} is needed, got ${count === 0 ? "none" : count}`,
      expectedType: key,
      fieldName: null,
      knownFields: names,
    });
  }
}

const isShape = (type: ConfigTypeSnapshot): boolean => type.kind === "shape" || type.kind === "permissive";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const scalarChecks = {
  String: (value: unknown) => typeof value === "string",
  Int: (value: unknown) => Number.isInteger(value),
  Float: (value: unknown) => typeof value === "number",
  Bool: (value: unknown) => typeof value === "boolean",
} as const;

const scalarNouns = { String: "text", Int: "a whole number", Float: "a number", Bool: "true or false" } as const;

/** Keys of JSON maps are text; a map by number takes those that spell one. */
function coerceKey(name: string, type: ConfigTypeSnapshot | undefined): unknown {
  return type?.kind === "scalar" && (type.scalar === "Int" || type.scalar === "Float") && name.trim() !== ""
    ? Number(name)
    : name;
}

function describe(type: ConfigTypeSnapshot, types: ReadonlyMap<string, ConfigTypeSnapshot>): string {
  switch (type.kind) {
    case "scalar":
      return scalarNouns[type.scalar];
    case "enum":
      return `one of ${type.values.map(({ value }) => value).join(", ")}`;
    case "array":
      return "a list";
    case "any":
      return "a value";
    case "noneable":
    case "scalarUnion": {
      const inner = types.get(type.kind === "noneable" ? type.inner : type.scalarType);
      return inner === undefined ? "a value" : describe(inner, types);
    }
    case "selector":
      return `exactly one of ${type.fields.map(({ name }) => name).join(", ")}`;
    default:
      return "a map";
  }
}

/** What may be said of a value that nobody should see. */
const typeName = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : `a ${typeof value}`;

const show = (value: unknown): string => {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 60, maxArrayLength: 5 });
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

function undefinedField(path: Path, name: string, known: readonly string[]): string {
  const suggestion = nearestWord(name, known);
  const hint =
    suggestion !== null
      ? `did you mean "${suggestion}"?`
      : known.length === 0
        ? "nothing can be set here"
        : `known here: ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}`;
  return `${showPath(path)}: there is no such field; ${hint}`;
}
