import { DomainError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";

/** Definitions are TypeScript modules: no code location is made of components or keeps state of definitions. */
class NoComponentsError extends DomainError<"NoComponentsError"> {
  constructor(locationName: string) {
    super(
      "NoComponentsError",
      `Code location "${locationName}" is not made of components; its definitions are changed in its own code`,
    );
  }
}

/** What is asked of components is answered as Dagster does where there are none. */
export const componentQueries = {
  latestDefsStateInfo: () => null,
  appManagedComponentsForLocationOrError: oneOf("AppManagedComponentsOrError", (_root, { locationName }, { workspace }) => {
    workspace.location(locationName);
    return { __typename: "AppManagedComponents", locationName, components: [] };
  }),
  componentsForLocationOrError: oneOf("ComponentsOrError", (_root, { locationName }, { workspace }) => {
    workspace.location(locationName);
    return { __typename: "Components", locationName, components: [] };
  }),
  componentTypesForLocationOrError: oneOf("ComponentTypesOrError", (_root, { locationName }, { workspace }) => {
    workspace.location(locationName);
    return { __typename: "ComponentTypes", locationName, componentTypes: [] };
  }),
} satisfies Partial<gql.Query>;

export const componentMutations = {
  setAppManagedComponent: oneOf("SetAppManagedComponentResult", (_root, { locationName }) => {
    throw new NoComponentsError(locationName);
  }),
  deleteAppManagedComponent: oneOf("DeleteAppManagedComponentResult", (_root, { locationName }) => {
    throw new NoComponentsError(locationName);
  }),
  refreshComponentState: oneOf("RefreshComponentStateResult", (_root, { locationName, defsStateKey }) => ({
    __typename: "RefreshComponentStateError",
    locationName,
    defsStateKey,
    message: new NoComponentsError(locationName).message,
  })),
} satisfies Partial<gql.Mutation>;
