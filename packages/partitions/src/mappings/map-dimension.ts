import type { PartitionMappingSnapshot } from "@dagwright/model";
import type { Dimension } from "../definitions/dimension.ts";
import { TimeWindowAxis } from "../definitions/time-window-axis.ts";
import { InvalidPartitionMappingError } from "../errors.ts";
import type { KeyAxis } from "../key-axis.ts";
import type { PartitionsView } from "../partitions-view.ts";
import { combineIntervals, type Intervals, intervalsOf, mergeRuns, runsOf, sizeOfIntervals } from "../subsets/intervals.ts";

/** One dimension of the upstream or downstream side, at a moment. */
export interface Side {
  readonly dimension: Dimension;
  readonly axis: KeyAxis;
  /** Positions that exist: from 0 on. */
  readonly count: number;
}

export function sideOf(dimension: Dimension, view: PartitionsView): Side {
  return { dimension, axis: dimension.axisAt(view), count: dimension.countAt(view) };
}

/** What is read, and what would be but does not exist: positions of an axis, which for windows may lie outside of the definition. */
export interface MappedPositions {
  readonly existing: Intervals;
  readonly missing: Intervals;
  /** What `missing` counts on: the upstream's axis, or the downstream's for keys that the upstream does not know at all. */
  readonly missingAxis: KeyAxis;
}

export const allOf = ({ count }: Side): Intervals => (count === 0 ? [] : [0, count]);

/** The upstream positions that downstream positions read, in one dimension. */
export function mapUpstream(
  mapping: PartitionMappingSnapshot,
  upstream: Side,
  downstream: Side,
  positions: Intervals,
): MappedPositions {
  const found = (existing: Intervals): MappedPositions => ({ existing, missing: [], missingAxis: upstream.axis });
  if (positions.length === 0) return found([]);
  switch (mapping.kind) {
    case "identity":
      return sameKeys(downstream, upstream, positions);
    case "all":
      return found(allOf(upstream));
    case "last":
      return found(upstream.count === 0 ? [] : [upstream.count - 1, upstream.count]);
    case "specific":
      return found(positionsOfKeys(mapping.keys, upstream));
    case "static": {
      const keys = keysAt(downstream.axis, positions);
      return found(positionsOfKeys(new Set(keys.flatMap((key) => mapping.upstreamKeys[key] ?? [])), upstream));
    }
    case "timeWindow":
      return overlapping(mapping, downstream, upstream, positions);
    case "multiToSingle":
    case "multi":
      throw new InvalidPartitionMappingError(`A mapping of the kind "${mapping.kind}" cannot map a single dimension`);
    default:
      throw new InvalidPartitionMappingError(`Nobody knows mappings of the kind ${JSON.stringify(mapping satisfies never)}`);
  }
}

/** The downstream positions that read upstream positions, in one dimension. */
export function mapDownstream(
  mapping: PartitionMappingSnapshot,
  upstream: Side,
  downstream: Side,
  positions: Intervals,
): Intervals {
  if (positions.length === 0) return [];
  const has = (position: number): boolean =>
    sizeOfIntervals(combineIntervals(positions, [position, position + 1], "intersect")) > 0;
  switch (mapping.kind) {
    case "identity":
      return sameKeys(upstream, downstream, positions).existing;
    case "all":
      return allOf(downstream);
    case "last":
      return upstream.count > 0 && has(upstream.count - 1) ? allOf(downstream) : [];
    case "specific":
      return runsOf(combineIntervals(positions, positionsOfKeys(mapping.keys, upstream), "intersect")).length > 0
        ? allOf(downstream)
        : [];
    case "static": {
      const read = new Set(keysAt(upstream.axis, positions));
      const readers = Object.entries(mapping.upstreamKeys).filter(([, keys]) => keys.some((key) => read.has(key)));
      return positionsOfKeys(
        readers.map(([key]) => key),
        downstream,
      );
    }
    case "timeWindow":
      return overlappedBy(mapping, upstream, downstream, positions);
    case "multiToSingle":
    case "multi":
      throw new InvalidPartitionMappingError(`A mapping of the kind "${mapping.kind}" cannot map a single dimension`);
    default:
      throw new InvalidPartitionMappingError(`Nobody knows mappings of the kind ${JSON.stringify(mapping satisfies never)}`);
  }
}

