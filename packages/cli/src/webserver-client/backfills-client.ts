import { repositoryName } from "@dagwright/model";
import { RefusedError } from "../errors.ts";
import type { WebserverClient } from "./webserver-client.ts";

/** A backfill as `backfill list` and `backfill show` tell it; times in milliseconds. */
export interface BackfillReport {
  readonly id: string;
  readonly status: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly job: string | null;
  readonly assets: readonly string[] | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly isPaused: boolean;
  readonly maxRunsInFlight: number | null;
  readonly runsSubmitted: number;
  readonly runsInFlight: number;
  readonly waitingReason: string | null;
  readonly problems: readonly string[];
  readonly error: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** How far a backfill has come with one asset, or with its job. */
export interface BackfillProgressReport {
  readonly of: string;
  readonly partitions: number;
  readonly inProgress: number;
  readonly done: number;
  readonly failed: number;
}

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly jobName: string | null;
  readonly assetSelection: readonly { readonly path: readonly string[] }[] | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly isPaused: boolean;
  readonly maxRunsInFlight: number | null;
  readonly numRunsSubmitted: number;
  readonly numRunsInFlight: number;
  readonly waitingReason: string | null;
  readonly problems: readonly string[];
  readonly error: { readonly message: string } | null;
  readonly timestamp: number;
  readonly endTimestamp: number | null;
}

const fields = `id status title description jobName assetSelection { path } tags { key value } isPaused maxRunsInFlight numRunsSubmitted
  numRunsInFlight waitingReason problems error { message } timestamp endTimestamp`;

const toReport = (answer: Answer): BackfillReport => ({
  id: answer.id,
  status: answer.status,
  title: answer.title,
  description: answer.description,
  job: answer.jobName,
  assets: answer.assetSelection?.map(({ path }) => path.join("/")) ?? null,
  tags: Object.fromEntries(answer.tags.map(({ key, value }) => [key, value])),
  isPaused: answer.isPaused,
  maxRunsInFlight: answer.maxRunsInFlight,
  runsSubmitted: answer.numRunsSubmitted,
  runsInFlight: answer.numRunsInFlight,
  waitingReason: answer.waitingReason,
  problems: answer.problems,
  error: answer.error?.message.trimEnd() ?? null,
  createdAtMs: answer.timestamp * 1000,
  endedAtMs: answer.endTimestamp === null ? null : answer.endTimestamp * 1000,
});

type OrError<Data> = Partial<Data> & { readonly __typename: string; readonly message?: string };

/** Newest first. @throws RefusedError */
export async function listBackfills(
  client: WebserverClient,
  page: { readonly statuses?: readonly string[]; readonly cursor?: string; readonly limit: number },
): Promise<readonly BackfillReport[]> {
  const { answer } = await client.query<{ answer: OrError<{ results: readonly Answer[] }> }>(
    `query ($filters: BulkActionsFilter, $cursor: String, $limit: Int) {
      answer: partitionBackfillsOrError(filters: $filters, cursor: $cursor, limit: $limit) {
        __typename ... on PartitionBackfills { results { ${fields} } } ... on Error { message } } }`,
    {
      filters: page.statuses === undefined ? {} : { statuses: page.statuses },
      cursor: page.cursor ?? null,
      limit: page.limit,
    },
  );
  if (answer.results === undefined) throw new RefusedError(answer.message ?? `Backfills cannot be listed: ${answer.__typename}`);
  return answer.results.map(toReport);
}

interface CountsAnswer {
  readonly assetKey: { readonly path: readonly string[] };
  readonly numPartitionsTargeted?: number;
  readonly numPartitionsInProgress?: number;
  readonly numPartitionsMaterialized?: number;
  readonly numPartitionsFailed?: number;
  readonly inProgress?: boolean;
  readonly materialized?: boolean;
  readonly failed?: boolean;
}

type Details = Answer & {
  readonly numPartitions: number | null;
  readonly partitionStatusCounts: readonly { readonly runStatus: string; readonly count: number }[];
  readonly assetBackfillData: { readonly assetBackfillStatuses: readonly CountsAnswer[] } | null;
};

