import {
  type Backfill,
  backfillId,
  type BackfillStatus,
  DomainError,
  isRunId,
  type Run,
  runId,
  type RunStatus,
  systemTags,
} from "@dagwright/model";
import type { BackfillFilter, BackfillPage, RunFilter, RunPage } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { instantMs } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import { toBackfill } from "../backfills/to-backfill.ts";
import { oneOf } from "../errors/one-of.ts";
import { toRunFilter } from "./list-runs.ts";
import { toRun } from "./to-run.ts";

/** A client that asks for more pages on from the cursor. */
const largestPage = 1_000;

/** What the feed lists: runs and backfills in one order, by time; of one moment backfills first, and then by id. */
export type FeedEntry =
  | { readonly kind: "backfill"; readonly createdAtMs: number; readonly id: string; readonly backfill: Backfill }
  | { readonly kind: "run"; readonly createdAtMs: number; readonly id: string; readonly run: Run };

type FeedPlace = Pick<FeedEntry, "kind" | "createdAtMs" | "id">;

/** A text that leads nowhere in the feed. */
class RunsFeedCursorError extends DomainError<"RunsFeedCursorError"> {
  constructor(cursor: string) {
    super("RunsFeedCursorError", `"${cursor}" is no cursor of the feed of runs; a cursor is told by the page before`);
  }
}

/**
 * A page of the feed out of the newest of both lists.
 *
 * @param runs - newest first, `limit` + 1 of them where there are so many
 * @param backfills - likewise
 */
export function mergeFeed(
  runs: readonly Run[],
  backfills: readonly Backfill[],
  limit: number,
): { readonly entries: readonly FeedEntry[]; readonly hasMore: boolean } {
  const all: FeedEntry[] = [
    ...backfills.map((backfill) => ({ kind: "backfill" as const, createdAtMs: backfill.createdAtMs, id: backfill.id, backfill })),
    ...runs.map((run) => ({ kind: "run" as const, createdAtMs: run.createdAtMs, id: run.id, run })),
  ];
  // Both lists are in order, and sorting keeps what is equal as it is: backfills of a moment stay before its runs.
  all.sort((a, b) => b.createdAtMs - a.createdAtMs);
  return { entries: all.slice(0, limit), hasMore: all.length > limit };
}

const printPlace = ({ kind, createdAtMs, id }: FeedPlace): string => `${createdAtMs}:${kind}:${id}`;

function parsePlace(cursor: string | null | undefined): FeedPlace | null {
  if (cursor === null || cursor === undefined || cursor === "") return null;
  const [, time = "", kind, id = ""] = /^([0-9.]+):(run|backfill):(.+)$/.exec(cursor) ?? [];
  const createdAtMs = instantMs(Number(time));
  if (kind === "run" && isRunId(runId(id)) && Number.isFinite(createdAtMs)) return { kind, createdAtMs, id };
  if (kind === "backfill" && Number.isFinite(createdAtMs)) return { kind, createdAtMs, id };
  throw new RunsFeedCursorError(cursor);
}

const runsBehind = ({ kind, createdAtMs, id }: FeedPlace): NonNullable<RunPage["behind"]> =>
  kind === "run" ? { createdAtMs, id: runId(id) } : { createdAtMs };

interface BackfillPlace {
  readonly page: Pick<BackfillPage, "behind"> | Record<never, never>;
  readonly filter: Pick<BackfillFilter, "createdBeforeMs">;
}

/** What is behind a run are backfills of earlier moments: those of its own have been told. */
function backfillsBehind({ kind, createdAtMs, id }: FeedPlace): BackfillPlace {
  return kind === "backfill"
    ? { page: { behind: { createdAtMs, id: backfillId(id) } }, filter: {} }
    : { page: {}, filter: { createdBeforeMs: createdAtMs } };
}

const backfillStatuses: Partial<Record<RunStatus, readonly BackfillStatus[]>> = {
  SUCCESS: ["COMPLETED_SUCCESS", "COMPLETED"],
  FAILURE: ["FAILED", "COMPLETED_FAILED", "FAILING"],
  CANCELED: ["CANCELED"],
  CANCELING: ["CANCELING"],
  STARTED: ["REQUESTED"],
};

