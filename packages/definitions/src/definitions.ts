import type { JsonObject } from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import type { AnyJob } from "./asset-job.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import type { ExecutorDefinition } from "./executor.ts";
import type { ResourceDefinition } from "./resource.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import type { SensorDefinition } from "./sensor.ts";

/** All that a code location defines, as the user wrote it; {@link buildRepository} checks and resolves it. */
export interface Definitions extends Branded<"definitions"> {
  readonly assets: readonly AnyAsset[];
  readonly jobs: readonly AnyJob[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly sensors: readonly SensorDefinition[];
  readonly resources: readonly ResourceDefinition[];
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
  readonly assets?: List<AnyAsset>;
  readonly jobs?: List<AnyJob>;
  readonly schedules?: List<ScheduleDefinition>;
  readonly sensors?: List<SensorDefinition>;
  readonly resources?: List<ResourceDefinition>;
  /** For jobs that name none. Default: several processes, unless run config chooses one. */
  readonly executor?: ExecutorDefinition;
  /** Shown with the code location. */
  readonly metadata?: JsonObject;
}

/**
 * Says what a code location has; make it the default export of the location's module. What is not in here does not exist for
 * anybody else.
 */
export function definitions(options: DefinitionsOptions): Definitions {
  const site = captureSite(definitions);
  const list = <T>(given: readonly T[] | undefined): readonly T[] => Object.freeze([...(given ?? [])]);
  return Object.freeze({
    ...brand("definitions"),
    assets: list(options.assets),
    jobs: list(options.jobs),
    schedules: list(options.schedules),
    sensors: list(options.sensors),
    resources: list(options.resources),
    executor: options.executor ?? null,
    metadata: options.metadata ?? {},
    site,
  });
}
