import { CodeLocationUnreachableError } from "@dagwright/rpc";

import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";

export const shutdownMutations = {
  /** For deployments whose supervisor starts an ended server again, with the code of a new image. Runs of the location go on. */
  shutdownRepositoryLocation: oneOf(
    "ShutdownRepositoryLocationMutationResult",
    async (_root, { repositoryLocationName }: { readonly repositoryLocationName: string }, { workspace, signal }) => {
      try {
        await workspace.client(repositoryLocationName).shutdown({ signal });
      } catch (error) {
        // One that is down already is as it was asked to be.
        if (!(error instanceof CodeLocationUnreachableError)) throw error;
      }
      return { __typename: "ShutdownRepositoryLocationSuccess", repositoryLocationName };
    },
  ),
} satisfies Partial<gql.Mutation>;
