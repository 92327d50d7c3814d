import { ask, change, type Step } from "../frame/step.ts";
import { key, launching } from "./selectors.ts";

const isRefused = "is refused, rather than launched and failed";
const hasEndedAlready = "says that it has ended, rather than begin to cancel it";

/** What is done to the deployment as a whole; comes last, as it ends servers. */
export const deploymentSteps: readonly Step[] = [
  change(
    "launchRun",
    "a partition that there is not",
    {
      executionParams: launching("__ASSET_JOB", {
        assetSelection: [key("orders")],
        given: { "dagster/partition": "2020-01-01" },
      }),
    },
    { depth: 0, tolerated: { launchRun: isRefused } },
  ),
  change(
    "launchRun",
    "a partitioned asset without a partition",
    {
      executionParams: launching("__ASSET_JOB", { assetSelection: [key("orders")] }),
    },
    { depth: 0, tolerated: { launchRun: isRefused } },
  ),
  change("cancelPartitionBackfill", "one that has ended", (known) => ({ backfillId: known("the nights") }), {
    tolerated: { "": hasEndedAlready },
  }),
  change("resumePartitionBackfill", "one that has ended", (known) => ({ backfillId: known("nights of which one fails") }), {
    tolerated: { "": hasEndedAlready },
  }),
  change("setConcurrencyLimit", "of a pool", { concurrencyKey: "db", limit: 1 }),
  change("setConcurrencyLimit", "one that is too high", { concurrencyKey: "db", limit: 100_000 }),
  change("freeConcurrencySlots", "of no run", { runId: "nothing" }),
  change("freeConcurrencySlotsForRun", "of no run", { runId: "nothing" }),
  ask("instance", "with a limit", {}, { depth: 2 }),
  change("deleteConcurrencyLimit", "of a pool", { concurrencyKey: "db" }),
  change("deleteConcurrencyLimit", "of no pool", { concurrencyKey: "nothing" }),
  change("logTelemetry", "something", { action: "a", clientId: "a", clientTime: "1700000000000", metadata: "{}" }),
  change("setNuxSeen", "seen"),
  ask("shouldShowNux", "after it was seen"),
  change("setAppManagedComponent", "one", { locationName: "project", componentId: "a", componentType: "b", attributes: "{}" }),
  change("deleteAppManagedComponent", "one that there is not", { locationName: "project", componentId: "nothing" }),
  change(
    "refreshComponentState",
    "of nothing",
    { locationName: "project", defsStateKey: "nothing" },
    { tolerated: { refreshComponentState: "no component has a state here" } },
  ),
  { title: "a field that there is not", operation: "{ nothing }" },
  { title: "a query that is none", operation: "{" },
  {
    title: "a variable of a wrong type",
    operation: "query ($id: ID!) { runOrError(runId: $id) { __typename } }",
    variables: { id: {} },
  },
  { title: "a variable that is missing", operation: "query ($id: ID!) { runOrError(runId: $id) { __typename } }" },
  { title: "an error that a resolver throws", operation: "{ test { alwaysException } }" },
  ask("version", "which"),
  change("reloadRepositoryLocation", "one", { repositoryLocationName: "project" }, { depth: 1 }),
  change("reloadRepositoryLocation", "one that cannot be loaded", { repositoryLocationName: "broken" }, { depth: 2 }),
  change("reloadRepositoryLocation", "one that there is not", { repositoryLocationName: "nowhere" }),
  change("reloadWorkspace", "all", {}, { depth: 2 }),
  change("shutdownRepositoryLocation", "one that there is not", { repositoryLocationName: "nowhere" }),
  change("shutdownRepositoryLocation", "one that belongs to what started it", { repositoryLocationName: "broken" }),
];