interface FeedFilters {
  /** Null: none can match. */
  readonly runs: RunFilter | null;
  readonly backfills: BackfillFilter | null;
}

/** What of the two lists a view shows, and which of that a filter for runs means. */
function filtersOf(view: gql.RunsFeedView, filter: gql.RunsFilter | null | undefined): FeedFilters {
  const runs = toRunFilter(filter);
  const ofBackfills = (runs?.tags ?? []).filter(({ key }) => key === systemTags.backfill);
  const wantsRuns = view === "RUNS" || (view === "ROOTS" && ofBackfills.length === 0);
  return {
    runs: wantsRuns && runs !== null ? { ...runs, ...(view === "ROOTS" && { outsideBackfills: true }) } : null,
    backfills: view === "RUNS" || runs === null ? null : toBackfillFilter(runs),
  };
}

function toBackfillFilter(filter: RunFilter): BackfillFilter | null {
  const { ids, jobSnapshotId, statuses, jobName, tags = [], createdAfterMs, createdBeforeMs } = filter;
  // What backfills have not, or what is asked of runs alone.
  if ([ids, jobSnapshotId, filter.updatedAfterMs, filter.updatedBeforeMs].some((each) => each !== undefined)) return null;
  const wanted = statuses?.flatMap((status) => backfillStatuses[status] ?? []);
  if (wanted?.length === 0) return null;
  const named = tags.find(({ key }) => key === systemTags.backfill);
  const others = tags.filter((tag) => tag !== named);
  return {
    ...(named !== undefined && { ids: named.values.map(backfillId) }),
    ...(wanted !== undefined && { statuses: wanted }),
    ...(jobName !== undefined && { jobName }),
    ...(others.length > 0 && { tags: others }),
    ...(createdAfterMs !== undefined && { createdAfterMs }),
    ...(createdBeforeMs !== undefined && { createdBeforeMs }),
  };
}

const earlier = (a: number | undefined, b: number | undefined): { readonly createdBeforeMs?: number } =>
  a === undefined && b === undefined ? {} : { createdBeforeMs: Math.min(a ?? Infinity, b ?? Infinity) };

export const runsFeedQueries = {
  runsFeedOrError: oneOf("RunsFeedConnectionOrError", async (_root, { limit, cursor, view, filter }, context) => {
    const { storage, loaders, signal } = context;
    const wanted = pageSize(limit, largestPage);
    const place = parsePlace(cursor);
    const filters = filtersOf(view, filter);
    const before: BackfillPlace = place === null ? { page: {}, filter: {} } : backfillsBehind(place);
    // One more than the page, of each: then there is more.
    const [runs, backfills] = await Promise.all([
      filters.runs === null
        ? []
        : storage.runs.list(
            filters.runs,
            { limit: wanted + 1, ...(place !== null && { behind: runsBehind(place) }) },
            { signal },
          ),
      filters.backfills === null
        ? []
        : storage.backfills.list(
            { ...filters.backfills, ...earlier(filters.backfills.createdBeforeMs, before.filter.createdBeforeMs) },
            { limit: wanted + 1, ...before.page },
            { signal },
          ),
    ]);
    const { entries, hasMore } = mergeFeed(runs, backfills, wanted);
    for (const run of runs) loaders.maybeRun.prime(run.id, run);
    const last = entries.at(-1);
    return {
      __typename: "RunsFeedConnection",
      results: entries.map((entry) => (entry.kind === "run" ? toRun(entry.run) : toBackfill(entry.backfill))),
      cursor: last === undefined ? (cursor ?? "") : printPlace(last),
      hasMore,
    };
  }),
  runsFeedCountOrError: oneOf("RunsFeedCountOrError", async (_root, { view, filter }, { storage, signal }) => {
    const filters = filtersOf(view, filter);
    const [runs, backfills] = await Promise.all([
      filters.runs === null ? 0 : storage.runs.count(filters.runs, { signal }),
      filters.backfills === null ? 0 : storage.backfills.count(filters.backfills, { signal }),
    ]);
    return { __typename: "RunsFeedCount", count: runs + backfills };
  }),
} satisfies Partial<gql.Query>;
