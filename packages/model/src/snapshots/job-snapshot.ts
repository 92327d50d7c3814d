import type { AssetKey } from "../asset-key.ts";
import type { JsonObject } from "../json.ts";
import type { Metadata } from "../metadata.ts";
import type { Tags } from "../tags.ts";
import type { AutomationConditionSnapshot } from "./automation-condition.ts";
import type { ConfigTypeSnapshot } from "./config-types.ts";
import type { PartitionsSnapshot } from "./partitions-snapshot.ts";
import type { RetryPolicySnapshot } from "./retry-policy.ts";
import type { WhenRunningSnapshot } from "../when-running.ts";

/** A named value type, as the UI shows it. */
export interface ValueTypeSnapshot {
  readonly name: string;
  readonly description: string | null;
}

export interface InputSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly type: ValueTypeSnapshot;
  readonly metadata: Metadata;
  readonly hasDefault: boolean;
  /** It carries an order and no value. */
  readonly isOrderOnly?: true;
  /** Its value, or a part of it, is secret: where run config gives it, that is shown to nobody. */
  readonly isSecret?: true;
  /** Loads its value instead of the manager that stored it. */
  readonly inputManagerKey?: string;
}

export interface OutputSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly type: ValueTypeSnapshot;
  readonly metadata: Metadata;
  readonly isRequired: boolean;
  readonly isDynamic: boolean;
  readonly ioManagerKey: string;
}

/** One op definition, without its code. */
export interface OpSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly ins: readonly InputSnapshot[];
  readonly outs: readonly OutputSnapshot[];
  /** Key of its config type among the job's; null when it takes none. */
  readonly configType: string | null;
  readonly requiredResourceKeys: readonly string[];
  readonly pool: string | null;
  /** How many slots of the pool each of its steps takes. Absent: one. */
  readonly poolSlots?: number;
  readonly retryPolicy: RetryPolicySnapshot | null;
  /** Longest time of one try of a step, in seconds; absent: no limit. */
  readonly timeoutSeconds?: number;
  /** A run may ask for some of its assets and checks: steps are planned with the outputs of those alone. */
  readonly canSubset?: true;
}

/** Where an input of a node gets its value. */
export type InputSource =
  | {
      readonly kind: "output";
      readonly node: string;
      readonly output: string;
      /** All values that come of a dynamic output, as a list. */
      readonly isCollected?: true;
    }
  /** The enclosing graph's own input. */
  | { readonly kind: "graphInput"; readonly input: string }
  /** An asset that this job does not make: loaded through its I/O manager. */
  | { readonly kind: "asset"; readonly assetKey: AssetKey; readonly ioManagerKey: string }
  /** No value: a blocking check that must not have failed before. */
  | { readonly kind: "check"; readonly node: string; readonly output: string };

/** One use of an op or graph inside a graph. */
export interface NodeSnapshot {
  /** Unique among its siblings: the definition's name, its alias, or `name_2`. */
  readonly name: string;
  readonly definition: string;
  readonly isGraph: boolean;
  readonly tags: Tags;
  /** Stands for the op's own in this use of it; absent: the op's own. */
  readonly retryPolicy?: RetryPolicySnapshot;
  /** Resources that the hooks of this use need; absent: none. */
  readonly hookResourceKeys?: readonly string[];
  readonly inputs: readonly {
    readonly input: string;
    readonly isFanIn: boolean;
    /** Several only when `isFanIn`. Empty: the input has its default. */
    readonly sources: readonly InputSource[];
  }[];
}

export interface GraphOutputSnapshot extends OutputSnapshot {
  readonly source: { readonly node: string; readonly output: string };
  /** The asset that it is, where the graph makes assets. */
  readonly assetKey?: AssetKey;
}

export interface GraphSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly ins: readonly InputSnapshot[];
  readonly outs: readonly GraphOutputSnapshot[];
  /** A run may ask for some of the assets that it makes: steps that only the others need are not planned. */
  readonly canSubset?: true;
  readonly nodes: readonly NodeSnapshot[];
}

/** Which of a job's outputs are assets. */
export interface JobAssetSnapshot {
  readonly assetKey: AssetKey;
  readonly node: string;
  readonly output: string;
  /** The node looks at it, and others make it. */
  readonly isObserved?: true;
}

/** Which of a job's outputs are evaluations of asset checks. */
export interface JobCheckSnapshot {
  readonly assetKey: AssetKey;
  readonly name: string;
  readonly node: string;
  readonly output: string;
  readonly blocking: boolean;
}

/** What a preset says for one field of a resource's config. */
export interface ConfiguredValueSnapshot {
  readonly field: string;
  readonly type: "VALUE" | "ENV_VAR" | "SECRET";
  /** JSON; the name of an environment variable; or asterisks. */
  readonly value: string;
}

/** A resource as a job sees it. */
export interface ResourceSnapshot {
  readonly key: string;
  readonly description: string | null;
  readonly configType: string | null;
  /** Names of the resources that it is built from; absent: none. */
  readonly resources?: readonly string[];
  /** Names of the environment variables that its presets refer to; absent: none. */
  readonly envVars?: readonly string[];
  /** By its preset, where that is not made of run config; absent: none. */
  readonly configured?: readonly ConfiguredValueSnapshot[];
  /** An I/O manager that keeps values in the memory of its process, as far as that is known without making it. */
  readonly isInMemory?: true;
}

export interface ExecutorSnapshot {
  readonly name: "in_process" | "multiprocess" | (string & {});
  /** Settled options, e.g. `{maxConcurrent: 4, isolation: "worker"}`; run config under `execution:` may override them. */
  readonly options: JsonObject;
}

/** A job without its code: enough to check, plan, draw and list it. Stored by hash with the runs that used it. */
export interface JobSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly owners: readonly string[];
  /** Name of the graph among `graphs` that the job runs. */
  readonly rootGraph: string;
  readonly graphs: readonly GraphSnapshot[];
  readonly ops: readonly OpSnapshot[];
  readonly assets: readonly JobAssetSnapshot[];
  /** Absent: it evaluates none. */
  readonly checks?: readonly JobCheckSnapshot[];
  readonly executor: ExecutorSnapshot;
  /** For ops that have none of their own; absent: none. */
  readonly opRetryPolicy?: RetryPolicySnapshot;
  /** Run config of runs that are launched with none; absent: there is none. */
  readonly runConfig?: JsonObject;
  /** When it is run by itself; absent: never. */
  readonly automationCondition?: AutomationConditionSnapshot;
  /** Absent: any number of its runs may be under way at once. */
  readonly whenRunning?: WhenRunningSnapshot;
  readonly resources: readonly ResourceSnapshot[];
  /** Resources that the job's own hooks need, after every step; absent: none. */
  readonly hookResourceKeys?: readonly string[];
  readonly configTypes: readonly ConfigTypeSnapshot[];
  /** Key of the whole run config's type (`ops`, `resources`, `execution`, `loggers`). */
  readonly runConfigType: string;
  /** The same of the run config that the job's mapping makes of what is given; absent: it has no mapping. */
  readonly mappedRunConfigType?: string;
  /** Absent: it has none, or it makes assets with different ones. */
  readonly partitions?: PartitionsSnapshot;
  /** Its code location makes run config and tags for a partition. */
  readonly hasPartitionedConfig?: true;
}
