import { UnauthorizedError } from "./errors.ts";

/** What this server can do for its clients. */
const built = [
  "launch_pipeline_execution",
  "launch_pipeline_reexecution",
  "start_schedule",
  "stop_running_schedule",
  "schedule_dry_run",
  "sensor_dry_run",
  "edit_sensor",
  "update_sensor_cursor",
  "terminate_pipeline_execution",
  "launch_partition_backfill",
  "cancel_partition_backfill",
  "reload_repository_location",
  "reload_workspace",
  "edit_dynamic_partitions",
  "edit_concurrency_limit",
  "report_runless_asset_events",
  "delete_pipeline_run",
  "wipe_assets",
] as const;

/** What clients ask about and this version cannot do; told as disabled, so that they do not offer it. */
const notBuilt = ["toggle_auto_materialize", "edit_app_managed_components", "refresh_component_state"] as const;

export type BuiltPermission = (typeof built)[number];
export type PermissionName = BuiltPermission | (typeof notBuilt)[number];

export interface Permissions {
  has(permission: PermissionName): boolean;
  /** @throws UnauthorizedError */
  require(permission: BuiltPermission): void;
  list(): readonly { readonly name: PermissionName; readonly value: boolean; readonly disabledReason: string | null }[];
}

const readOnlyReason = "This webserver is read-only";
const notBuiltReason = "Not available in this version";

export function makePermissions({ readOnly }: { readonly readOnly: boolean }): Permissions {
  const has = (permission: PermissionName): boolean => !readOnly && (built as readonly string[]).includes(permission);
  return {
    has,
    require(permission) {
      if (!has(permission)) throw new UnauthorizedError(permission, readOnlyReason);
    },
    list: () => [
      ...built.map((name) => ({ name, value: !readOnly, disabledReason: readOnly ? readOnlyReason : null })),
      ...notBuilt.map((name) => ({ name, value: false, disabledReason: notBuiltReason })),
    ],
  };
}
