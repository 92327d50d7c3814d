import type { AssetCheckKey, AssetKey, JsonObject, MetadataInput, Tags } from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import type { InstanceAccess } from "./instance/instance-access.ts";
import type { PartitionContext } from "./partitions/partition-context.ts";

/** Writes to the run's log. Anything that is not text is shown as Node's `inspect` shows it. */
export interface Logger {
  debug(message: unknown): void;
  info(message: unknown): void;
  warning(message: unknown): void;
  error(message: unknown): void;
  critical(message: unknown): void;
}

/** The run that a step belongs to. */
export interface RunInfo {
  readonly id: string;
  readonly jobName: string;
  readonly tags: Tags;
  /** Which try of a worker at this run it is; starts at 1, grows at each resume. */
  readonly attempt: number;
  readonly runConfig: JsonObject;
  readonly partition: string | null;
}

/** What an op's function knows about where it runs. */
export interface OpContext<Config = unknown, Resources = Readonly<Record<string, unknown>>> {
  readonly log: Logger;
  readonly run: RunInfo;
  readonly op: {
    /** The op's own name. */
    readonly name: string;
    /** What run config says for this use of the op, checked and with its defaults filled in. Undefined when the op takes none. */
    readonly config: Config;
    readonly tags: Tags;
  };
  readonly step: {
    /** Path of node names from the job's graph down to here, joined by dots. */
    readonly key: string;
    /** How many times this step was retried within the run; 0 at first. */
    readonly retryNumber: number;
  };
  /** The partition that the run is for; null when it is for none, or the asset or job has no partitions. */
  readonly partition: PartitionContext | null;
  /** The outputs that this run wants, by name: all of them, or some where it makes a part of the assets of a graph or function. */
  readonly selectedOutputs: readonly string[];
  /** The resources that the op's `resources` option names, by the same property names. */
  readonly resources: Resources;
  /** What the instance knows of assets and checks. */
  readonly instance: InstanceAccess;
  /** Aborts when the run is terminated or the step runs out of time; after a grace period the process is killed. */
  readonly signal: AbortSignal;
  /**
   * Adds metadata to an output: it is shown with the output, and with the materialization when the output is an asset.
   *
   * @param outputName - needed when the op has several outputs
   */
  addOutputMetadata(metadata: Readonly<Record<string, MetadataInput>>, outputName?: string): void;
}

/** What an asset's function knows about where it runs. */
export interface AssetContext<
  Config = unknown,
  Resources = Readonly<Record<string, unknown>>,
  Partition extends PartitionContext | null = PartitionContext | null,
> extends OpContext<Config, Resources> {
  /** The partition, or range of partitions, that is made; null for an asset without partitions. */
  readonly partition: Partition;
  readonly asset: {
    readonly key: AssetKey;
  };
}

/** What the function of several assets knows about where it runs. */
export interface MultiAssetContext<
  Config = unknown,
  Resources = Readonly<Record<string, unknown>>,
  Partition extends PartitionContext | null = PartitionContext | null,
> extends OpContext<Config, Resources> {
  /** The partition, or range of partitions, that is made; null for assets without partitions. */
  readonly partition: Partition;
  /** The assets that this run wants: all of them, or some where the function can subset. */
  readonly selectedAssetKeys: readonly AssetKey[];
  /** Whether this run wants an asset. */
  isSelected(asset: AnyAsset | string | readonly string[]): boolean;
}

/** What an asset check's function knows about where it runs. */
export interface AssetCheckContext<
  Config = unknown,
  Resources = Readonly<Record<string, unknown>>,
  Partition extends PartitionContext | null = PartitionContext | null,
> extends OpContext<Config, Resources> {
  /** The partition that the run is for: always known to a check that has partitions itself. */
  readonly partition: Partition;
  /** The checks that this run wants evaluated: all of the function's, or some of them where it can subset. */
  readonly checks: readonly AssetCheckKey[];
}

/** What a resource's init function knows. */
export interface ResourceContext<Config = unknown, Resources = Readonly<Record<string, unknown>>> {
  readonly log: Logger;
  /** The run it is made for; null for schedules, sensors and tests. */
  readonly run: RunInfo | null;
  /** What run config says under `resources:`, checked and with its defaults filled in. Undefined when the resource takes none. */
  readonly config: Config;
  /** The resources that this one's `resources` option names, by the same property names. */
  readonly resources: Resources;
  readonly signal: AbortSignal;
}
