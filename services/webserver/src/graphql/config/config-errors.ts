import {
  type ConfigFieldSnapshot,
  type ConfigTypeSnapshot,
  type JobSnapshot,
  type JsonObject,
  type JsonValue,
  redactConfig,
  type RunConfigError,
} from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { type ConfigTypes, configTypesOf, toConfigField } from "./config-types.ts";

/** Everything that is wrong with a run config. */
export const toRunConfigInvalid = (
  job: JobSnapshot,
  runConfig: unknown,
  errors: readonly RunConfigError[],
): gql.RunConfigValidationInvalid => ({
  __typename: "RunConfigValidationInvalid",
  pipelineName: job.name,
  // By place, what is about a whole before what is about its parts, as clients know them from Dagster.
  errors: errors.toSorted((a, b) => comparePaths(a.path, b.path)).map((error) => toConfigError(error, job, runConfig)),
});

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (String(part) !== String(other)) return String(part) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

/** One problem, by its reason. A problem whose place the job's config types do not show is told as a mismatch with its message. */
function toConfigError(error: RunConfigError, job: JobSnapshot, runConfig: unknown): gql.PipelineConfigValidationError {
  const types = configTypesOf(job);
  const walked = walk(error.path, job.runConfigType, types);
  const base = {
    message: error.message,
    // Path and stack lead to the shape around a field that is missing or should not be there; the field has a place of its own.
    path: isAboutField(error.reason) ? error.path.slice(0, -1) : error.path,
    stack: {
      entries: (isAboutField(error.reason) ? walked.entries.slice(0, -1) : walked.entries) satisfies gql.EvaluationStackEntry[],
    },
  };
  const fieldName = error.fieldName ?? String(error.path.at(-1) ?? "");
  switch (error.reason) {
    case "MISSING_REQUIRED_FIELD":
      if (walked.field !== null) {
        return {
          __typename: "MissingFieldConfigError",
          ...base,
          reason: "MISSING_REQUIRED_FIELD",
          field: toConfigField(walked.field, types),
        };
      }
      break;
    case "FIELD_NOT_DEFINED":
      return { __typename: "FieldNotDefinedConfigError", ...base, reason: "FIELD_NOT_DEFINED", fieldName };
    case "SELECTOR_FIELD_ERROR": {
      const given = valueAt(runConfig, error.path);
      return {
        __typename: "SelectorTypeConfigError",
        ...base,
        reason: "SELECTOR_FIELD_ERROR",
        incomingFields: typeof given === "object" && given !== null ? Object.keys(given) : [],
      };
    }
    default:
      break;
  }
  const value = valueAt(runConfig, error.path);
  return {
    __typename: "RuntimeMismatchConfigError",
    ...base,
    reason: "RUNTIME_TYPE_MISMATCH",
    valueRep:
      value === undefined ? null : JSON.stringify(walked.type === null ? value : redactConfig(value, walked.type, types.byKey)),
  };
}

const isAboutField = (reason: string): boolean => reason === "MISSING_REQUIRED_FIELD" || reason === "FIELD_NOT_DEFINED";

/** Follows a path through the config types, which tell fields, list positions and map keys apart. */
function walk(
  path: readonly string[],
  rootType: string,
  types: ConfigTypes,
): {
  readonly entries: gql.EvaluationStackEntry[];
  readonly field: ConfigFieldSnapshot | null;
  /** Of the value at the path; null where the types do not lead. */
  readonly type: string | null;
} {
  let type: ConfigTypeSnapshot | null = types.get(rootType);
  let field: ConfigFieldSnapshot | null = null;
  const entries: gql.EvaluationStackEntry[] = [];
  for (const given of path) {
    const part = String(given);
    while (type?.kind === "noneable" || type?.kind === "scalarUnion")
      type = types.get(type.kind === "noneable" ? type.inner : type.nonScalarType);
    field = null;
    if (type?.kind === "array") {
      entries.push({ __typename: "EvaluationStackListItemEntry", listIndex: Number(part) });
      type = types.get(type.inner);
    } else if (type?.kind === "map") {
      entries.push({ __typename: "EvaluationStackMapValueEntry", mapKey: part });
      type = types.get(type.valueType);
    } else {
      entries.push({ __typename: "EvaluationStackPathEntry", fieldName: part });
      field = type !== null && "fields" in type ? (type.fields.find(({ name }) => name === part) ?? null) : null;
      type = field === null ? null : types.get(field.type);
    }
  }
  return { entries, field, type: type?.key ?? null };
}

function valueAt(value: unknown, path: readonly string[]): JsonValue | undefined {
  let at = value as JsonValue | undefined;
  for (const part of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as JsonObject)[part];
  }
  return at;
}
