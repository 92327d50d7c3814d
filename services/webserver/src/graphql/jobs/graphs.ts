import { type JobSnapshot, repositoryName } from "@dagwright/model";

import { GraphNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { type LoadedLocation, loadedLocations } from "../workspace/find-definitions.ts";
import { nodePlaces, type NodePlace, toPlacedDefinition, toPlacedGraph, toPlacedHandle, toSolids } from "./solids.ts";
import { toPipeline } from "./to-job.ts";

export const graphQueries = {
  graphOrError: oneOf("GraphOrError", (_root, { selector }, context) => {
    const location = loadedLocations(context).find(({ entry }) => entry.name === selector?.repositoryLocationName);
    const graph =
      location === undefined || selector?.repositoryName !== repositoryName ? null : findGraph(selector.graphName, location);
    if (graph === null)
      throw new GraphNotFoundError(
        selector ?? { graphName: "(none given)", repositoryName: "", repositoryLocationName: "(none given)" },
      );
    return graph;
  }),
} satisfies Partial<gql.Query>;

/** The graph of a job, or one that a job's graph uses, whose nodes are then told as in the graph itself. */
function findGraph(name: string, { snapshot }: LoadedLocation): gql.Graph | null {
  for (const job of snapshot.jobs) {
    if (job.rootGraph === name) return toJobGraph(job);
    const place = nodePlaces(job).find(({ node }) => node.isGraph && node.definition === name);
    if (place !== undefined) return { ...toPlacedGraph(place), __typename: "Graph", ...toSolids(job, name), modes: [] };
  }
  return null;
}

function toJobGraph(job: JobSnapshot): gql.Graph {
  const description = job.graphs.find(({ name }) => name === job.rootGraph)?.description ?? null;
  return {
    __typename: "Graph",
    id: job.rootGraph,
    name: job.rootGraph,
    description,
    ...toSolids(job),
    // Modes are a job's; a graph may be of several.
    modes: [],
  };
}

interface Invocation {
  readonly job: JobSnapshot;
  readonly place: NodePlace;
}

/** What the jobs of a code location use, by the names of the definitions. */
export const toUsedSolids = (location: LoadedLocation): gql.UsedSolid[] =>
  [...invocationsOf(location).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, invocations]) => toUsedSolid(invocations, location));

/** The op or graph of that name, where a job uses it. */
export function findUsedSolid(name: string, location: LoadedLocation): gql.UsedSolid | null {
  const invocations = invocationsOf(location).get(name);
  return invocations === undefined ? null : toUsedSolid(invocations, location);
}

function invocationsOf({ snapshot }: LoadedLocation): ReadonlyMap<string, readonly Invocation[]> {
  const uses = new Map<string, Invocation[]>();
  for (const job of snapshot.jobs) {
    for (const place of nodePlaces(job)) {
      const known = uses.get(place.node.definition);
      if (known === undefined) uses.set(place.node.definition, [{ job, place }]);
      else known.push({ job, place });
    }
  }
  return uses;
}

const toUsedSolid = (invocations: readonly Invocation[], location: LoadedLocation): gql.UsedSolid => ({
  definition: () => toPlacedDefinition(invocations[0]!.place),
  invocations: () =>
    invocations
      .toSorted((a, b) => (a.place.handleId < b.place.handleId ? -1 : 1))
      .map(({ job, place }) => ({
        pipeline: () => toPipeline({ ...location, job }),
        solidHandle: () => toPlacedHandle(place),
      })),
});
