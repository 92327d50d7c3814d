import { type JobSnapshot, type LocationSnapshot, repositoryName } from "@dagwright/model";
import type { LocationEntry } from "@dagwright/workspace";

import { PipelineNotFoundError, RepositoryNotFoundError } from "../../errors.ts";
import type { GraphContext } from "../context.ts";

type WithWorkspace = Pick<GraphContext, "workspace">;

/** A code location whose definitions are known. */
export interface LoadedLocation {
  readonly entry: LocationEntry;
  readonly snapshot: LocationSnapshot;
}

export const loadedLocations = ({ workspace }: WithWorkspace): LoadedLocation[] =>
  workspace.entries().flatMap((entry) => (entry.snapshot === null ? [] : [{ entry, snapshot: entry.snapshot }]));

/** @throws RepositoryNotFoundError when no loaded code location has that repository */
export function requireRepository(
  selector: { readonly repositoryName: string; readonly repositoryLocationName: string },
  context: WithWorkspace,
): LoadedLocation {
  const locations = loadedLocations(context);
  const found = locations.find(({ entry }) => entry.name === selector.repositoryLocationName);
  if (found === undefined || selector.repositoryName !== repositoryName) {
    const known = locations.map(({ entry }) => entry.name);
    throw new RepositoryNotFoundError(selector.repositoryLocationName, selector.repositoryName, known);
  }
  return found;
}

export interface FoundJob extends LoadedLocation {
  readonly job: JobSnapshot;
}

/** @throws PipelineNotFoundError when the location or its job is unknown */
export function requireJob(
  selector: { readonly pipelineName: string; readonly repositoryName: string; readonly repositoryLocationName: string },
  context: WithWorkspace,
): FoundJob {
  const locations = loadedLocations(context);
  const found = locations.find(({ entry }) => entry.name === selector.repositoryLocationName);
  if (found === undefined) throw new PipelineNotFoundError(selector, { locations: locations.map(({ entry }) => entry.name) });
  const { jobs } = found.snapshot;
  const job = selector.repositoryName === repositoryName ? jobs.find(({ name }) => name === selector.pipelineName) : undefined;
  if (job === undefined) throw new PipelineNotFoundError(selector, { jobs: jobs.map(({ name }) => name) });
  return { ...found, job };
}