function sameKeys(from: Side, to: Side, positions: Intervals): MappedPositions {
  const existing = (mapped: Intervals): Intervals => combineIntervals(mapped, allOf(to), "intersect");
  if (to.axis.agreesWith(from.axis)) {
    const kept = existing(positions);
    return { existing: kept, missing: combineIntervals(positions, kept, "minus"), missingAxis: to.axis };
  }
  const kept = existing(byKey(from.axis, to.axis, positions));
  return {
    existing: kept,
    missing: combineIntervals(positions, byKey(to.axis, from.axis, kept), "minus"),
    missingAxis: from.axis,
  };
}

/** Keys decide, not windows: `2026-01-01` of a week and of a day are the same key. */
function byKey(from: KeyAxis, to: KeyAxis, positions: Intervals): Intervals {
  const bothTime = from instanceof TimeWindowAxis && to instanceof TimeWindowAxis;
  const sameTicks = bothTime && from.hasSameTicks(to);
  if (sameTicks) {
    const shift = to.positionFrom(from.startOf(0));
    return combineIntervals(
      positions.map((position) => position + shift),
      [0, Math.max(0, to.limit)],
      "intersect",
    );
  }
  return intervalsOf(
    keysAt(from, positions)
      .map((key) => to.positionOf(key))
      .filter((position) => position !== -1),
  );
}

function keysAt(axis: KeyAxis, positions: Intervals): string[] {
  return runsOf(positions).flatMap(([start, end]) =>
    Array.from({ length: end - start }, (_, index) => axis.keyAt(start + index)),
  );
}

function positionsOfKeys(keys: Iterable<string>, { axis, count }: Side): Intervals {
  return intervalsOf(Array.from(keys, (key) => axis.positionOf(key)).filter((position) => position !== -1 && position < count));
}

type TimeWindowMapping = Extract<PartitionMappingSnapshot, { readonly kind: "timeWindow" }>;

function timeAxes(upstream: Side, downstream: Side): { readonly up: TimeWindowAxis; readonly down: TimeWindowAxis } {
  if (upstream.axis instanceof TimeWindowAxis && downstream.axis instanceof TimeWindowAxis) {
    return { up: upstream.axis, down: downstream.axis };
  }
  throw new InvalidPartitionMappingError("timeWindowMapping needs time windows on both sides");
}

/**
 * Dagster's rules: offsets count downstream windows. What an offset alone reaches beyond the upstream's first or last window is cut off;
 * what else the upstream does not have is missing.
 */
function overlapping(mapping: TimeWindowMapping, downstream: Side, upstream: Side, positions: Intervals): MappedPositions {
  const { startOffset, endOffset, allowsNonexistentUpstream } = mapping;
  const { up, down } = timeAxes(upstream, downstream);
  const whole = upstream.count === 0 ? null : { startMs: up.startOf(0), endMs: up.startOf(upstream.count) };
  const moved = (position: number, offset: number): number => {
    const ms = down.startOf(position + offset);
    if (whole === null || offset === 0) return ms;
    return offset < 0 ? Math.max(whole.startMs, ms) : Math.min(whole.endMs, ms);
  };
  const mapped = mergeRuns(
    runsOf(positions).map(([start, end]) => windowsOver(up, moved(start, startOffset), moved(end, endOffset))),
  );
  const existing = combineIntervals(mapped, allOf(upstream), "intersect");
  const missing = allowsNonexistentUpstream ? [] : combineIntervals(mapped, existing, "minus");
  return { existing, missing, missingAxis: up };
}

/** The inverse: what overlaps, then moved the other way by whole downstream windows. */
function overlappedBy(mapping: TimeWindowMapping, upstream: Side, downstream: Side, positions: Intervals): Intervals {
  const { up, down } = timeAxes(upstream, downstream);
  const mapped = runsOf(positions).map(([start, end]): readonly [number, number] => {
    const [first, last] = windowsOver(down, up.startOf(start), up.startOf(end));
    return [first - mapping.endOffset, last - mapping.startOffset];
  });
  return combineIntervals(mergeRuns(mapped), allOf(downstream), "intersect");
}

/** The windows that overlap a span of time. */
function windowsOver(axis: TimeWindowAxis, startMs: number, endMs: number): readonly [start: number, end: number] {
  return startMs < endMs ? [axis.positionAt(startMs), axis.positionFrom(endMs)] : [0, 0];
}
