import { parseMultiPartitionKey, type PartitionKeyRange, type Partitions, type PartitionSubset } from "@dagwright/partitions";
import { DomainError } from "@dagwright/model";

/** What a function knows of the partition, or the range of partitions, that its run is for. */
export interface PartitionContext {
  /**
   * The partition's key; in several dimensions its parts joined by `|`.
   *
   * @throws PartitionContextError in a run of several partitions
   */
  readonly key: string;
  /** All keys of the run, in order. */
  readonly keys: readonly string[];
  /** The first and the last key; the same in a run of one partition. */
  readonly keyRange: PartitionKeyRange;
  /**
   * The parts of the key, by dimension.
   *
   * @throws PartitionContextError when the partitions have one dimension, or in a run of several partitions
   */
  readonly keyByDimension: Readonly<Record<string, string>>;
  /**
   * The time from the beginning of the first partition to the end of the last, which is no part of it; in several dimensions, that of the
   * one that is time.
   *
   * @throws PartitionContextError when the partitions are not of time
   */
  readonly timeWindow: { readonly start: Date; readonly end: Date };
}

/** Something was asked of a run's partition that it does not have. */
export class PartitionContextError extends DomainError<"PartitionContextError"> {
  constructor(owner: string, problem: string) {
    super("PartitionContextError", `${owner} ${problem}`);
  }
}

/**
 * The partition of a run as user code sees it.
 *
 * @param owner - whose code asks, for messages: `asset "a"`
 * @param partitions - null: only the key is known
 * @param subset - the partitions of the run; a key alone stands for itself
 */
export function partitionContext(
  owner: string,
  partitions: Partitions | null,
  subset: PartitionSubset | string,
): PartitionContext {
  const size = typeof subset === "string" ? 1 : subset.size;
  let listed: readonly string[] | undefined = typeof subset === "string" ? [subset] : undefined;
  const keys = (): readonly string[] => (listed ??= Object.freeze([...(subset as PartitionSubset).keys()]));
  const only = (property: string): string => {
    if (size === 1) return keys()[0]!;
    throw new PartitionContextError(
      owner,
      `asked for \`partition.${property}\`, but this run is for ${size} partitions, "${keys()[0]}" to "${keys().at(-1)}". Use \`partition.keys\` or \`partition.keyRange\``,
    );
  };
  return Object.freeze({
    get key() {
      return only("key");
    },
    get keys() {
      return keys();
    },
    get keyRange() {
      return { start: keys()[0]!, end: keys().at(-1)! };
    },
    get keyByDimension() {
      if (partitions?.snapshot.kind !== "multi")
        throw new PartitionContextError(
          owner,
          "asked for `partition.keyByDimension`, but its partitions have one dimension. Use `partition.key`",
        );
      return parseMultiPartitionKey(partitions, only("keyByDimension"));
    },
    get timeWindow() {
      const [first, last] = [keys()[0]!, keys().at(-1)!].map((key) => partitions?.windowOf(key) ?? null);
      if (first === null || last === null || first === undefined || last === undefined)
        throw new PartitionContextError(owner, "asked for `partition.timeWindow`, but its partitions are not of time");
      return { start: new Date(first.startMs), end: new Date(last.endMs) };
    },
  });
}
