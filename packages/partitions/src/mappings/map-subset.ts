import type { PartitionMappingSnapshot } from "@dagwright/model";
import { InvalidPartitionMappingError } from "../errors.ts";
import type { KeyAxis } from "../key-axis.ts";
import type { Partitions } from "../partitions.ts";
import type { PartitionsView } from "../partitions-view.ts";
import { combineIntervals, type Intervals, runsOf, sizeOfIntervals } from "../subsets/intervals.ts";
import { PartitionSubset } from "../subsets/partition-subset.ts";
import { branchesOf, type PositionSet, productSet, unionOfSets } from "../subsets/position-set.ts";
import { dependenciesOf, type DimensionDependency, inferDimension } from "./dependencies.ts";
import { allOf, mapDownstream, type MappedPositions, mapUpstream, type Side, sideOf } from "./map-dimension.ts";
import { PartitionMapping } from "./partition-mapping.ts";

/** A mapping between two definitions, and what is to be mapped. */
export interface MapSubsetInput {
  readonly mapping: PartitionMapping | PartitionMappingSnapshot;
  readonly upstream: Partitions;
  readonly downstream: Partitions;
  readonly subset: PartitionSubset;
  readonly view: PartitionsView;
}

/** Upstream partitions that would be read but do not exist. */
export interface MissingPartitions {
  readonly size: number;
  /** Made one at a time; where single dimensions are mapped, keys of the dimension. */
  keys(): Iterable<string>;
}

/** Upstream partitions that downstream partitions read. */
export interface UpstreamSubset {
  readonly subset: PartitionSubset;
  /** Empty when the downstream partitions have all that they read. */
  readonly missing: MissingPartitions;
}

/**
 * The mapping of a dependency for which nobody gave one: between one and several dimensions the dimension that fits, between windows the
 * overlap, else equal keys; everything where one side has no partitions.
 */
export function defaultMapping(upstream: Partitions | null, downstream: Partitions | null): PartitionMapping {
  if (upstream === null || downstream === null) return new PartitionMapping({ kind: "all" });
  const [isMulti, others] = [upstream.snapshot.kind === "multi", downstream.snapshot.kind === "multi"];
  if (isMulti !== others) {
    const [multi, single] = isMulti ? [upstream, downstream] : [downstream, upstream];
    if (typeof inferDimension(multi, single, null) !== "string") {
      return new PartitionMapping({ kind: "multiToSingle", dimension: null, mapping: null });
    }
  }
  return upstream.snapshot.kind === "timeWindow" && downstream.snapshot.kind === "timeWindow"
    ? new PartitionMapping({ kind: "timeWindow", startOffset: 0, endOffset: 0, allowsNonexistentUpstream: false })
    : new PartitionMapping({ kind: "identity" });
}

/**
 * Checks at load that a mapping fits its two sides.
 *
 * @throws InvalidPartitionMappingError that says what does not fit
 */
export function checkMapping(
  mapping: PartitionMapping | PartitionMappingSnapshot,
  upstream: Partitions,
  downstream: Partitions,
): void {
  const snapshot = snapshotOf(mapping);
  for (const dependency of dependenciesOf(snapshot, upstream, downstream)) {
    const [up, down] = [upstream.dimensions[dependency.upstream]!, downstream.dimensions[dependency.downstream]!];
    const { kind } = dependency.mapping;
    if (kind === "timeWindow" && (up.snapshot.kind !== "timeWindow" || down.snapshot.kind !== "timeWindow")) {
      throw new InvalidPartitionMappingError("timeWindowMapping needs time windows on both sides");
    }
    if (kind === "multi" || kind === "multiToSingle") {
      throw new InvalidPartitionMappingError(`A mapping of the kind "${kind}" cannot map a single dimension`);
    }
    if (kind === "identity" && up.snapshot.kind !== down.snapshot.kind) {
      throw new InvalidPartitionMappingError(
        `identityMapping needs the same kind of partitions on both sides; the upstream's are ${up.snapshot.kind}, the downstream's ${down.snapshot.kind}`,
      );
    }
    if (dependency.mapping.kind === "static") checkStaticKeys(dependency.mapping.upstreamKeys, up, down);
  }
  if (snapshot.kind === "specific" && upstream.snapshot.kind === "static") {
    for (const key of snapshot.keys) if (!upstream.has(key, noView)) throw asMappingError(upstream.unknown(key, noView));
  }
}

function checkStaticKeys(
  upstreamKeys: Readonly<Record<string, readonly string[]>>,
  up: Side["dimension"],
  down: Side["dimension"],
): void {
  if (up.snapshot.kind !== "static" || down.snapshot.kind !== "static") {
    throw new InvalidPartitionMappingError("staticMapping needs static partitions on both sides");
  }
  const check = (key: string, dimension: Side["dimension"], side: string): void => {
    if (dimension.axisAt(noView).positionOf(key) !== -1) return;
    const { problem, suggestions } = dimension.explain(key, noView);
    throw new InvalidPartitionMappingError(
      `staticMapping names the ${side} key "${key}": ${problem}${suggestions[0] === undefined ? "" : `; did you mean "${suggestions[0]}"?`}`,
    );
  };
  for (const [downstreamKey, keys] of Object.entries(upstreamKeys)) {
    check(downstreamKey, down, "downstream");
    for (const key of keys) check(key, up, "upstream");
  }
}

const noView: PartitionsView = { nowMs: 0, dynamicKeys: () => [] };
const asMappingError = (error: Error): InvalidPartitionMappingError =>
  new InvalidPartitionMappingError(error.message, { cause: error });

