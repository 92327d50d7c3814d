import { type CodeLocationName, repositoryName } from "@dagwright/model";
import type { LocationEntry } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

/** A repository's id: a code location has one repository, so its names say it all. */
export const repositoryId = (location: CodeLocationName): string => `${repositoryName}@${location}`;

/** Where a definition comes from; known by name also when the workspace does not have the location any more. */
export const toRepositoryOrigin = (
  location: CodeLocationName,
  { workspace }: Pick<GraphContext, "workspace">,
): gql.RepositoryOrigin => ({
  id: repositoryId(location),
  repositoryName,
  repositoryLocationName: location,
  repositoryLocationMetadata: () => {
    const entry = workspace.entries().find(({ name }) => name === location);
    return entry === undefined ? [] : toDisplayMetadata(entry);
  },
});

/** What tells people which code it is. The keys are those that clients of Python locations know. */
export const toDisplayMetadata = (entry: LocationEntry): gql.RepositoryMetadata[] =>
  [
    { key: "entry_file", value: entry.entryFile },
    { key: "working_directory", value: entry.workingDirectory },
    { key: "address", value: entry.address ?? "" },
    { key: "dagwright_version", value: entry.sdkVersion },
  ].filter(({ value }) => value !== "");
