import { type Environment, type Repository, type ResolvedRunConfig, validateRunConfig } from "@dagwright/definitions";
import { SecretMask } from "@dagwright/model";
import { InvalidRunConfigError } from "../errors.ts";
import type { RunData } from "../run/run-data.ts";

/**
 * A run's config as its ops and resources see it: checked, defaults filled in, its references to the environment read, transformed by
 * its schemas. Each process derives it from what the run stores, which is what the user wrote.
 *
 * @param env - by default this process's, as user code may have changed it while it was loaded
 * @throws InvalidRunConfigError
 */
export function checkedRunConfig(
  repository: Repository,
  { jobName, runConfig, selection, parentRunId }: Pick<RunData, "jobName" | "runConfig" | "selection" | "parentRunId">,
  env: Environment = process.env,
): CheckedRunConfig {
  const isReexecution = parentRunId !== undefined && parentRunId !== null;
  const part = selection === undefined ? {} : { part: { selection, isReexecution } };
  const checked = validateRunConfig(repository, jobName, runConfig, { env, ...part });
  if (checked.ok) return { config: checked.config, secrets: new SecretMask(checked.secrets) };
  throw new InvalidRunConfigError(
    jobName,
    checked.errors.map(({ message }) => message),
  );
}

export interface CheckedRunConfig {
  readonly config: ResolvedRunConfig;
  /** Hides what the config has at its secret places. */
  readonly secrets: SecretMask;
}