/** @throws RefusedError when there is none of that id */
export async function showBackfill(
  client: WebserverClient,
  id: string,
): Promise<BackfillReport & { readonly progress: readonly BackfillProgressReport[] }> {
  const { answer } = await client.query<{ answer: OrError<Details> }>(
    `query ($id: String!) { answer: partitionBackfillOrError(backfillId: $id) { __typename ... on PartitionBackfill { ${fields}
      numPartitions partitionStatusCounts { runStatus count } assetBackfillData { assetBackfillStatuses {
        ... on AssetPartitionsStatusCounts { assetKey { path } numPartitionsTargeted numPartitionsInProgress numPartitionsMaterialized numPartitionsFailed }
        ... on UnpartitionedAssetStatus { assetKey { path } inProgress materialized failed } } } }
      ... on Error { message } } }`,
    { id },
  );
  if (answer.id === undefined) throw new RefusedError(answer.message ?? `There is no backfill ${id}.`);
  const details = answer as Details;
  return { ...toReport(details), progress: progressOf(details) };
}

function progressOf({
  jobName,
  assetBackfillData,
  partitionStatusCounts,
  numPartitions,
}: Details): readonly BackfillProgressReport[] {
  if (assetBackfillData !== null) {
    return assetBackfillData.assetBackfillStatuses.map((each) => ({
      of: each.assetKey.path.join("/"),
      partitions: each.numPartitionsTargeted ?? 1,
      inProgress: each.numPartitionsInProgress ?? Number(each.inProgress),
      done: each.numPartitionsMaterialized ?? Number(each.materialized),
      failed: each.numPartitionsFailed ?? Number(each.failed),
    }));
  }
  const count = (...statuses: readonly string[]): number =>
    partitionStatusCounts.reduce((sum, each) => sum + (statuses.includes(each.runStatus) ? each.count : 0), 0);
  return [
    {
      of: jobName ?? "",
      partitions: numPartitions ?? 0,
      inProgress: count("QUEUED", "STARTING", "STARTED", "CANCELING"),
      done: count("SUCCESS"),
      failed: count("FAILURE", "CANCELED"),
    },
  ];
}

/** What is asked for as `LaunchBackfillParams`. @returns its id. @throws RefusedError */
export async function launchBackfill(
  client: WebserverClient,
  params: Readonly<Record<string, unknown>>,
  onWarning: (warning: string) => void,
): Promise<string> {
  const { answer } = await client.query<{ answer: OrError<{ backfillId: string }> }>(
    `mutation ($params: LaunchBackfillParams!) { answer: launchPartitionBackfill(backfillParams: $params) {
      __typename ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }`,
    { params },
    { onWarning },
  );
  return idOf(answer, "The backfill was not launched");
}

/** @returns the id of the new one. @throws RefusedError */
export async function reexecuteBackfill(client: WebserverClient, id: string, isFromFailure: boolean): Promise<string> {
  const { answer } = await client.query<{ answer: OrError<{ backfillId: string }> }>(
    `mutation ($params: ReexecutionParams) { answer: reexecutePartitionBackfill(reexecutionParams: $params) {
      __typename ... on LaunchBackfillSuccess { backfillId } ... on Error { message } } }`,
    { params: { parentRunId: id, strategy: isFromFailure ? "FROM_FAILURE" : "ALL_STEPS" } },
  );
  return idOf(answer, `Backfill ${id} was not executed again`);
}

/** What is asked of a backfill that is there. */
export type BackfillChange = "cancel" | "resume" | { readonly isPaused?: boolean; readonly maxRunsInFlight?: number | null };

/** @throws RefusedError */
export async function changeBackfill(client: WebserverClient, id: string, change: BackfillChange): Promise<void> {
  const isChange = typeof change === "object";
  const field = isChange ? "changePartitionBackfill" : `${change}PartitionBackfill`;
  const declared = isChange && "maxRunsInFlight" in change ? ", $maxRunsInFlight: Int" : "";
  const given = declared === "" ? "" : ", maxRunsInFlight: $maxRunsInFlight";
  const paused = isChange && change.isPaused !== undefined;
  const { answer } = await client.query<{ answer: OrError<object> }>(
    `mutation ($id: String!${paused ? ", $isPaused: Boolean" : ""}${declared}) {
      answer: ${field}(backfillId: $id${paused ? ", isPaused: $isPaused" : ""}${given}) { __typename ... on Error { message } } }`,
    { id, ...(isChange && change) },
  );
  if (answer.message !== undefined) throw new RefusedError(answer.message.trimEnd());
}

/** The selector of a job's partitions. */
export const partitionSetOf = (location: string, job: string): Readonly<Record<string, unknown>> => ({
  partitionSetName: `${job}_partition_set`,
  repositorySelector: { repositoryName, repositoryLocationName: location },
});

function idOf(answer: OrError<{ backfillId: string }>, what: string): string {
  if (answer.backfillId !== undefined) return answer.backfillId;
  throw new RefusedError(answer.message?.trimEnd() ?? `${what}: ${answer.__typename}`);
}
