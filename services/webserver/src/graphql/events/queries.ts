import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { mayHaveEndedMeanwhile } from "../runs/ended-meanwhile.ts";
import { requireRun, requireRunId } from "../runs/run-or-error.ts";
import { readLog } from "./read-log.ts";

export const eventQueries = {
  logsForRun: oneOf("EventConnectionOrError", async (_root, { runId, afterCursor, limit }, context) => {
    const id = requireRunId(runId);
    // Read at the same time as the run, which has to be there, and to be going on or long over.
    const page = readLog(id, afterCursor, limit, context);
    page.catch(() => undefined);
    const run = await requireRun(runId, context);
    return await (mayHaveEndedMeanwhile(run, context) ? readLog(id, afterCursor, limit, context) : page);
  }),
} satisfies Partial<gql.Query>;
