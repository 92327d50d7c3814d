import type { JsonObject, PartitionConfig, Tags } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { brand, type Branded } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { MaybePromise } from "../schema.ts";
import { partitionContext, type PartitionContext } from "./partition-context.ts";
import { toPartitions } from "./to-partitions.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** Run config, in the shape of a run's, that follows from the partition. */
export interface PartitionedConfig extends Branded<"partitionedConfig"> {
  readonly partitions: Partitions;
  readonly runConfig: (key: string, partition: PartitionContext) => MaybePromise<JsonObject>;
  readonly tags: (key: string, partition: PartitionContext) => MaybePromise<Tags>;
  readonly site: DefinitionSite;
}

/** What {@link partitionedConfig} takes beside partitions and function. */
export interface PartitionedConfigOptions {
  /** Tags for the runs of a partition. */
  readonly tags?: (key: string, partition: PartitionContext) => MaybePromise<Tags>;
}

const partitionedConfigOptions: OptionNames<PartitionedConfigOptions> = { tags: true };

/**
 * Makes a job's run config from the partition that a run is for. It is evaluated in the code location when a run is launched without run
 * config of its own.
 *
 * @param runConfig - gets the key, and the partition with its time window or the keys of its dimensions
 */
export function partitionedConfig(
  partitions: Partitions,
  runConfig: (key: string, partition: PartitionContext) => MaybePromise<JsonObject>,
  options: PartitionedConfigOptions = {},
): PartitionedConfig {
  const site = captureSite(partitionedConfig);
  checkOptions("partitionedConfig", options, partitionedConfigOptions, site);
  const known = toPartitions({ partitions }, "partitionedConfig", site);
  if (known === null || typeof runConfig !== "function")
    throw new InvalidOptionError("partitionedConfig", "it takes partitions and a function that makes run config of a key", site);
  return Object.freeze({
    ...brand("partitionedConfig"),
    partitions: known,
    runConfig,
    tags: options.tags ?? (() => ({})),
    site,
  });
}

/** Calls the user's functions; what they throw is thrown. */
export async function evaluatePartitionedConfig(
  jobName: string,
  config: PartitionedConfig,
  key: string,
): Promise<PartitionConfig> {
  const partition = partitionContext(`the config of job "${jobName}"`, config.partitions, key);
  return { runConfig: await config.runConfig(key, partition), tags: await config.tags(key, partition) };
}
