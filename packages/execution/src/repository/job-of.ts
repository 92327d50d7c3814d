import { type Repository, type ResolvedJob, UnknownRunJobError } from "@dagwright/definitions";
import type { RunData } from "../run/run-data.ts";

/**
 * The job of a run.
 *
 * @throws UnknownRunJobError when the code has no such job (any more)
 */
export function jobOf(repository: Repository, { jobName }: RunData): ResolvedJob {
  const job = repository.jobs.get(jobName);
  if (job === undefined) throw new UnknownRunJobError(jobName, repository.jobs.keys());
  return job;
}
