import type { JsonObject, JsonValue } from "./json.ts";
import type { JobSnapshot } from "./snapshots/job-snapshot.ts";
import { type ConfigTypeSnapshot, innerConfigTypes } from "./snapshots/config-types.ts";

/** What stands where a secret is not shown. */
export const redactedSecret = "********";

type Types = ReadonlyMap<string, ConfigTypeSnapshot>;

const known = new WeakMap<Types, Map<string, boolean>>();

/** Whether a value of this type may have a secret in it. */
export function holdsSecret(key: string, types: Types): boolean {
  let answers = known.get(types);
  if (answers === undefined) known.set(types, (answers = new Map()));
  const answer = answers.get(key);
  if (answer !== undefined) return answer;
  const type = types.get(key);
  const found =
    type !== undefined &&
    (type.kind === "scalar" ? type.isSecret === true : innerConfigTypes(type).some((inner) => holdsSecret(inner, types)));
  answers.set(key, found);
  return found;
}

/**
 * A config as it may be shown: asterisks at its secret places. References to the environment stay, they say where a secret is and not
 * what. A value that is not of its type is hidden whole when a secret may be in it.
 */
export function redactConfig(value: JsonValue, key: string, types: Types): JsonValue {
  if (value === null || !holdsSecret(key, types)) return value;
  const type = types.get(key)!;
  const isList = Array.isArray(value);
  const record = isList || typeof value !== "object" ? null : (value as JsonObject);
  switch (type.kind) {
    case "noneable":
      return redactConfig(value, type.inner, types);
    case "array":
      return isList ? value.map((item: JsonValue) => redactConfig(item, type.inner, types)) : redactedSecret;
    case "map":
      return record ? mapFields(record, (inner) => redactConfig(inner, type.valueType, types)) : redactedSecret;
    case "scalarUnion":
      if (type.isSource === true && typeof value === "object" && !(record && Object.keys(record).join() === "env"))
        return redactedSecret;
      return redactConfig(value, typeof value === "object" ? type.nonScalarType : type.scalarType, types);
    case "shape":
    case "permissive":
    case "selector": {
      if (!record) return redactedSecret;
      const fields = new Map(type.fields.map((field) => [field.name, field.type]));
      return mapFields(record, (inner, name) => {
        const field = fields.get(name);
        return field === undefined ? inner : redactConfig(inner, field, types);
      });
    }
    case "scalar":
    case "any":
    case "enum":
      return redactedSecret;
  }
}

/** A run's config as it may be shown, by the job that it is for. */
export function redactRunConfig(runConfig: JsonObject, job: Pick<JobSnapshot, "configTypes" | "runConfigType">): JsonObject {
  let types = typesByJob.get(job);
  if (types === undefined) typesByJob.set(job, (types = new Map(job.configTypes.map((type) => [type.key, type]))));
  return redactConfig(runConfig, job.runConfigType, types) as JsonObject;
}

const typesByJob = new WeakMap<object, Types>();

const mapFields = (record: JsonObject, change: (value: JsonValue, name: string) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
