import {
  type OpDefinition,
  partitionContext,
  type PartitionContext,
  type Repository,
  type ResolvedJob,
  viewOf,
} from "@dagwright/definitions";
import {
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
  canonicalJson,
  type InstanceBackend,
  type PlannedStep,
  type RunPartition,
  runPartitionOf,
  type Tags,
} from "@dagwright/model";
import {
  allPartitionsMapping,
  defaultMapping,
  type MissingPartitions,
  ownPartitions,
  type PartitionMapping,
  type Partitions,
  type PartitionSubset,
  runSubset,
  staticPartitions,
  UnknownPartitionError,
  type UpstreamSubset,
  upstreamSubset,
} from "@dagwright/partitions";
import { RunPartitionMissingError, UpstreamPartitionsError } from "../errors.ts";
import { opLabelAtStart } from "../steps/op-label.ts";
import { type AssetRead, partitionsOfGraph } from "./asset-reads.ts";

export interface StepPartitionsOptions {
  readonly repository: Repository;
  readonly job: Pick<ResolvedJob, "nodes" | "partitions">;
  readonly run: { readonly tags: Tags };
  readonly instance: InstanceBackend;
}

/** The partitions that an input reads. */
export interface InputPartitions {
  readonly keys: readonly string[];
  /** Whether the function gets a record by key, or the one value. */
  readonly isRecord: boolean;
  /** Partitions that were never stored are left out. */
  readonly allowsMissing: boolean;
  /** There is none to read, and the function gets null. */
  readonly isNull?: true;
}

/** What a run's partition, or range of partitions, means for its steps: which they make and which they read. */
export class StepPartitions {
  readonly #options: StepPartitionsOptions;
  readonly #run: RunPartition | null;

  constructor(options: StepPartitionsOptions) {
    this.#options = options;
    this.#run = runPartitionOf(options.run.tags);
  }

