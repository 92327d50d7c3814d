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
export const partitionContext = (
  owner: string,
  partitions: Partitions | null,
  subset: PartitionSubset | string,
): PartitionContext => Object.freeze(new RunPartitionContext(owner, partitions, subset));

/** Most keys that a log line shows. */
const shownKeys = 10;

/** Its getters lie on the prototype, so that logging, copying or spreading the context asks for nothing that the run does not have. */
class RunPartitionContext implements PartitionContext {
  readonly #owner: string;
  readonly #partitions: Partitions | null;
  readonly #subset: PartitionSubset | string;
  #keys: readonly string[] | undefined;

  constructor(owner: string, partitions: Partitions | null, subset: PartitionSubset | string) {
    this.#owner = owner;
    this.#partitions = partitions;
    this.#subset = subset;
  }

  get key(): string {
    return this.#only("key");
  }

  get keys(): readonly string[] {
    return (this.#keys ??= Object.freeze(typeof this.#subset === "string" ? [this.#subset] : [...this.#subset.keys()]));
  }

  get keyRange(): PartitionKeyRange {
    return { start: this.keys[0]!, end: this.keys.at(-1)! };
  }

  get keyByDimension(): Readonly<Record<string, string>> {
    const partitions = this.#partitions;
    if (partitions?.snapshot.kind !== "multi")
      throw new PartitionContextError(
        this.#owner,
        "asked for `partition.keyByDimension`, but its partitions have one dimension. Use `partition.key`",
      );
    return parseMultiPartitionKey(partitions, this.#only("keyByDimension"));
  }

  get timeWindow(): { readonly start: Date; readonly end: Date } {
    const { start, end } = this.keyRange;
    const [first, last] = [start, end].map((key) => this.#partitions?.windowOf(key));
    if (!first || !last)
      throw new PartitionContextError(this.#owner, "asked for `partition.timeWindow`, but its partitions are not of time");
    return { start: new Date(first.startMs), end: new Date(last.endMs) };
  }

  toJSON(): object {
    return this.keys.length === 1 ? { key: this.key } : { keyRange: this.keyRange };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const more = this.keys.length > shownKeys ? `, … ${this.keys.length - shownKeys} more` : "";
    return `Partition(${this.keys.slice(0, shownKeys).join(", ")}${more})`;
  }

  #only(property: string): string {
    if (this.keys.length === 1) return this.keys[0]!;
    throw new PartitionContextError(
      this.#owner,
      `asked for \`partition.${property}\`, but this run is for ${this.keys.length} partitions, "${this.keyRange.start}" to "${this.keyRange.end}". Use \`partition.keys\` or \`partition.keyRange\``,
    );
  }
}
