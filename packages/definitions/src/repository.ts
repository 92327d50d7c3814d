import type { AssetKey, JobSnapshot, JsonObject } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { RepositoryCheck } from "./asset-checks/collect-checks.ts";
import type { AnyAsset, AssetDefinition } from "./asset.ts";
import type { CustomCondition } from "./automation/custom-condition.ts";
import type { ComposedNode } from "./composition.ts";
import type { RunConfigMapping } from "./config-mapping.ts";
import type { DefinitionSite } from "./definition-site.ts";
import type { ConfigMapping, GraphDefinition } from "./graph.ts";
import type { HookDefinition } from "./hook.ts";
import type { LoggerDefinition } from "./logger.ts";
import type { OpDefinition } from "./op.ts";
import type { PartitionedConfig } from "./partitions/partitioned-config.ts";
import type { ResourceDefinition } from "./resource.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import type { SensorDefinition } from "./sensors/sensor-definition.ts";

/** A job with all it refers to found: its snapshot for planning, its ops for running. */
export interface ResolvedJob {
  readonly name: string;
  readonly snapshot: JobSnapshot;
  /** By definition name, as `PlannedStep.opName` has it; ops of nested graphs included. */
  readonly opsByName: ReadonlyMap<string, OpDefinition>;
  /** The nodes of its root graph. */
  readonly nodes: readonly ComposedNode[];
  /** Inputs of its root graph, which has the job's own name or that of the graph that it was made of. */
  readonly graph: Pick<GraphDefinition, "name" | "ins" | "nodes">;
  /** How run config speaks to its root graph as a whole; null: to its nodes. */
  readonly graphConfig: ConfigMapping | null;
  /** Values of the root graph's inputs that are given in code. */
  readonly inputValues: Readonly<Record<string, unknown>>;
  /** What is given to it in place of run config; null: run config is given as it is. */
  readonly configMapping: RunConfigMapping | null;
  /** What is called after the steps of the node at this path of names. */
  readonly hooksAt: (handle: readonly string[]) => readonly HookDefinition[];
  /** Every resource that the job may use, by name: the job's own stand for the location's. */
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  /** The loggers that its runs may name, besides `console`. */
  readonly loggers: ReadonlyMap<string, LoggerDefinition>;
  /** Null: it has none, or its assets have several. */
  readonly partitions: Partitions | null;
  readonly partitionedConfig: PartitionedConfig | null;
  /** Run config of runs that are launched with none; null: there is none. */
  readonly runConfig: JsonObject | null;
  readonly site: DefinitionSite;
}

/** A code location's definitions, checked and with every reference resolved. */
export interface Repository {
  /** The file that exports the definitions; null when unknown. */
  readonly file: string | null;
  /** By name, sorted; the hidden job of all assets included when there are assets. */
  readonly jobs: ReadonlyMap<string, ResolvedJob>;
  /** By the text of the key (`assetKeyToString`); assets of other locations that are read here included. */
  readonly assets: ReadonlyMap<string, AnyAsset>;
  /** By the text of their keys (`assetCheckKeyToString`), sorted. */
  readonly assetChecks: ReadonlyMap<string, RepositoryCheck>;
  /** Functions that automation conditions name. */
  readonly customConditions: ReadonlyMap<string, CustomCondition>;
  readonly schedules: ReadonlyMap<string, ScheduleDefinition>;
  readonly sensors: ReadonlyMap<string, SensorDefinition>;
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  readonly metadata: JsonObject;
  /** The asset of this key that this location makes; undefined when there is none. */
  asset(key: AssetKey): AssetDefinition | undefined;
}