/**
 * The upstream partitions that downstream partitions read.
 *
 * @throws InvalidPartitionMappingError when the mapping does not fit the two sides
 */
export function upstreamSubset({ mapping, upstream, downstream, subset, view }: MapSubsetInput): UpstreamSubset {
  const snapshot = snapshotOf(mapping);
  const dependencies = dependenciesOf(snapshot, upstream, downstream);
  const nothing = { size: 0, keys: () => [] };
  if (subset.isEmpty) return { subset: upstream.none(), missing: nothing };
  if (snapshot.kind === "all") return { subset: upstream.all(view), missing: nothing };
  if (snapshot.kind === "last") {
    const last = upstream.lastKey(view);
    return { subset: upstream.subsetOf(last === undefined ? [] : [last], view), missing: nothing };
  }
  if (snapshot.kind === "specific") {
    const existing = snapshot.keys.filter((key) => upstream.has(key, view));
    const missing = snapshot.keys.filter((key) => !existing.includes(key));
    return { subset: upstream.subsetOf(existing, view), missing: { size: missing.length, keys: () => missing } };
  }
  const sides = sidesOf(upstream, downstream, view);
  const missing = new Missing();
  const map = (dependency: DimensionDependency, positions: Intervals): Intervals => {
    const mapped = mapUpstream(
      dependency.mapping,
      sides.upstream[dependency.upstream]!,
      sides.downstream[dependency.downstream]!,
      positions,
    );
    missing.add(mapped);
    return mapped.existing;
  };
  const set = mapSet(
    downstream.spaceAt(view).fromSpace(subset.space, subset.set),
    dependencies.map((dependency) => ({
      from: dependency.downstream,
      to: dependency.upstream,
      map: (bounds) => map(dependency, bounds),
    })),
    sides.upstream,
  );
  return { subset: new PartitionSubset(upstream.spaceAt(view), set), missing };
}

/**
 * The downstream partitions, as far as they exist, that read any of some upstream partitions.
 *
 * @throws InvalidPartitionMappingError when the mapping does not fit the two sides
 */
export function downstreamSubset({ mapping, upstream, downstream, subset, view }: MapSubsetInput): PartitionSubset {
  const snapshot = snapshotOf(mapping);
  const dependencies = dependenciesOf(snapshot, upstream, downstream);
  if (subset.isEmpty) return downstream.none();
  if (snapshot.kind === "all") return downstream.all(view);
  if (snapshot.kind === "last") {
    const last = upstream.lastKey(view);
    return last !== undefined && subset.has(last) ? downstream.all(view) : downstream.none();
  }
  if (snapshot.kind === "specific") {
    return snapshot.keys.some((key) => subset.has(key)) ? downstream.all(view) : downstream.none();
  }
  const sides = sidesOf(upstream, downstream, view);
  const set = mapSet(
    upstream.spaceAt(view).fromSpace(subset.space, subset.set),
    dependencies.map(({ upstream: from, downstream: to, mapping: inner }) => ({
      from,
      to,
      map: (bounds) => mapDownstream(inner, sides.upstream[from]!, sides.downstream[to]!, bounds),
    })),
    sides.downstream,
  );
  return new PartitionSubset(downstream.spaceAt(view), set);
}

interface DimensionMap {
  readonly from: number;
  readonly to: number;
  map(positions: Intervals): Intervals;
}

/** Maps a set product by product; dimensions of the result that none is mapped to are whole. */
function mapSet(set: PositionSet, maps: readonly DimensionMap[], targets: readonly Side[]): PositionSet {
  const whole = targets.map(allOf);
  const results: PositionSet[] = [];
  const add = (fixed: readonly Intervals[]): void => {
    const bounds = [...whole];
    for (const { from, to, map } of maps) bounds[to] = map(fixed[from]!);
    results.push(productSet(bounds));
  };
  const visit = (rest: PositionSet | null, fixed: readonly Intervals[]): void => {
    if (rest === null) return add(fixed);
    for (const branch of branchesOf(rest)) visit(branch.rest, [...fixed, branch.bounds]);
  };
  visit(set, []);
  return unionOfSets(targets.length, results);
}

class Missing implements MissingPartitions {
  readonly #byAxis = new Map<KeyAxis, Intervals>();

  add({ missing, missingAxis }: MappedPositions): void {
    if (missing.length > 0)
      this.#byAxis.set(missingAxis, combineIntervals(this.#byAxis.get(missingAxis) ?? [], missing, "union"));
  }

  get size(): number {
    return [...this.#byAxis.values()].reduce((sum, missing) => sum + sizeOfIntervals(missing), 0);
  }

  *keys(): Generator<string, void, undefined> {
    for (const [axis, missing] of this.#byAxis) {
      for (const [start, end] of runsOf(missing)) for (let at = start; at < end; at += 1) yield axis.keyAt(at);
    }
  }
}

function sidesOf(
  upstream: Partitions,
  downstream: Partitions,
  view: PartitionsView,
): { upstream: readonly Side[]; downstream: readonly Side[] } {
  return {
    upstream: upstream.dimensions.map((dimension) => sideOf(dimension, view)),
    downstream: downstream.dimensions.map((dimension) => sideOf(dimension, view)),
  };
}

/** By property and not by class: the mapping may be of another copy of this package. */
const snapshotOf = (mapping: PartitionMapping | PartitionMappingSnapshot): PartitionMappingSnapshot =>
  "snapshot" in mapping ? mapping.snapshot : mapping;
