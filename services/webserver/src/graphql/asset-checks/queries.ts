import type * as gql from "../../gen/types.ts";
import { pageSize } from "../arguments/page-size.ts";
import { rowCursor } from "../arguments/row-cursor.ts";
import { toCheckExecution } from "./to-check-execution.ts";

const largestPage = 1_000;

export const assetCheckQueries = {
  async assetCheckExecutions(_root, { assetKey, checkName, partition, limit, cursor }, { storage, signal }) {
    const page = {
      limit: pageSize(limit, largestPage),
      ...rowCursor(cursor, "a check's executions"),
      // The empty text asks for those of no partition.
      ...(partition !== null && partition !== undefined && { partition: partition === "" ? null : partition }),
    };
    const executions = await storage.assetChecks.executions({ assetKey: assetKey.path, name: checkName }, page, { signal });
    return executions.map(toCheckExecution);
  },
} satisfies Pick<gql.Query, "assetCheckExecutions">;
