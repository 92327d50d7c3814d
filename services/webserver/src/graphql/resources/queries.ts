import { ResourceNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { type LoadedLocation, requireRepository } from "../workspace/find-definitions.ts";
import { toResourceDetails } from "./to-resource-details.ts";

export const toAllResourceDetails = (location: LoadedLocation): gql.ResourceDetails[] =>
  location.snapshot.resources
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((resource) => toResourceDetails(resource, location));

export const resourceQueries = {
  topLevelResourceDetailsOrError: oneOf("ResourceDetailsOrError", (_root, { resourceSelector }, context) => {
    const { resourceName } = resourceSelector;
    const location = requireRepository(resourceSelector, context);
    const resource = location.snapshot.resources.find(({ key }) => key === resourceName);
    if (resource === undefined) throw new ResourceNotFoundError(resourceSelector.repositoryLocationName, resourceName);
    return toResourceDetails(resource, location);
  }),
  allTopLevelResourceDetailsOrError: oneOf("ResourceDetailsListOrError", (_root, { repositorySelector }, context) => ({
    __typename: "ResourceDetailsList",
    results: toAllResourceDetails(requireRepository(repositorySelector, context)),
  })),
  utilizedEnvVarsOrError: oneOf("EnvVarWithConsumersOrError", (_root, { repositorySelector }, context) => ({
    __typename: "EnvVarWithConsumersList",
    results: toEnvVars(requireRepository(repositorySelector, context)),
  })),
} satisfies Partial<gql.Query>;

/** Variables that resources read, and which do. */
function toEnvVars({ snapshot }: LoadedLocation): gql.EnvVarWithConsumers[] {
  const names = [...new Set(snapshot.resources.flatMap(({ envVars = [] }) => envVars))].toSorted();
  return names.map((envVarName) => ({
    envVarName,
    envVarConsumers: snapshot.resources
      .filter(({ envVars = [] }) => envVars.includes(envVarName))
      .map(({ key }) => ({ type: "RESOURCE", name: key })),
  }));
}
