/** How the keys of a partitioned asset or job come about, without any key that time or a user adds later. */
export type PartitionsSnapshot =
  | { readonly kind: "static"; readonly keys: readonly string[] }
  | {
      /** One partition for each window between two ticks of the cron. */
      readonly kind: "timeWindow";
      readonly cron: string;
      readonly timeZone: string;
      readonly startMs: number;
      /** Windows that end after it do not exist; null: they go on. */
      readonly endMs: number | null;
      /** How a window's start is written as a key, in the pattern of `strftime`, e.g. `%Y-%m-%d`. */
      readonly keyFormat: string;
      /** How many windows beyond the last one that has ended exist already; negative: how many are held back. */
      readonly endOffset: number;
    }
  /** Keys are added and deleted at run time, under this name, for the whole instance. */
  | { readonly kind: "dynamic"; readonly name: string }
  | {
      /** Sorted by name, the order of the parts of a key: `a|b`. */
      readonly kind: "multi";
      readonly dimensions: readonly { readonly name: string; readonly partitions: PartitionsSnapshot }[];
    };

/** Which upstream partitions a downstream partition reads. */
export type PartitionMappingSnapshot =
  | { readonly kind: "identity" }
  | { readonly kind: "all" }
  | { readonly kind: "last" }
  /** Upstream keys by downstream key. */
  | { readonly kind: "static"; readonly upstreamKeys: Readonly<Record<string, readonly string[]>> }
  /** The upstream windows that overlap the downstream window, its ends moved by whole downstream windows. */
  | {
      readonly kind: "timeWindow";
      readonly startOffset: number;
      readonly endOffset: number;
      /** What of the upstream does not exist is left out instead of an error. */
      readonly allowsNonexistentUpstream: boolean;
    }
  | { readonly kind: "specific"; readonly keys: readonly string[] }
  /** One dimension of a multi-dimensional side stands for the other side; null: the one that fits. */
  | { readonly kind: "multiToSingle"; readonly dimension: string | null; readonly mapping: PartitionMappingSnapshot | null }
  /** By downstream dimension. */
  | {
      readonly kind: "multi";
      readonly dimensions: Readonly<
        Record<string, { readonly upstreamDimension: string; readonly mapping: PartitionMappingSnapshot }>
      >;
    };

/** How a backfill packs partitions into runs. */
export type BackfillPolicySnapshot =
  | { readonly kind: "singleRun" }
  | { readonly kind: "multiRun"; readonly maxPartitionsPerRun: number };
