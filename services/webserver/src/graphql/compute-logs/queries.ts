import type * as gql from "../../gen/types.ts";
import { findLogSource } from "./log-source.ts";
import { followComputeLogs, readComputeLogs } from "./read-compute-logs.ts";

export const computeLogQueries = {
  capturedLogs: (_root, { logKey, cursor, limit }, context) => readComputeLogs(logKey, cursor, limit, context),
  capturedLogsMetadata: async (_root, { logKey }, context) => {
    const source = await findLogSource(logKey, context);
    const address = `${context.pathPrefix}/logs/${logKey.map((part) => encodeURIComponent(part.toWellFormed())).join("/")}`;
    return {
      stdoutDownloadUrl: `${address}/out`,
      stderrDownloadUrl: `${address}/err`,
      stdoutLocation: source.location("stdout"),
      stderrLocation: source.location("stderr"),
    };
  },
} satisfies Partial<gql.Query>;

export const computeLogSubscriptions = {
  capturedLogs: {
    async *subscribe(_root, { logKey, cursor }, context) {
      for await (const capturedLogs of followComputeLogs(logKey, cursor, context)) yield { capturedLogs };
    },
  },
} satisfies Partial<gql.Subscription>;
