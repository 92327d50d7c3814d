import type { Backfill } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

const pageSize = 500;

/** What became of a backfill, a page behind the cursor: the id of the line that was read last. */
export async function logEvents(
  { id, problems, createdAtMs, endedAtMs }: Backfill,
  cursor: string | null,
  { storage, signal }: GraphContext,
): Promise<gql.InstigationEventConnection> {
  const isCursor = cursor !== null && /^\d{1,19}$/.test(cursor);
  const lines = await storage.backfills.log(id, { limit: pageSize, ...(isCursor && { after: cursor }) }, { signal });
  if (lines.length === 0 && !isCursor) {
    // One of before there was a log.
    const timestamp = String(Math.trunc(endedAtMs ?? createdAtMs));
    return { events: problems.map((message) => ({ message, timestamp, level: "WARNING" })), cursor: "", hasMore: false };
  }
  return {
    events: lines.map(({ message, atMs, level }) => ({ message, timestamp: String(Math.trunc(atMs)), level })),
    cursor: lines.at(-1)?.id ?? cursor ?? "",
    hasMore: lines.length >= pageSize,
  };
}
