import type { OptionNames, PartitionMappingSnapshot } from "@dagwright/model";
import { InvalidPartitionMappingError } from "../errors.ts";
import { checkOptions } from "../option-names.ts";

/** Which partitions of an upstream asset a partition of a downstream asset reads. */
export class PartitionMapping {
  readonly snapshot: PartitionMappingSnapshot;

  /** @internal `identityMapping()` and its siblings make them. */
  constructor(snapshot: PartitionMappingSnapshot) {
    this.snapshot = snapshot;
  }
}

/** Each partition reads the one with the same key. */
export function identityMapping(): PartitionMapping {
  return new PartitionMapping({ kind: "identity" });
}

/** Each partition reads all of the upstream's. */
export function allPartitionsMapping(): PartitionMapping {
  return new PartitionMapping({ kind: "all" });
}

/** Each partition reads the last one that the upstream has at the moment. */
export function lastPartitionMapping(): PartitionMapping {
  return new PartitionMapping({ kind: "last" });
}

/**
 * Says for each upstream key, as Dagster does, which downstream keys read it.
 *
 * @param downstreamKeysByUpstreamKey - one key or several; keys that are not mentioned are read by none, or read none
 */
export function staticMapping(
  downstreamKeysByUpstreamKey: Readonly<Record<string, string | readonly string[]>>,
): PartitionMapping {
  const upstreamKeys: Record<string, string[]> = {};
  for (const [upstream, downstream] of Object.entries(downstreamKeysByUpstreamKey)) {
    for (const key of typeof downstream === "string" ? [downstream] : downstream) (upstreamKeys[key] ??= []).push(upstream);
  }
  return new PartitionMapping({ kind: "static", upstreamKeys });
}

export interface TimeWindowMappingOptions {
  /** Moves the beginning of what is read by so many downstream windows; -1: also what the window before reads. Default 0. */
  readonly startOffset?: number;
  /** Moves the end in the same way. Default 0. */
  readonly endOffset?: number;
  /** What the upstream does not have, because it begins later or has not got so far, is left out instead of missing. Default false. */
  readonly allowsNonexistentUpstream?: boolean;
}

const timeWindowNames: OptionNames<TimeWindowMappingOptions> = {
  startOffset: true,
  endOffset: true,
  allowsNonexistentUpstream: "flag",
};

/**
 * Each window reads all upstream windows that overlap it: a day its 24 hours, an hour its day.
 *
 * @throws InvalidPartitionMappingError when the end would come before the start
 */
export function timeWindowMapping(options: TimeWindowMappingOptions = {}): PartitionMapping {
  checkOptions("timeWindowMapping", options, timeWindowNames, InvalidPartitionMappingError);
  const { startOffset = 0, endOffset = 0, allowsNonexistentUpstream = false } = options;
  for (const [name, value] of Object.entries({ startOffset, endOffset })) {
    if (!Number.isInteger(value)) throw new InvalidPartitionMappingError(`${name} has to be a whole number, not ${value}`);
  }
  if (startOffset > endOffset) {
    throw new InvalidPartitionMappingError(`startOffset ${startOffset} is beyond endOffset ${endOffset}: nothing would be read`);
  }
  return new PartitionMapping({ kind: "timeWindow", startOffset, endOffset, allowsNonexistentUpstream });
}

/** Each partition reads these upstream partitions. */
export function specificPartitionsMapping(keys: readonly string[]): PartitionMapping {
  return new PartitionMapping({ kind: "specific", keys: [...keys] });
}

/** Between a side with several dimensions and one with a single dimension, whichever is upstream. */
export interface MultiToSingleOptions {
  /** The dimension that stands for the other side. Default: the one that equals it, or else the only one of time when it is of time. */
  readonly dimension?: string;
  /** How that dimension and the other side are mapped. Default: by key when they are equal, by time when both are of time. */
  readonly mapping?: PartitionMapping;
}

const multiToSingleNames: OptionNames<MultiToSingleOptions> = { dimension: "text", mapping: true };

/** One dimension of a multi-dimensional side stands for the other side; all keys of its other dimensions belong together. */
export function multiToSingleMapping(options: MultiToSingleOptions = {}): PartitionMapping {
  checkOptions("multiToSingleMapping", options, multiToSingleNames, InvalidPartitionMappingError);
  const { dimension, mapping } = options;
  return new PartitionMapping({ kind: "multiToSingle", dimension: dimension ?? null, mapping: mapping?.snapshot ?? null });
}

/** How a downstream dimension reads an upstream one. */
export interface DimensionMapping {
  readonly upstreamDimension: string;
  /** Default: by key. */
  readonly mapping?: PartitionMapping;
}

const dimensionNames: OptionNames<DimensionMapping> = { upstreamDimension: "text", mapping: true };

/**
 * Maps dimension by dimension, between two definitions with several. Upstream dimensions that none of them names are read entirely;
 * downstream dimensions that are not given do not matter.
 *
 * @param dimensions - by downstream dimension
 */
export function multiMapping(dimensions: Readonly<Record<string, DimensionMapping>>): PartitionMapping {
  for (const [name, dimension] of Object.entries(dimensions))
    checkOptions(`multiMapping, dimension "${name}"`, dimension, dimensionNames, InvalidPartitionMappingError);
  const upstream = Object.values(dimensions).map(({ upstreamDimension }) => upstreamDimension);
  const twice = upstream.find((name, index) => upstream.indexOf(name) !== index);
  if (twice !== undefined)
    throw new InvalidPartitionMappingError(`Two dimensions are mapped to the upstream dimension "${twice}"`);
  return new PartitionMapping({
    kind: "multi",
    dimensions: Object.fromEntries(
      Object.entries(dimensions).map(([name, { upstreamDimension, mapping }]) => [
        name,
        { upstreamDimension, mapping: mapping?.snapshot ?? { kind: "identity" } },
      ]),
    ),
  });
}
