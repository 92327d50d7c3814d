import { assetKeyToString, type PartitionsSnapshot, type Run, systemTags } from "@dagwright/model";
import { partitionsFromSnapshot } from "@dagwright/partitions";
import { stringify } from "yaml";

import { PartitionSetNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { listBackfills } from "../backfills/queries.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRun } from "../runs/to-run.ts";
import { type FoundJob, type LoadedLocation, requireRepository } from "../workspace/find-definitions.ts";
import { toRepositoryOrigin } from "../workspace/repository-origin.ts";
import { viewFor } from "./asset-partitions.ts";
import { keysPage } from "./keys-page.ts";

/** The partitions of a job have a name of their own for clients, as in Dagster. */
export const setNameOf = (jobName: string): string => `${jobName}_partition_set`;

const configOf = oneOf("PartitionRunConfigOrError", async (_root, { found, key }: PartitionOfJob, { workspace, signal }) => {
  const request = { snapshotId: found.entry.snapshotId, jobName: found.job.name, partitionKey: key };
  const { runConfig } = await workspace.client(found.entry.name).getPartitionConfig(request, { signal });
  return { __typename: "PartitionRunConfig", yaml: stringify(runConfig) };
});

const tagsOf = oneOf("PartitionTagsOrError", async (_root, { found, key }: PartitionOfJob, { workspace, signal }) => {
  const request = { snapshotId: found.entry.snapshotId, jobName: found.job.name, partitionKey: key };
  const { tags } = await workspace.client(found.entry.name).getPartitionConfig(request, { signal });
  const all = { ...tags, [systemTags.partition]: key, [systemTags.partitionSet]: setNameOf(found.job.name) };
  return { __typename: "PartitionTags", results: Object.entries(all).map(([name, value]) => ({ key: name, value })) };
});

interface PartitionOfJob {
  readonly found: FoundJob;
  readonly key: string;
}

function toPartition(found: FoundJob, key: string): gql.Partition {
  const { entry, job } = found;
  const runs = (
    cursor: string | null | undefined,
    limit: number | null | undefined,
    context: GraphContext,
  ): ReturnType<typeof listRuns> =>
    listRuns(
      { jobName: job.name, location: entry.name, tags: [{ key: systemTags.partition, values: [key] }] },
      cursor,
      limit,
      context,
    );
  return {
    name: key,
    partitionSetName: setNameOf(job.name),
    solidSelection: null,
    mode: "default",
    runConfigOrError: (_, context) => configOf(null, { found, key }, context),
    tagsOrError: (_, context) => tagsOf(null, { found, key }, context),
    runs: async ({ cursor, limit }, context) => (await runs(cursor, limit, context)).map(toRun),
    status: async (_, context) => (await runs(null, 1, context))[0]?.status ?? null,
  };
}

const partitionsOf = oneOf(
  "PartitionsOrError",
  async (_root, { found, snapshot, page }: { found: FoundJob; snapshot: PartitionsSnapshot; page: Page }, context) => {
    const view = await viewFor(snapshot, context);
    const { keys } = keysPage(partitionsFromSnapshot(snapshot), view, { ...page, reverse: page.reverse === true });
    return { __typename: "Partitions", results: keys.map((key) => toPartition(found, key)) };
  },
);

/** The newest run of each of a job's partitions; what was canceled counts only when it is asked for. */
async function latestRuns(
  { entry, job }: FoundJob,
  snapshot: PartitionsSnapshot,
  withCanceled: boolean,
  context: GraphContext,
): Promise<readonly { readonly key: string; readonly run: Run | null }[]> {
  const { storage, signal, loaders } = context;
  const keys = [...partitionsFromSnapshot(snapshot).keys(await viewFor(snapshot, context))];
  const of = { jobName: job.name, location: entry.name, withCanceled };
  const runs = await storage.runs.latestOfPartitions(of, keys, { signal });
  for (const run of runs.values()) loaders.maybeRun.prime(run.id, run);
  return keys.map((key) => ({ key, run: runs.get(key) ?? null }));
}

const statusesOf = oneOf(
  "PartitionStatusesOrError",
  async (_root, { found, snapshot }: { found: FoundJob; snapshot: PartitionsSnapshot }, context) => {
    const latest = await latestRuns(found, snapshot, false, context);
    return {
      __typename: "PartitionStatuses",
      results: latest.map(({ key, run }) => ({
        id: `${setNameOf(found.job.name)}:${key}`,
        partitionName: key,
        runId: run?.id ?? null,
        runStatus: run?.status ?? null,
        runDuration: run?.endedAtMs && run.startedAtMs ? (run.endedAtMs - run.startedAtMs) / 1000 : null,
      })),
    };
  },
);

interface Page {
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
  readonly reverse?: boolean | null | undefined;
}

export function toPartitionSet(found: FoundJob, snapshot: PartitionsSnapshot): gql.PartitionSet {
  const { entry, job } = found;
  return {
    __typename: "PartitionSet",
    id: `${entry.name}:${setNameOf(job.name)}`,
    name: setNameOf(job.name),
    pipelineName: job.name,
    solidSelection: null,
    mode: "default",
    partitionsOrError: (page, context) => partitionsOf(null, { found, snapshot, page }, context),
    partition: async ({ partitionName }, context) =>
      partitionsFromSnapshot(snapshot).has(partitionName, await viewFor(snapshot, context))
        ? toPartition(found, partitionName)
        : null,
    partitionStatusesOrError: (_, context) => statusesOf(null, { found, snapshot }, context),
    partitionRuns: async (_, context) =>
      (await latestRuns(found, snapshot, true, context)).map(({ key, run }) => ({
        id: `${setNameOf(job.name)}:${key}`,
        partitionName: key,
        run: run === null ? null : toRun(run),
      })),
    backfills: (page, context) => listBackfills({ job: { name: job.name, location: entry.name } }, page, context),
    repositoryOrigin: (_, context) => toRepositoryOrigin(entry.name, context),
    hasLaunchBackfillPermission: (_, { viewer }) => viewer.has("launch_partition_backfill", [entry.name]),
    hasCancelBackfillPermission: (_, { viewer }) => viewer.has("cancel_partition_backfill", [entry.name]),
  };
}

export const toPartitionSets = (location: LoadedLocation): gql.PartitionSet[] =>
  location.snapshot.jobs.flatMap((job) =>
    job.partitions === undefined ? [] : [toPartitionSet({ ...location, job }, job.partitions)],
  );

/** The partitions of a job, or of those of its assets that are selected. */
function snapshotFor(
  { job, snapshot }: FoundJob,
  selected: readonly { readonly path: readonly string[] }[] | null | undefined,
): PartitionsSnapshot | undefined {
  const wanted = selected === null || selected === undefined ? null : new Set(selected.map(({ path }) => assetKeyToString(path)));
  if (wanted === null) return job.partitions;
  return snapshot.assets.find(({ key, partitions }) => partitions !== undefined && wanted.has(assetKeyToString(key)))?.partitions;
}

/** What a job tells of its partitions. */
export const jobPartitionFields = (found: FoundJob): Pick<gql.Job, "partitionKeysOrError" | "partition"> => ({
  partitionKeysOrError: async ({ selectedAssetKeys, reverse, ...page }, context) => {
    const snapshot = snapshotFor(found, selectedAssetKeys);
    if (snapshot === undefined) return { __typename: "PartitionKeys", partitionKeys: [] };
    const view = await viewFor(snapshot, context);
    const { keys } = keysPage(partitionsFromSnapshot(snapshot), view, { ...page, reverse: reverse === true });
    return { __typename: "PartitionKeys", partitionKeys: keys };
  },
  partition: async ({ partitionName, selectedAssetKeys }, context) => {
    const snapshot = snapshotFor(found, selectedAssetKeys);
    if (snapshot === undefined || !partitionsFromSnapshot(snapshot).has(partitionName, await viewFor(snapshot, context)))
      return null;
    return {
      name: partitionName,
      jobName: found.job.name,
      runConfigOrError: (_: unknown, inner: GraphContext) => configOf(null, { found, key: partitionName }, inner),
      tagsOrError: (_: unknown, inner: GraphContext) => tagsOf(null, { found, key: partitionName }, inner),
    };
  },
});

export const partitionQueries = {
  partitionSetsOrError: oneOf("PartitionSetsOrError", (_root, { repositorySelector, pipelineName }, context) => {
    const location = requireRepository(repositorySelector, context);
    return {
      __typename: "PartitionSets",
      results: toPartitionSets(location).filter((set) => set.pipelineName === pipelineName),
    };
  }),
  partitionSetOrError: oneOf("PartitionSetOrError", (_root, { repositorySelector, partitionSetName }, context) => {
    const location = requireRepository(repositorySelector, context);
    const found = toPartitionSets(location).find(({ name }) => name === partitionSetName);
    if (found === undefined) throw new PartitionSetNotFoundError(partitionSetName ?? "");
    return found;
  }),
} satisfies Partial<gql.Query>;
