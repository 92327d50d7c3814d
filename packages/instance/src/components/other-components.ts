import { block } from "../config-file/block.ts";
import { integer, name, opaqueMapping } from "../config-file/scalars.ts";
import { component } from "./component.ts";

/** `scheduler`: there is one scheduler, the daemon's. */
export const scheduler = component(
  [
    {
      className: "DagsterDaemonScheduler",
      pythonPackage: "dagster",
      config: block({
        max_catchup_runs: integer({ min: 0 }).default(5),
        max_tick_retries: integer({ min: 0 }).default(0),
      }).transform((given) => ({ maxCatchupRuns: given.max_catchup_runs, maxTickRetries: given.max_tick_retries })),
    },
    {
      className: "SystemCronScheduler",
      pythonPackage: "dagster_cron",
      config: opaqueMapping(),
      notBuilt: "use DagsterDaemonScheduler, or leave scheduler out",
    },
  ],
  { noun: "scheduler", custom: false },
).transform((setting) => setting as SchedulerSetting);

/** Catching up and retrying of schedules' ticks. */
export interface SchedulerSetting {
  /** Most missed ticks of a schedule of partitions that are caught up with; at least one is. Default 5. */
  readonly maxCatchupRuns: number;
  /** How often a tick whose code failed is tried again. Default 0. */
  readonly maxTickRetries: number;
}

/** `local_artifact_storage`: the directory of artifacts, as written in the file; null for `<home>/storage`. */
export const localArtifactStorage = component(
  [
    {
      className: "LocalArtifactStorage",
      pythonPackage: "dagster",
      config: block({ base_dir: name().optional() }).transform((given) => ({ baseDir: given.base_dir ?? null })),
    },
  ],
  { noun: "local artifact storage", custom: false },
).transform((setting) => setting as { readonly baseDir: string | null });

/** `instance_class`: only Dagster's own class is taken, since a class of Python's cannot be loaded. */
export const instanceClass = component([{ className: "DagsterInstance", pythonPackage: "dagster", config: opaqueMapping() }], {
  noun: "instance class",
  custom: false,
}).transform(() => null);

const stateInstead = "leave defs_state_storage out";
/** `defs_state_storage`: where state-backed components would keep their state. */
export const defsStateStorage = component(
  [
    { className: "UPathDefsStateStorage", pythonPackage: "dagster", config: opaqueMapping(), notBuilt: stateInstead },
    { className: "BlobStorageStateStorage", pythonPackage: "dagster", config: opaqueMapping(), notBuilt: stateInstead },
  ],
  { noun: "definitions state storage", custom: false },
).transform(() => null);

const secretsInstead = "leave secrets out, and set the variables in the process's environment";
/** `secrets.custom`: a loader of environment variables. */
export const secretsLoader = component(
  [{ className: "EnvFileLoader", pythonPackage: "dagster", config: opaqueMapping(), notBuilt: secretsInstead }],
  { noun: "secrets loader", custom: false },
).transform(() => null);
