import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { loadedLocations, requireRepository } from "./find-definitions.ts";
import { toLocationEntry, toLocationStatus } from "./to-location-entry.ts";
import { toRepository } from "./to-repository.ts";

export const toWorkspace = ({ workspace }: GraphContext): gql.Workspace => ({
  __typename: "Workspace",
  id: "Workspace",
  locationEntries: workspace.entries().map(toLocationEntry),
});

export const workspaceQueries = {
  workspaceOrError: oneOf("WorkspaceOrError", (_root, _args, context) => toWorkspace(context)),
  repositoriesOrError: oneOf("RepositoriesOrError", (_root, { repositorySelector }, context) => ({
    __typename: "RepositoryConnection",
    nodes:
      repositorySelector === null || repositorySelector === undefined
        ? loadedLocations(context).map(toRepository)
        : [toRepository(requireRepository(repositorySelector, context))],
  })),
  repositoryOrError: oneOf("RepositoryOrError", (_root, { repositorySelector }, context) =>
    toRepository(requireRepository(repositorySelector, context)),
  ),
  locationStatusesOrError: oneOf("WorkspaceLocationStatusEntriesOrError", (_root, _args, { workspace, locationChanges }) => ({
    __typename: "WorkspaceLocationStatusEntries",
    entries: workspace.entries().map(toLocationStatus),
    cursor: () => locationChanges.cursor(),
  })),
  workspaceLocationEntryOrError: async (root, { name }, context) => {
    const entry = context.workspace.entries().find((each) => each.name === name);
    return entry === undefined ? null : toLocationEntry(entry);
  },
} satisfies Partial<gql.Query>;
