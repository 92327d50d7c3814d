import { isRunId, type RunId, runId } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toRun } from "../runs/to-run.ts";
import { parseLogCursor } from "./log-cursor.ts";
import { toRunEvent } from "./to-run-event.ts";

/** The log of a run: what is there in pieces, then what comes. From `HEAD` on, only what comes. */
async function* followRun(
  text: string,
  cursor: string | null | undefined,
  { runLogs, storage, signal }: GraphContext,
): AsyncGenerator<gql.PipelineRunLogsSubscriptionPayload> {
  const id = runId(text);
  const known = isRunId(id) ? await storage.runs.getMany([id], { signal }) : [];
  if (!isRunId(id) || known.length === 0) {
    yield { __typename: "PipelineRunLogsSubscriptionFailure", message: `This instance has no run ${text}`, missingRunId: text };
    return;
  }
  let afterSeq = cursor === "HEAD" ? await newestSeq(id, { storage, signal }) : parseLogCursor(cursor);
  for await (const { entries, hasMorePast } of runLogs.follow(id, afterSeq, signal)) {
    afterSeq = entries.at(-1)?.seq ?? afterSeq;
    yield {
      __typename: "PipelineRunLogsSubscriptionSuccess",
      run: async (_, { loaders }) => toRun(await loaders.run.load(id)),
      messages: entries.map(toRunEvent),
      hasMorePastEvents: hasMorePast,
      cursor: String(afterSeq),
    };
  }
}

/** Reads over the log to its end; only a client that wants nothing of the past asks. */
async function newestSeq(id: RunId, { storage, signal }: Pick<GraphContext, "storage" | "signal">): Promise<number> {
  let seq = 0;
  for (;;) {
    const entries = await storage.events.read(id, { afterSeq: seq, limit: 10_000 }, { signal });
    const last = entries.at(-1);
    if (last === undefined) return seq;
    seq = last.seq;
  }
}

export const eventSubscriptions = {
  pipelineRunLogs: {
    async *subscribe(_root, args, context) {
      for await (const pipelineRunLogs of followRun(args.runId, args.cursor, context)) yield { pipelineRunLogs };
    },
  },
} satisfies Partial<gql.Subscription>;
