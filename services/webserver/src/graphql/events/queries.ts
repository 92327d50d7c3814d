import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireRun, requireRunId } from "../runs/run-or-error.ts";
import { readLog } from "./read-log.ts";

export const eventQueries = {
  logsForRun: oneOf("EventConnectionOrError", async (_root, { runId, afterCursor, limit }, context) => {
    // Read at the same time as the run, which only has to be there.
    const page = readLog(requireRunId(runId), afterCursor, limit, context);
    page.catch(() => undefined);
    await requireRun(runId, context);
    return await page;
  }),
} satisfies Partial<gql.Query>;
