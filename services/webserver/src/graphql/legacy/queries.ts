import { DomainError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";

/** What older clients ask on their way to something else. */
export const legacyQueries = {
  scheduler: oneOf("SchedulerOrError", () => ({ __typename: "Scheduler", schedulerClass: "DagsterDaemonScheduler" })),
  shouldShowNux: () => false,
  // Conditions took the place of rules.
  autoMaterializeAssetEvaluationsOrError: () => ({ __typename: "AutoMaterializeAssetEvaluationRecords", records: [] }),
  autoMaterializeEvaluationsForEvaluationId: () => ({ __typename: "AutoMaterializeAssetEvaluationRecords", records: [] }),
  // By which clients try out how an error and a wait look.
  test: () => ({
    alwaysException: () => {
      throw new Error("as advertised");
    },
    asyncString: async () => await Promise.resolve("slept"),
  }),
} satisfies Partial<gql.Query>;

/** The server's program belongs to a supervisor, which would start it again. */
class ShutdownNotOursError extends DomainError<"ShutdownNotOursError"> {
  constructor(location: string) {
    super(
      "ShutdownNotOursError",
      `The server of code location "${location}" is ended by whoever runs it; its definitions are loaded anew by reloadRepositoryLocation`,
    );
  }
}

export const legacyMutations = {
  logTelemetry: oneOf("LogTelemetryMutationResult", (_root, { action }) => ({ __typename: "LogTelemetrySuccess", action })),
  setNuxSeen: () => true,
  shutdownRepositoryLocation: oneOf(
    "ShutdownRepositoryLocationMutationResult",
    (_root, { repositoryLocationName: name }, { workspace }) => {
      workspace.location(name);
      throw new ShutdownNotOursError(name);
    },
  ),
} satisfies Partial<gql.Mutation>;
