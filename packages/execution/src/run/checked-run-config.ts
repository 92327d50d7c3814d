import { type Repository, type ResolvedRunConfig, validateRunConfig } from "@dagwright/definitions";
import { InvalidRunConfigError } from "../errors.ts";
import type { RunData } from "./run-data.ts";

/**
 * A run's config as its ops and resources see it: checked, defaults filled in, transformed by its schemas. Each process derives
 * it from what the run stores, which is what the user wrote.
 *
 * @throws InvalidRunConfigError
 */
export function checkedRunConfig(repository: Repository, { jobName, runConfig }: RunData): ResolvedRunConfig {
  const checked = validateRunConfig(repository, jobName, runConfig);
  if (checked.ok) return checked.config;
  throw new InvalidRunConfigError(
    jobName,
    checked.errors.map(({ message }) => message),
  );
}
