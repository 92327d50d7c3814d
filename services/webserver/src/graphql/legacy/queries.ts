import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";

/** What older clients ask on their way to something else. */
export const legacyQueries = {
  scheduler: oneOf("SchedulerOrError", () => ({ __typename: "Scheduler", schedulerClass: "DagsterDaemonScheduler" })),
  shouldShowNux: () => false,
  // By which clients try out how an error and a wait look.
  test: () => ({
    alwaysException: () => {
      throw new Error("as advertised");
    },
    asyncString: async () => await Promise.resolve("slept"),
  }),
} satisfies Partial<gql.Query>;

export const legacyMutations = {
  logTelemetry: oneOf("LogTelemetryMutationResult", (_root, { action }) => ({ __typename: "LogTelemetrySuccess", action })),
  setNuxSeen: () => true,
} satisfies Partial<gql.Mutation>;
