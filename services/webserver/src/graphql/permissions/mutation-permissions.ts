import type { CodeLocationName } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { PermissionName } from "../../permissions.ts";
import type { GraphContext } from "../context.ts";
import { named, ofAssets, ofBackfill, ofInstigator, ofNewBackfill, ofRepository, ofRun } from "./concerned-locations.ts";

type MutationName = keyof gql.Mutation;
export type ArgsOf<Name extends MutationName> = Parameters<gql.Mutation[Name]>[1];

/**
 * The code locations that a call concerns: the permission is needed in all of them. None: in the whole deployment, as for what no location is known
 * of. Null: this call needs no such permission.
 */
type LocationsOf<Args> = (
  args: Args,
  context: GraphContext,
) => readonly CodeLocationName[] | null | Promise<readonly CodeLocationName[] | null>;

interface Requirement<Args> {
  readonly permission: PermissionName;
  readonly locationsOf: LocationsOf<Args>;
}

/** What a mutation needs. `perItem` ones do a list of things, each of which is asked about, and answers, by itself. */
export type Needs<Args> = readonly Requirement<Args>[] | "nothing" | { readonly perItem: PermissionName };

const inDeployment = (permission: PermissionName): readonly Requirement<unknown>[] => [{ permission, locationsOf: () => [] }];

const at = <Args>(permission: PermissionName, locationsOf: LocationsOf<Args>): readonly Requirement<Args>[] => [
  { permission, locationsOf },
];

const launch = at<ArgsOf<"launchRun">>("launch_pipeline_execution", ({ executionParams }) =>
  ofRepository(executionParams.selector),
);
const reexecute = at<ArgsOf<"launchRunReexecution">>(
  "launch_pipeline_reexecution",
  ({ executionParams, reexecutionParams }, context) => {
    if (executionParams !== null && executionParams !== undefined) return ofRepository(executionParams.selector);
    return ofRun(reexecutionParams?.parentRunId ?? "", context);
  },
);
const terminate = at<ArgsOf<"terminateRun">>("terminate_pipeline_execution", (args, context) => ofRun(args.runId, context));
const deletion = at<ArgsOf<"deleteRun">>("delete_pipeline_run", (args, context) => ofRun(args.runId, context));
const ownBackfill = (permission: PermissionName) =>
  at<{ readonly backfillId: string }>(permission, (args, context) => ofBackfill(args.backfillId, context));
const ownSchedule = (permission: PermissionName) =>
  at<{ readonly scheduleSelector: gql.ScheduleSelector }>(permission, (args) => ofRepository(args.scheduleSelector));
const ownSensor = (permission: PermissionName) =>
  at<{ readonly sensorSelector: gql.SensorSelector }>(permission, (args) => ofRepository(args.sensorSelector));
const components = (permission: PermissionName) =>
  at<{ readonly locationName: string }>(permission, (args) => named(args.locationName));

/**
 * What each mutation needs, and of which code locations. The schema's root asks for it before the mutation's resolver is called, so no resolver can
 * forget to; a mutation that is missing here does not compile.
 */
