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
    (type.kind === "scalar" || type.kind === "any"
      ? type.isSecret === true
      : innerConfigTypes(type).some((inner) => holdsSecret(inner, types)));
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
    case "any":
      return record && Object.keys(record).join() === "env" ? value : redactedSecret;
    case "scalar":
    case "enum":
      return redactedSecret;
  }
}

/** A run's config as it may be shown, by the job that it is for. */
export function redactRunConfig(
  runConfig: JsonObject,
  job: Pick<JobSnapshot, "configTypes" | "runConfigType" | "ops" | "graphs" | "rootGraph">,
): JsonObject {
  let types = typesByJob.get(job);
  if (types === undefined) typesByJob.set(job, (types = new Map(job.configTypes.map((type) => [type.key, type]))));
  const redacted = redactConfig(runConfig, job.runConfigType, types) as JsonObject;
  return isObject(redacted["ops"]) && [...job.ops, ...job.graphs].some(hasSecretInput)
    ? { ...redacted, ops: hideInputs(redacted["ops"], job.rootGraph, job) }
    : redacted;
}

/** Of a run of some ops also inputs have their values here that are wired in the whole job, whose types do not know them. */
function hideInputs(given: JsonObject, graph: string, job: Pick<JobSnapshot, "ops" | "graphs">): JsonObject {
  const nodes = job.graphs.find(({ name }) => name === graph)?.nodes ?? [];
  return mapFields(given, (config, name) => {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined || !isObject(config)) return config;
    const definition = (node.isGraph ? job.graphs : job.ops).find((one) => one.name === node.definition);
    return mapFields(config, (part, field) => {
      if (!isObject(part)) return part;
      if (field === "ops" && node.isGraph) return hideInputs(part, node.definition, job);
      if (field !== "inputs") return part;
      return mapFields(part, (value, input) =>
        definition?.ins.some((one) => one.name === input && one.isSecret)
          ? redactConfig(value, secretAny.key, secretTypes)
          : value,
      );
    });
  });
}

const hasSecretInput = ({ ins }: { readonly ins: readonly { readonly isSecret?: true }[] }): boolean =>
  ins.some(({ isSecret }) => isSecret === true);

/** The type of an input's value, which nobody may see, in run config. */
export const secretAny = { kind: "any", key: "SecretAny", isSecret: true } as const satisfies ConfigTypeSnapshot;
const secretTypes: Types = new Map([[secretAny.key, secretAny]]);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const typesByJob = new WeakMap<object, Types>();

const mapFields = (record: JsonObject, change: (value: JsonValue, name: string) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
