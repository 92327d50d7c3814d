import type { RunId } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { parseLogCursor } from "./log-cursor.ts";
import { toRunEvent } from "./to-run-event.ts";

/** Most entries in one answer; a client that asked for more goes on from the cursor. */
const largestPage = 10_000;

/** A page of a run's log. Its cursor is where the next page begins. */
export async function readLog(
  runId: RunId,
  afterCursor: string | null | undefined,
  limit: number | null | undefined,
  { storage, signal }: Pick<GraphContext, "storage" | "signal">,
): Promise<gql.EventConnection> {
  const afterSeq = parseLogCursor(afterCursor);
  const size = Math.max(0, Math.min(limit ?? 1_000, largestPage));
  const entries = await storage.events.read(runId, { afterSeq, limit: size + 1 }, { signal });
  const page = entries.slice(0, size);
  return {
    __typename: "EventConnection",
    events: page.map(toRunEvent),
    cursor: String(page.at(-1)?.seq ?? afterSeq),
    hasMore: entries.length > size,
  };
}
