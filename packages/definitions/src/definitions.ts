import type { JsonObject } from "@dagwright/model";
import type { AssetCheckDefinition } from "./asset-checks/asset-check.ts";
import type { AnyAsset } from "./asset.ts";
import type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
import type { AnyJob } from "./asset-job.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { type ExecutorDefinition, executorOf } from "./executors/executor.ts";
import type { LoggerDefinition } from "./logger.ts";
import type { PartitionedScheduleDefinition } from "./partitions/partitioned-schedule.ts";
import type { ResourceDefinition } from "./resource.ts";
import { boundResources, type ResourceBindings } from "./resource-bindings.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import type { SensorDefinition } from "./sensors/sensor-definition.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** All that a code location defines, as the user wrote it; {@link buildRepository} checks and resolves it. */
export interface Definitions extends Branded<"definitions"> {
  readonly assets: readonly (AnyAsset | MultiAssetDefinition)[];
  readonly assetChecks: readonly AssetCheckDefinition[];
  readonly jobs: readonly AnyJob[];
  readonly schedules: readonly (ScheduleDefinition | PartitionedScheduleDefinition)[];
  readonly sensors: readonly SensorDefinition[];
  readonly resources: readonly ResourceDefinition[];
  readonly loggers: readonly LoggerDefinition[];
  /** For jobs that name none. */
  readonly executor: ExecutorDefinition | null;
  readonly metadata: JsonObject;
  readonly site: DefinitionSite;
}

/**
 * A list of any length. The empty tuple makes the compiler take a literal as a tuple: the type of an array literal is found by comparing
 * all its elements with one another, which takes 10 s for 1,000 assets; a tuple's is not.
 */
type List<T> = readonly T[] | readonly [];

/** What {@link definitions} takes. */
export interface DefinitionsOptions {
  readonly assets?: List<AnyAsset | MultiAssetDefinition>;
  readonly assetChecks?: List<AssetCheckDefinition>;
  readonly jobs?: List<AnyJob>;
  readonly schedules?: List<ScheduleDefinition | PartitionedScheduleDefinition>;
  readonly sensors?: List<SensorDefinition>;
  /**
   * A list, in which each is bound to its own name; or a record that says what stands under which name: a resource, or a value that is
   * there already and is not disposed.
   */
  readonly resources?: ResourceBindings;
  /** Places where runs can log to, by `loggers:` in their config. */
  readonly loggers?: List<LoggerDefinition>;
  /** For jobs that name none. Default: several processes, unless run config chooses one. */
  readonly executor?: ExecutorDefinition;
  /** Shown with the code location. */
  readonly metadata?: JsonObject;
}

const definitionsOptions: OptionNames<DefinitionsOptions> = {
  assets: "list",
  assetChecks: "list",
  jobs: "list",
  schedules: "list",
  sensors: "list",
  resources: true,
  loggers: "list",
  executor: true,
  metadata: true,
};

/**
 * Says what a code location has; make it the default export of the location's module. What is not in here does not exist for
 * anybody else.
 */
export function definitions(options: DefinitionsOptions): Definitions {
  const site = captureSite(definitions);
  checkOptions("definitions", options, definitionsOptions, site);
  const list = <T>(given: readonly T[] | undefined): readonly T[] => Object.freeze([...(given ?? [])]);
  return Object.freeze({
    ...brand("definitions"),
    assets: list(options.assets),
    assetChecks: list(options.assetChecks),
    jobs: list(options.jobs),
    schedules: list(options.schedules),
    sensors: list(options.sensors),
    resources: list(boundResources(options.resources, site)),
    loggers: list(options.loggers),
    executor: executorOf("definitions", options, site),
    metadata: options.metadata ?? {},
    site,
  });
}