  /**
   * The partition as the op's function sees it; null when what it, or the graph around it, makes has no partitions, or its job has none or the
   * run is for none.
   *
   * @throws RunPartitionMissingError when it makes something partitioned and the run does not say which; UnknownPartitionError
   */
  async contextOf(op: OpDefinition, step: Pick<PlannedStep, "handle">): Promise<PartitionContext | null> {
    const declared = op.partitions ?? partitionsOfGraph(this.#options.job, step);
    const partitions = own(op.assetKey === null ? (declared ?? this.#options.job.partitions) : op.partitions);
    if (partitions === null) return null;
    if (this.#run === null) {
      // What others make can be looked at as a whole; its function then tells of which partitions it has seen something.
      if (declared === null || op.assetWork?.kind === "observe") return null;
      throw new RunPartitionMissingError(opLabelAtStart(op));
    }
    const made = this.#run.kind === "one" ? this.#run.key : await this.#subsetOf(partitions, this.#run);
    return partitionContext(opLabelAtStart(op), partitions, made);
  }

  /** Keys of an asset's partitions that the run makes; null when it has none. */
  async madeOf(assetKey: AssetKey): Promise<readonly string[] | null> {
    const partitions = this.partitionsOf(assetKey);
    if (partitions === null || this.#run === null) return null;
    return this.#run.kind === "one" ? [this.#run.key] : [...(await this.#subsetOf(partitions, this.#run)).keys()];
  }

  /** What is wrong with keys of an asset's partitions, for people; null when it has them all. */
  async unknownOf(assetKey: AssetKey, keys: readonly string[]): Promise<string | null> {
    const partitions = this.partitionsOf(assetKey);
    if (partitions === null) return `"${assetKeyToUserString(assetKey)}" has no partitions`;
    const view = await viewOf(this.#options.instance, partitions);
    try {
      partitions.subsetOf(keys, view);
      return null;
    } catch (error) {
      if (error instanceof UnknownPartitionError) return error.message;
      throw error;
    }
  }

  partitionsOf(assetKey: AssetKey): Partitions | null {
    return own(this.#options.repository.assets.get(assetKeyToString(assetKey))?.partitions ?? null);
  }

  /**
   * The partitions of an asset that an op's input reads; null when the asset has none.
   *
   * @throws UpstreamPartitionsError when some of them do not exist, or several would be one value
   */
  async readBy(
    op: OpDefinition,
    inputName: string,
    { assetKey, read, readerPartitions }: AssetRead,
  ): Promise<InputPartitions | null> {
    const upstream = this.partitionsOf(assetKey);
    if (upstream === null) return null;
    const shown = assetKeyToUserString(assetKey);
    const fail = (problem: string): never => {
      throw new UpstreamPartitionsError(`Input "${inputName}" of ${opLabelAtStart(op)}`, shown, problem);
    };
    const { keys, missing } = await this.#upstreamOf(op, own(readerPartitions), upstream, read?.mapping ?? null);
    const allowsMissing = read?.allowsMissing ?? false;
    if (missing.size > 0 && !allowsMissing) {
      const named = [...take(missing.keys(), 5)].map((key) => `"${key}"`).join(", ");
      fail(`${named}${missing.size > 5 ? ` and ${missing.size - 5} more` : ""} of which do not exist (yet)`);
    }
    const isForAll = readerPartitions === null && read === undefined;
    if (keys.length === 0 && read?.isNullable === true) return { keys, isRecord: false, allowsMissing, isNull: true };
    const isRecord = read?.byPartition ?? (keys.length !== 1 || isForAll);
    if (!isRecord && keys.length !== 1)
      fail(
        keys.length === 0
          ? "none of which exists for this one"
          : `${keys.length} of which would have to be one value; declare it with assetIn(…, {byPartition: true})`,
      );
    return { keys, isRecord, allowsMissing };
  }

  async #upstreamOf(
    op: OpDefinition,
    downstream: Partitions | null,
    upstream: Partitions,
    given: PartitionMapping | null,
  ): Promise<{ readonly keys: readonly string[]; readonly missing: MissingPartitions }> {
    const { instance } = this.#options;
    if (downstream === null) {
      // What it reads does not depend on any partition, so that one of whatever name stands for the asset.
      const whole = staticPartitions(["all"]);
      const view = await viewOf(instance, upstream);
      const mapping = given ?? allPartitionsMapping();
      return listed(upstreamSubset({ mapping, upstream, downstream: whole, subset: whole.all(view), view }));
    }
    if (this.#run === null) throw new RunPartitionMissingError(opLabelAtStart(op));
    const mapping = given ?? defaultMapping(upstream, downstream);
    if (this.#run.kind === "one" && isSameKey(mapping, upstream, downstream)) {
      return { keys: [this.#run.key], missing: { size: 0, keys: () => [] } };
    }
    const view = await viewOf(instance, upstream, downstream);
    const subset = runSubset(downstream, this.#run, view);
    return listed(upstreamSubset({ mapping, upstream, downstream, subset, view }));
  }

  async #subsetOf(partitions: Partitions, run: RunPartition & { readonly kind: "range" }): Promise<PartitionSubset> {
    return partitions.range(run, await viewOf(this.#options.instance, partitions));
  }
}

const own = (partitions: Partitions | null): Partitions | null => (partitions === null ? null : ownPartitions(partitions));

/** Whether a partition reads the one of the same key: then nobody has to look which keys there are. */
function isSameKey({ snapshot }: PartitionMapping, upstream: Partitions, downstream: Partitions): boolean {
  const isPlain =
    snapshot.kind === "identity" || (snapshot.kind === "timeWindow" && snapshot.startOffset === 0 && snapshot.endOffset === 0);
  return isPlain && (upstream === downstream || canonicalJson(upstream.snapshot) === canonicalJson(downstream.snapshot));
}

const listed = ({ subset, missing }: UpstreamSubset): { keys: readonly string[]; missing: MissingPartitions } => ({
  keys: [...subset.keys()],
  missing,
});

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken >= most) return;
    taken += 1;
    yield item;
  }
}
