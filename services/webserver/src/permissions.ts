/** Dagster's names for what somebody may be allowed to do, in its order. */
const names = [
  "launch_pipeline_execution",
  "launch_pipeline_reexecution",
  "start_schedule",
  "stop_running_schedule",
  "schedule_dry_run",
  "edit_sensor",
  "sensor_dry_run",
  "update_sensor_cursor",
  "terminate_pipeline_execution",
  "delete_pipeline_run",
  "reload_repository_location",
  "reload_workspace",
  "wipe_assets",
  "report_runless_asset_events",
  "launch_partition_backfill",
  "cancel_partition_backfill",
  "edit_dynamic_partitions",
  "toggle_auto_materialize",
  "edit_concurrency_limit",
  "edit_app_managed_components",
  "refresh_component_state",
] as const;

export type PermissionName = (typeof names)[number];

export const permissionNames: readonly PermissionName[] = names;

/** What concerns the whole deployment; everything else is about one code location or another. */
const deploymentOnly: ReadonlySet<PermissionName> = new Set([
  "reload_workspace",
  "toggle_auto_materialize",
  "edit_concurrency_limit",
]);

export const locationPermissionNames: readonly PermissionName[] = names.filter((name) => !deploymentOnly.has(name));

/** What clients ask about and this version cannot do; told as disabled, so that they do not offer it. */
export const notBuilt: ReadonlySet<PermissionName> = new Set(["edit_app_managed_components", "refresh_component_state"]);
