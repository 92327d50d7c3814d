import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { reloadLocation } from "./reload-location.ts";
import { toWorkspace } from "./queries.ts";
import { toLocationEntry } from "./to-location-entry.ts";

export const workspaceMutations = {
  reloadRepositoryLocation: oneOf(
    "ReloadRepositoryLocationMutationResult",
    async (_root, { repositoryLocationName }: { readonly repositoryLocationName: string }, { workspace, signal }) => {
      return toLocationEntry(await reloadLocation(repositoryLocationName, workspace, signal));
    },
  ),
  reloadWorkspace: oneOf("ReloadWorkspaceMutationResult", async (_root, _args: object, context) => {
    const { workspace, signal } = context;
    // One that fails to load shows its error in its entry; the others are reloaded all the same.
    await Promise.allSettled(workspace.entries().map(({ name }) => reloadLocation(name, workspace, signal)));
    return toWorkspace(context);
  }),
} satisfies Partial<gql.Mutation>;
