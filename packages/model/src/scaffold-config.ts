import type { JsonObject, JsonValue } from "./json.ts";
import type { ConfigTypeSnapshot } from "./snapshots/config-types.ts";
import type { JobSnapshot } from "./snapshots/job-snapshot.ts";

type Types = ReadonlyMap<string, ConfigTypeSnapshot>;

/** Which parts of a config are written out: `defaults` what a launch without config comes to, `required` what has to be given, `all` every field. */
export type ScaffoldParts = "defaults" | "required" | "all";

/**
 * Writes out the `inputs`, `ops` and `resources` of a job's run config, or what its mapping takes in place of it, from its config types: defaults where there are some, else a value of the right type to be replaced
 * (`""`, 0, the first of an enum, the first branch of a selector). Secrets are references to an environment variable to be named.
 * Loggers and executors are left out: naming one is what chooses it.
 */
export function scaffoldRunConfig(
  job: Pick<JobSnapshot, "configTypes" | "runConfigType" | "mappedRunConfigType">,
  parts: ScaffoldParts,
): JsonObject {
  const types: Types = new Map(job.configTypes.map((type) => [type.key, type]));
  const root = types.get(job.runConfigType);
  if (root?.kind !== "shape") return {};
  const isMapped = job.mappedRunConfigType !== undefined;
  const fields = root.fields.filter(({ name }) => isMapped || name === "inputs" || name === "ops" || name === "resources");
  return fieldsOf({ ...root, fields }, types, parts) ?? {};
}

/** Undefined where there is nothing to write. */
function scaffold(key: string, types: Types, parts: ScaffoldParts): JsonValue | undefined {
  const type = types.get(key);
  if (type === undefined) return undefined;
  if (type.kind === "shape" || type.kind === "permissive") return fieldsOf(type, types, parts);
  if (parts === "defaults") return undefined;
  switch (type.kind) {
    case "noneable":
      return null;
    case "array":
      return [];
    case "map":
      return {};
    case "enum":
      return type.values[0]?.value ?? "";
    case "scalarUnion":
      return isSecret(type.scalarType, types) ? { env: "" } : scaffold(type.scalarType, types, parts);
    case "scalar":
      return { String: "", Int: 0, Float: 0.5, Bool: false }[type.scalar];
    case "any":
      return type.isSecret === true ? { env: "" } : "";
    case "selector": {
      const [first] = type.fields;
      return first === undefined ? {} : { [first.name]: scaffold(first.type, types, parts) ?? {} };
    }
  }
}

function fieldsOf(
  type: Extract<ConfigTypeSnapshot, { readonly fields: unknown }>,
  types: Types,
  parts: ScaffoldParts,
): JsonObject | undefined {
  const entries = type.fields.flatMap((field): [string, JsonValue][] => {
    if (parts === "required" && !field.isRequired) return [];
    const value = field.defaultValue ?? scaffold(field.type, types, parts);
    return value === undefined ? [] : [[field.name, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isSecret(key: string, types: Types): boolean {
  const type = types.get(key);
  return type?.kind === "scalar" && type.isSecret === true;
}
