export {
  dailyPartitions,
  type DailyPartitionsOptions,
  dynamicPartitions,
  hourlyPartitions,
  type HourlyPartitionsOptions,
  monthlyPartitions,
  type MonthlyPartitionsOptions,
  multiPartitionKey,
  multiPartitions,
  parseMultiPartitionKey,
  type PartitionTime,
  staticPartitions,
  timeWindowPartitions,
  type TimeWindowPartitionsOptions,
  weeklyPartitions,
  type WeeklyPartitionsOptions,
} from "./definitions/builders.ts";
export { checkPartitionKey } from "./definitions/partition-key.ts";
export {
  InvalidPartitionMappingError,
  InvalidPartitionRangeError,
  InvalidPartitionsError,
  UnknownPartitionError,
} from "./errors.ts";
export type { TimeWindow } from "./key-axis.ts";
export {
  checkMapping,
  defaultMapping,
  downstreamSubset,
  type MapSubsetInput,
  type MissingPartitions,
  type UpstreamSubset,
  upstreamSubset,
} from "./mappings/map-subset.ts";
export { spanningMapping } from "./mappings/spanning-mapping.ts";
export {
  allPartitionsMapping,
  type DimensionMapping,
  identityMapping,
  lastPartitionMapping,
  multiMapping,
  type MultiToSingleOptions,
  multiToSingleMapping,
  PartitionMapping,
  specificPartitionsMapping,
  staticMapping,
  timeWindowMapping,
  type TimeWindowMappingOptions,
} from "./mappings/partition-mapping.ts";
export type { PartitionsView } from "./partitions-view.ts";
export { ownPartitions, type PartitionKeysPage, Partitions, partitionsFromSnapshot, subsetFromJSON } from "./partitions.ts";
export { runSubset } from "./run-subset.ts";
export { partitionCron, type PartitionCronOffsets } from "./schedules/partition-cron.ts";
export { checkSchedulable, noPartitionYet, scheduledPartitions } from "./schedules/scheduled-partitions.ts";
export { type PartitionKeyRange, PartitionSubset } from "./subsets/partition-subset.ts";
export { type CronTiming, nextTimeMs, nextTimesMs, previousTimesMs } from "./time/cron-times.ts";
