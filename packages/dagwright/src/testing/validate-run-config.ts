import {
  type AnyJob,
  checkOptions,
  type Environment,
  type ResolvedRunConfig,
  validateRunConfig as validate,
} from "@dagwright/definitions";
import {
  type ExecuteInProcessOptions,
  InvalidRunConfigError,
  partOfJob,
  type PartSelection,
  repositoryOfJob,
} from "@dagwright/execution";
import type { JsonObject, OptionNames } from "@dagwright/model";

export interface ValidateRunConfigOptions
  extends PartSelection, Pick<ExecuteInProcessOptions, "resources" | "loggers" | "assets" | "assetChecks"> {
  /** Where `{env: NAME}` is looked up; without it references are left to the run, as before a launch. */
  readonly env?: Environment;
}

const validateNames: OptionNames<ValidateRunConfigOptions> = {
  opSelection: "list",
  assetSelection: "list",
  resources: true,
  loggers: "list",
  assets: "list",
  assetChecks: "list",
  env: true,
};

/**
 * Checks a run config against a job, as a launch does, and gives what the run would see: defaults filled in, transformed by its schemas.
 *
 * @throws InvalidRunConfigError with every problem and its place; OpSelectionError, ExecutionPlanError for a selection of what there is not
 */
export function validateRunConfig(
  job: AnyJob,
  runConfig: JsonObject = {},
  options: ValidateRunConfigOptions = {},
): ResolvedRunConfig {
  checkOptions("validateRunConfig", options, validateNames, validateRunConfig);
  const { env, ...given } = options;
  const repository = repositoryOfJob(job, given);
  const part = partOfJob(repository.jobs.get(job.name)!.snapshot, given);
  const checked = validate(repository, job.name, runConfig, env === undefined ? { part } : { part, env });
  if (checked.ok) return checked.config;
  throw new InvalidRunConfigError(
    job.name,
    checked.errors.map(({ message }) => message),
  );
}
