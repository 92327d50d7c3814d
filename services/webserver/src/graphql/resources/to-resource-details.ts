import { type AssetKey, assetKeyToString, type OpSnapshot, repositoryName, type ResourceSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { byName, configTypesOf, toConfigField } from "../config/config-types.ts";
import { nodePlaces } from "../jobs/solids.ts";
import type { LoadedLocation } from "../workspace/find-definitions.ts";

/** A resource of a code location, and what uses it. */
export function toResourceDetails(resource: ResourceSnapshot, location: LoadedLocation): gql.ResourceDetails {
  const { entry, snapshot } = location;
  const { key: name } = resource;
  const named = (key: string): gql.NestedResourceEntry => {
    const inner = snapshot.resources.find((each) => each.key === key);
    return {
      name: key,
      type: inner === undefined ? "ANONYMOUS" : "TOP_LEVEL",
      resource: inner === undefined ? null : () => toResourceDetails(inner, location),
    };
  };
  return {
    __typename: "ResourceDetails",
    id: `${repositoryName}@${entry.name}:resource:${name}`,
    name,
    description: resource.description,
    configFields: () => configFields(resource, location),
    configuredValues: (resource.configured ?? []).map(({ field, value, type }) => ({ key: field, value, type })),
    isTopLevel: true,
    nestedResources: () => (resource.resources ?? []).map(named),
    parentResources: () =>
      snapshot.resources.filter(({ resources = [] }) => resources.includes(name)).map(({ key }) => named(key)),
    resourceType: "resource",
    assetKeysUsing: () => assetsUsing(name, location).map((path) => ({ path })),
    jobsOpsUsing: () => jobsUsing(name, location),
    schedulesUsing: [],
    sensorsUsing: [],
  };
}

/** The types of config are kept with the jobs that use the resource; one that none uses tells of no fields. */
function configFields({ key, configType }: ResourceSnapshot, { snapshot }: LoadedLocation): gql.ConfigTypeField[] {
  if (configType === null) return [];
  const job = snapshot.jobs.find(({ resources }) => resources.some((each) => each.key === key));
  if (job === undefined) return [];
  const types = configTypesOf(job);
  const type = types.get(configType);
  return "fields" in type ? byName(type.fields).map((field) => toConfigField(field, types)) : [];
}

const needs = (op: OpSnapshot | undefined, name: string): boolean => op?.requiredResourceKeys.includes(name) === true;

function jobsUsing(name: string, { snapshot }: LoadedLocation): gql.JobWithOps[] {
  return snapshot.jobs.flatMap((job) => {
    const ops = new Map(job.ops.map((op) => [op.name, op]));
    const opHandleIDs = nodePlaces(job)
      .filter(({ node }) => !node.isGraph && needs(ops.get(node.definition), name))
      .map(({ handleId }) => handleId);
    return opHandleIDs.length === 0 ? [] : [{ jobName: job.name, opHandleIDs }];
  });
}

function assetsUsing(name: string, { snapshot }: LoadedLocation): AssetKey[] {
  const found = new Map<string, AssetKey>();
  for (const job of snapshot.jobs) {
    if (job.assets.length === 0) continue;
    const ops = new Map(job.ops.map((op) => [op.name, op]));
    const nodes = new Set(
      nodePlaces(job).flatMap(({ handleId, node }) =>
        // An asset that a graph makes belongs to the graph's node, whatever of its ops needs the resource.
        !node.isGraph && needs(ops.get(node.definition), name) ? [handleId.split(".")[0]!] : [],
      ),
    );
    for (const { assetKey, node } of job.assets) if (nodes.has(node)) found.set(assetKeyToString(assetKey), assetKey);
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}
