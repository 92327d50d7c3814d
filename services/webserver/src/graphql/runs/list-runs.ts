import { isRunId, type Run, type RunId, runId, type RunStatus, runStatuses, snapshotId } from "@dagwright/model";
import type { RunFilter } from "@dagwright/storage";

import { InvalidPipelineRunsFilterError, RunGroupNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { instantOfSeconds } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { mayHaveEndedMeanwhile } from "./ended-meanwhile.ts";
import { requireRun, requireRunId } from "./run-or-error.ts";
import { isShownTag } from "../metadata/tags.ts";
import { toRun } from "./to-run.ts";

type MaybeFilter = gql.RunsFilter | null | undefined;

/** A client that asks for no limit, or a larger one, pages on from the last run. */
const largestPage = 1_000;

/** Newest first. */
export async function listRuns(
  filter: RunFilter | null,
  cursor: string | null | undefined,
  limit: number | null | undefined,
  { storage, signal, loaders }: GraphContext,
): Promise<readonly Run[]> {
  const page = { limit: pageSize(limit, largestPage), ...cursorOf(cursor) };
  if (filter === null || page.limit === 0) return [];
  const runs = await storage.runs.list(filter, page, { signal });
  for (const run of runs) loaders.maybeRun.prime(run.id, run);
  return runs;
}

function cursorOf(cursor: string | null | undefined): { readonly cursor?: RunId } {
  if (cursor === null || cursor === undefined || cursor === "") return {};
  const id = runId(cursor);
  if (!isRunId(id))
    throw new InvalidPipelineRunsFilterError(
      `"${cursor}" is no cursor of runs; a cursor is the id of the last run of the page before`,
    );
  return { cursor: id };
}

/**
 * What a client filters by, in the terms of storage. Null: nothing can match.
 *
 * @throws InvalidPipelineRunsFilterError
 */
export function toRunFilter(filter: MaybeFilter): RunFilter | null {
  if (filter === null || filter === undefined) return {};
  const { runIds, pipelineName, tags, statuses, mode } = filter;
  if (mode !== null && mode !== undefined && mode !== "" && mode !== "default") return null;
  const ids = (runIds ?? []).flatMap((id) => (id === null ? [] : [runId(id)]));
  const wanted = (statuses ?? []).filter((status): status is RunStatus => (runStatuses as readonly string[]).includes(status));
  const found: RunFilter = {
    ...(ids.length > 0 && { ids: ids.filter(isRunId) }),
    ...(pipelineName !== null && pipelineName !== undefined && { jobName: pipelineName }),
    ...(tags !== null && tags !== undefined && tags.length > 0 && { tags: tagFilter(tags) }),
    ...(wanted.length > 0 && { statuses: wanted }),
    ...(typeof filter.snapshotId === "string" && { jobSnapshotId: snapshotId(filter.snapshotId) }),
    ...toMs("createdAfterMs", filter.createdAfter),
    ...toMs("createdBeforeMs", filter.createdBefore),
    ...toMs("updatedAfterMs", filter.updatedAfter),
    ...toMs("updatedBeforeMs", filter.updatedBefore),
  };
  const onlyUnknownStatuses = statuses !== null && statuses !== undefined && statuses.length > 0 && wanted.length === 0;
  const onlyUnknownIds = ids.length > 0 && found.ids?.length === 0;
  return onlyUnknownStatuses || onlyUnknownIds ? null : found;
}

/** Several values of one key: any of them. */
function tagFilter(tags: readonly gql.ExecutionTag[]): { key: string; values: string[] }[] {
  return [...Map.groupBy(tags, ({ key }) => key)].map(([key, group]) => ({ key, values: group.map(({ value }) => value) }));
}

const toMs = <Name extends string>(name: Name, seconds: number | null | undefined): { readonly [N in Name]?: number } =>
  seconds === null || seconds === undefined ? {} : ({ [name]: instantOfSeconds(seconds) } as { readonly [N in Name]: number });

type PageArgs = {
  readonly filter?: MaybeFilter;
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
};

const runs = async (_root: unknown, { filter, cursor, limit }: PageArgs, context: GraphContext): Promise<gql.Runs> => {
  const found = toRunFilter(filter);
  const { storage, signal } = context;
  return {
    __typename: "Runs",
    results: (await listRuns(found, cursor, limit, context)).map(toRun),
    // Counts what the filter matches, whatever the page.
    count: async () => (found === null ? 0 : storage.runs.count(found, { signal })),
  };
};

async function oneRun(_root: unknown, { runId }: { readonly runId: string }, context: GraphContext): Promise<gql.Run> {
  const ahead = fetchAhead(requireRunId(runId), context);
  const run = await requireRun(runId, context);
  if (mayHaveEndedMeanwhile(run, context)) for (const loader of ahead) loader.clear(run.id);
  return toRun(run);
}

interface Ahead {
  load(id: RunId): Promise<unknown>;
  clear(id: RunId): unknown;
}

/** What fields will need of a run besides its row is fetched together with that, and not in a turn of its own. */
function fetchAhead(id: RunId, { loaders, namedFields }: GraphContext): readonly Ahead[] {
  const ahead: Ahead[] = [];
  if (namedFields.has("stepStats")) ahead.push(loaders.stepMarks);
  if (namedFields.has("hasConcurrencyKeySlots")) ahead.push(loaders.holdsSlots);
  if (namedFields.has("assetMaterializations")) ahead.push(loaders.materializations);
  // Whoever asks for it is told what is wrong with it.
  for (const loader of ahead) loader.load(id).catch(() => undefined);
  return ahead;
}

export const runQueries = {
  runsOrError: oneOf("RunsOrError", runs),
  pipelineRunsOrError: oneOf("RunsOrError", runs),
  runOrError: oneOf("RunOrError", oneRun),
  pipelineRunOrError: oneOf("RunOrError", oneRun),
  runIdsOrError: oneOf("RunIdsOrError", async (_root, { filter, cursor, limit }: PageArgs, context) => ({
    __typename: "RunIds",
    results: (await listRuns(toRunFilter(filter), cursor, limit, context)).map(({ id }) => id),
  })),
  runTagKeysOrError: oneOf("RunTagKeysOrError", async (_root, _args: object, { storage, signal }) => ({
    __typename: "RunTagKeys",
    keys: (await storage.runs.tagKeys({ signal })).filter(isShownTag),
  })),
  runTagsOrError: oneOf("RunTagsOrError", async (_root, { tagKeys, valuePrefix, limit }, { storage, signal }) => {
    const keys = tagKeys ?? (await storage.runs.tagKeys({ signal }));
    const options = {
      signal,
      ...(valuePrefix !== null && valuePrefix !== undefined && { prefix: valuePrefix }),
      limit: pageSize(limit, largestPage),
    };
    const values = await Promise.all(keys.map((key) => storage.runs.tagValues(key, options)));
    const tags = keys.map((key, index) => ({ key, values: values[index] ?? [] }));
    return { __typename: "RunTags", tags: tags.filter((tag) => tag.values.length > 0) };
  }),
  runGroupOrError: oneOf("RunGroupOrError", async (_root, args: { readonly runId: string }, context) => {
    const { loaders, storage, signal } = context;
    const run = await loaders.maybeRun.load(requireRunId(args.runId));
    if (run === null) throw new RunGroupNotFoundError(args.runId);
    const rootRunId = run.rootRunId ?? run.id;
    const [root, children] = await Promise.all([
      loaders.maybeRun.load(rootRunId),
      storage.runs.list({ rootRunId }, { limit: largestPage, ascending: true }, { signal }),
    ]);
    const group = [...(root === null || children.some(({ id }) => id === root.id) ? [] : [root]), ...children];
    return { __typename: "RunGroup", rootRunId, runs: group.map(toRun) };
  }),
} satisfies Partial<gql.Query>;