export const mutationPermissions: { readonly [Name in MutationName]: Needs<ArgsOf<Name>> } = {
  launchRun: launch,
  launchPipelineExecution: launch,
  launchMultipleRuns: { perItem: "launch_pipeline_execution" },
  launchRunReexecution: reexecute,
  launchPipelineReexecution: reexecute,
  terminateRun: terminate,
  terminatePipelineExecution: terminate,
  terminateRuns: { perItem: "terminate_pipeline_execution" },
  deleteRun: deletion,
  deletePipelineRun: deletion,
  setRunPriority: at("launch_pipeline_execution", (args, context) => ofRun(args.runId, context)),

  launchPartitionBackfill: at("launch_partition_backfill", (args, context) => ofNewBackfill(args.backfillParams, context)),
  reexecutePartitionBackfill: at("launch_partition_backfill", (args, context) =>
    ofBackfill(args.reexecutionParams?.parentRunId ?? "", context),
  ),
  resumePartitionBackfill: ownBackfill("launch_partition_backfill"),
  changePartitionBackfill: ownBackfill("launch_partition_backfill"),
  cancelPartitionBackfill: ownBackfill("cancel_partition_backfill"),

  startSchedule: ownSchedule("start_schedule"),
  stopRunningSchedule: at("stop_running_schedule", (args, context) =>
    ofInstigator([args.id, args.scheduleOriginId, args.scheduleSelectorId], context),
  ),
  resetSchedule: [...ownSchedule("start_schedule"), ...ownSchedule("stop_running_schedule")],
  startSensor: ownSensor("edit_sensor"),
  resetSensor: ownSensor("edit_sensor"),
  stopSensor: at("edit_sensor", (args, context) => ofInstigator([args.id, args.jobOriginId, args.jobSelectorId], context)),
  setSensorCursor: ownSensor("update_sensor_cursor"),
  scheduleDryRun: at("schedule_dry_run", (args) => ofRepository(args.selectorData)),
  sensorDryRun: at("sensor_dry_run", (args) => ofRepository(args.selectorData)),
  setAutoMaterializePaused: inDeployment("toggle_auto_materialize"),

  wipeAssets: at("wipe_assets", (args, context) =>
    ofAssets(
      args.assetPartitionRanges.map(({ assetKey }) => assetKey.path),
      context,
    ),
  ),
  reportRunlessAssetEvents: at("report_runless_asset_events", (args, context) =>
    ofAssets([args.eventParams.assetKey.path], context),
  ),
  reportAssetCheckEvaluations: at("report_runless_asset_events", (args, context) =>
    ofAssets([args.eventParams.assetKey.path], context),
  ),
  addDynamicPartition: at("edit_dynamic_partitions", (args) => ofRepository(args.repositorySelector)),
  deleteDynamicPartitions: [
    ...at<ArgsOf<"deleteDynamicPartitions">>("edit_dynamic_partitions", (args) => ofRepository(args.repositorySelector)),
    ...at<ArgsOf<"deleteDynamicPartitions">>("wipe_assets", (args) =>
      args.wipeMaterializations === true ? ofRepository(args.repositorySelector) : null,
    ),
  ],

  setConcurrencyLimit: inDeployment("edit_concurrency_limit"),
  deleteConcurrencyLimit: inDeployment("edit_concurrency_limit"),
  freeConcurrencySlots: inDeployment("edit_concurrency_limit"),
  freeConcurrencySlotsForRun: inDeployment("edit_concurrency_limit"),

  reloadRepositoryLocation: at("reload_repository_location", (args) => named(args.repositoryLocationName)),
  shutdownRepositoryLocation: at("reload_repository_location", (args) => named(args.repositoryLocationName)),
  reloadWorkspace: inDeployment("reload_workspace"),

  setAppManagedComponent: components("edit_app_managed_components"),
  deleteAppManagedComponent: components("edit_app_managed_components"),
  refreshComponentState: components("refresh_component_state"),

  // Neither changes anything: there is no telemetry, and no first visit to be remembered.
  logTelemetry: "nothing",
  setNuxSeen: "nothing",
};

/** Mutations that ask for what they need themselves, since a refusal has an answer of its own. */
export const asksItself: ReadonlySet<MutationName> = new Set<MutationName>(["terminateRun", "terminatePipelineExecution"]);

/**
 * Asks for what a mutation needs; for one that does several things, called for each of them by the mutation that does one.
 *
 * @throws UnauthorizedError
 */
export async function requirePermission<Name extends MutationName>(
  name: Name,
  args: ArgsOf<Name>,
  context: GraphContext,
): Promise<void> {
  const needs: Needs<ArgsOf<Name>> = mutationPermissions[name];
  if (needs === "nothing" || "perItem" in needs) return;
  for (const { permission, locationsOf } of needs) {
    const locations = await locationsOf(args, context);
    if (locations !== null) context.viewer.require(permission, locations);
  }
}
