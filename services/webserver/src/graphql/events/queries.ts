import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireRun } from "../runs/run-or-error.ts";
import { readLog } from "./read-log.ts";

export const eventQueries = {
  logsForRun: oneOf("EventConnectionOrError", async (_root, { runId, afterCursor, limit }, context) => {
    const { id } = await requireRun(runId, context);
    return readLog(id, afterCursor, limit, context);
  }),
} satisfies Partial<gql.Query>;
