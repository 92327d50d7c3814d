import { backfillId } from "@dagwright/model";
import type { BackfillFilter } from "@dagwright/storage";
import { backfillTargets } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { instantOfSeconds } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { graphOf } from "./launch-backfill.ts";
import { toBackfill, toTargetPartitions } from "./to-backfill.ts";

/** A client that asks for no limit, or a larger one, pages on from the last backfill. */
const largestPage = 1_000;

type Page = { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined };

/** Newest first, behind the one whose id the cursor is. */
export async function listBackfills(
  filter: BackfillFilter,
  { cursor, limit }: Page,
  { storage, signal }: GraphContext,
): Promise<gql.PartitionBackfill[]> {
  const page = {
    limit: pageSize(limit, largestPage),
    ...(cursor !== null && cursor !== undefined && cursor !== "" && { cursor: backfillId(cursor) }),
  };
  return (await storage.backfills.list(filter, page, { signal })).map(toBackfill);
}

function toFilter(
  status: gql.BulkActionStatus | null | undefined,
  filters: gql.BulkActionsFilter | null | undefined,
): BackfillFilter {
  const statuses = filters?.statuses ?? (status === null || status === undefined ? null : [status]);
  const { createdAfter, createdBefore } = filters ?? {};
  return {
    ...(statuses !== null && { statuses }),
    ...(typeof createdAfter === "number" && { createdAfterMs: instantOfSeconds(createdAfter) }),
    ...(typeof createdBefore === "number" && { createdBeforeMs: instantOfSeconds(createdBefore) }),
  };
}

export const backfillQueries = {
  partitionBackfillOrError: oneOf("PartitionBackfillOrError", async (_root, args: { readonly backfillId: string }, context) =>
    toBackfill(await context.storage.backfills.get(backfillId(args.backfillId), { signal: context.signal })),
  ),
  partitionBackfillsOrError: oneOf("PartitionBackfillsOrError", async (_root, { status, filters, ...page }, context) => ({
    __typename: "PartitionBackfills",
    results: await listBackfills(toFilter(status, filters), page, context),
  })),
  assetBackfillPreview: async (_root, { params }, context) => {
    const { graph } = await graphOf(
      params.assetSelection.map(({ path }) => path),
      context,
    );
    const targets = backfillTargets(graph, { kind: "names", names: params.partitionNames });
    return Array.from(targets, ([node, subset]) => ({
      assetKey: { path: node.asset.key },
      partitions: node.isPartitioned ? toTargetPartitions(node.partitions.snapshot.kind === "timeWindow", subset) : null,
    }));
  },
} satisfies Partial<gql.Query>;
