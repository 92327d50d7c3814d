import type { RunSelection } from "./execution-plan.ts";
import type { JsonObject } from "./json.ts";

/** The part of a job that a run config is for. What is not executed needs no config. */
export interface RunConfigPart {
  readonly selection: RunSelection;
  /** The run re-executes another, which has the values of what is left out; otherwise run config gives them. */
  readonly isReexecution: boolean;
}

/** One thing that is wrong with a run config. */
export interface RunConfigError {
  /** Dagster's `EvaluationErrorReason`, e.g. `RUNTIME_TYPE_MISMATCH`, `MISSING_REQUIRED_FIELD`, `FIELD_NOT_DEFINED`. */
  readonly reason: string;
  readonly message: string;
  /** Field names and list indexes from the root. */
  readonly path: readonly string[];
  /** Key, among the job's config types, of the type that was expected; null where no field is. Absent in answers of older code. */
  readonly expectedType?: string | null;
  /** For missing and undefined fields: the field's name. */
  readonly fieldName?: string | null;
  /** The fields of the shape around it, for missing and undefined fields, and the branches of a selector. */
  readonly knownFields?: readonly string[];
}

/** What checking a run config came to: the config with defaults filled in, or everything that is wrong with it. */
export type RunConfigValidation =
  | { readonly ok: true; readonly runConfig: JsonObject }
  | { readonly ok: false; readonly errors: readonly RunConfigError[] };
