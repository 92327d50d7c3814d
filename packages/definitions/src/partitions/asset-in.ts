import type { PartitionMapping } from "@dagwright/partitions";
import type { AssetKey } from "@dagwright/model";
import type { AnyAsset, HasValue, ValueOf } from "../asset.ts";
import { brand, type Branded, brandOf } from "../brand.ts";
import type { OutputOf, Schema } from "../schema.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** Values by partition key. */
export type ByPartition<T> = Readonly<Record<string, T>>;

/** How an input reads partitions of another asset. */
export interface PartitionRead {
  /** Null: as the two assets' partitions suggest. */
  readonly mapping: PartitionMapping | null;
  /** Whether the value is a record by partition key; null: when it is made of several partitions. */
  readonly byPartition: boolean | null;
  /** Partitions that were never stored are left out of the record. */
  readonly allowsMissing: boolean;
  /** Null is the value where there is no partition to read; absent: that fails, unless the value is a record. */
  readonly isNullable?: true;
}

/** What {@link assetIn} takes beside the asset. */
export interface AssetInOptions {
  /** Which of its partitions a partition of the reading asset reads. Default: as the two assets' partitions suggest. */
  readonly partitionMapping?: PartitionMapping;
  /**
   * True: the function gets a record by partition key, always. False: it gets one value, and a run that would read several fails. Without it
   * one partition is a value and several are a record.
   */
  readonly byPartition?: boolean;
  /** Leaves partitions that were never stored out of the record, instead of failing. */
  readonly allowMissingPartitions?: boolean;
  /**
   * Name of the resource that loads the value, in place of the I/O manager that stored it: it has a method `loadInput` and knows what the
   * other one writes.
   */
  readonly inputManagerKey?: string;
}

const assetInOptions: OptionNames<AssetInOptions> = {
  partitionMapping: true,
  byPartition: "flag",
  allowMissingPartitions: "flag",
  inputManagerKey: "text",
};

/** An input that reads another asset in a way of its own. */
export interface AssetInDefinition extends Branded<"assetIn"> {
  readonly asset: AnyAsset;
  readonly read: PartitionRead;
  readonly inputManagerKey: string | null;
}

/** An input whose value is a `T`. */
export interface AssetIn<T> extends AssetInDefinition, HasValue<T> {}

/** An input that is a record of the values of several partitions. */
export function assetIn<A extends AnyAsset>(
  asset: A,
  options: AssetInOptions & { readonly byPartition: true },
): AssetIn<ByPartition<ValueOf<A>>>;
/** An input that is the value of one partition. */
export function assetIn<A extends AnyAsset>(
  asset: A,
  options: AssetInOptions & { readonly byPartition: false },
): AssetIn<ValueOf<A>>;
/**
 * Says how an input reads the partitions of another asset: `ins: {week: assetIn(daily, {partitionMapping, byPartition: true})}`.
 */
export function assetIn<A extends AnyAsset>(asset: A, options?: AssetInOptions): AssetIn<ValueOf<A> | ByPartition<ValueOf<A>>>;
export function assetIn(asset: AnyAsset, options: AssetInOptions = {}): AssetInDefinition {
  checkOptions("assetIn", options, assetInOptions, assetIn);
  return Object.freeze({
    ...brand("assetIn"),
    asset,
    read: Object.freeze({
      mapping: options.partitionMapping ?? null,
      byPartition: options.byPartition ?? null,
      allowsMissing: options.allowMissingPartitions ?? false,
    }),
    inputManagerKey: options.inputManagerKey ?? null,
  });
}

/** What {@link selfIn} takes beside the schema. */
export interface SelfInOptions extends AssetInOptions {
  /** The key of the asset whose partitions these are, where several are made together. Default: the only one that is made. */
  readonly asset?: string | AssetKey;
  /** Which earlier partitions a partition reads: a time window whose offsets are both negative, or a `multiMapping` with one. */
  readonly partitionMapping: PartitionMapping;
}

const selfInOptions: OptionNames<SelfInOptions> = { ...assetInOptions, asset: true };

/** An input that reads earlier partitions of the very asset that has it, or of one that is made together with it. */
export interface SelfInDefinition extends Branded<"selfIn"> {
  /** Null: the only asset that is made. */
  readonly asset: string | AssetKey | null;
  readonly schema: Schema;
  readonly read: PartitionRead;
  readonly inputManagerKey: string | null;
}

/** An input of the asset itself whose value is a `T`. */
export interface SelfIn<T> extends SelfInDefinition, HasValue<T> {}

/** A record of the values of several earlier partitions; empty for the first. */
export function selfIn<S extends Schema>(
  schema: S,
  options: SelfInOptions & { readonly byPartition: true },
): SelfIn<ByPartition<OutputOf<S>>>;
/**
 * Says that an asset reads earlier partitions of its own, as a running total does:
 * `ins: {before: selfIn(z.number(), {partitionMapping: timeWindowMapping({startOffset: -1, endOffset: -1})})}`.
 *
 * The value is null for a partition before which there is none. Backfills make the partitions one after the other. Where several assets are
 * made together, `asset` says whose partitions they are; only that one then depends on itself, unless another names it in its `deps`.
 *
 * @param schema - of the asset's value: it cannot be inferred from what is just being declared
 */
export function selfIn<S extends Schema>(schema: S, options: SelfInOptions): SelfIn<OutputOf<S> | null>;
export function selfIn(schema: Schema, options: SelfInOptions): SelfInDefinition {
  checkOptions("selfIn", options, selfInOptions, selfIn);
  const byPartition = options.byPartition === true;
  return Object.freeze({
    ...brand("selfIn"),
    asset: options.asset ?? null,
    schema,
    read: Object.freeze({
      mapping: options.partitionMapping,
      byPartition,
      allowsMissing: options.allowMissingPartitions ?? false,
      ...(!byPartition && { isNullable: true }),
    }),
    inputManagerKey: options.inputManagerKey ?? null,
  });
}

/** Whether an entry of `ins` stands for the asset that has it. */
export const isSelfIn = (entry: unknown): entry is SelfInDefinition => brandOf(entry)?.kind === "selfIn";

/** What {@link assetDep} takes beside the asset. */
export interface AssetDepOptions {
  readonly partitionMapping?: PartitionMapping;
}

const assetDepOptions: OptionNames<AssetDepOptions> = { partitionMapping: true };

/** A dependency without a value, with a mapping of its own. */
export interface AssetDepDefinition extends Branded<"assetDep"> {
  readonly asset: AnyAsset | string | AssetKey;
  readonly read: PartitionRead;
}

/** Says how an asset follows the partitions of another, in `deps`. */
export function assetDep(asset: AnyAsset | string | AssetKey, options: AssetDepOptions = {}): AssetDepDefinition {
  checkOptions("assetDep", options, assetDepOptions, assetDep);
  const read: PartitionRead = Object.freeze({
    mapping: options.partitionMapping ?? null,
    byPartition: null,
    allowsMissing: false,
  });
  return Object.freeze({ ...brand("assetDep"), asset, read });
}

/** An entry of `ins` or `deps`, and how it is read. */
export function toPartitionRead(entry: unknown): {
  readonly asset: unknown;
  readonly read: PartitionRead | null;
  readonly inputManagerKey?: string | null;
} {
  const kind = brandOf(entry)?.kind;
  if (kind !== "assetIn" && kind !== "assetDep") return { asset: entry, read: null };
  return entry as AssetInDefinition | AssetDepDefinition;
}
