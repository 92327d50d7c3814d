import type { PartitionSubset } from "@dagwright/partitions";
import { type PartitionGraph, type PartitionNode, type WantedPartitions } from "@dagwright/workspace";
import { holdBack } from "./hold-back.ts";

/** How far a backfill has come with an asset. Each set lies within the target; what is done or failed is in one of both only. */
export interface AssetProgress {
  readonly target: PartitionSubset;
  /** Runs were submitted for them. */
  readonly requested: PartitionSubset;
  /** Materialized by these runs. */
  readonly done: PartitionSubset;
  /** A run ended without having made them, or they can no longer be requested, e.g. because what they read has failed. */
  readonly failed: PartitionSubset;
}

/** By the text of the asset's key. */
export type BackfillProgress = ReadonlyMap<string, AssetProgress>;

export interface BackfillPlan {
  /**
   * What to request, each of them to be given to `packAssetRuns` by itself. Any of the runs may be submitted, in any order: what is left is
   * planned again.
   */
  readonly requests: readonly (readonly WantedPartitions[])[];
  /** What failed besides, by asset. */
  readonly failed: ReadonlyMap<string, PartitionSubset>;
  /** Why, where it is not just that what they read has failed. */
  readonly problems: readonly string[];
  /** Everything is done or failed. */
  readonly isFinished: boolean;
}

/**
 * What a backfill requests next. Pure.
 *
 * A partition is requested once everything that it reads, as far as it is part of the backfill, is materialized; earlier only in one run
 * with what it reads. That takes the same partitions, wanted alike, with the same backfill policy and code location, each of which reads
 * the same one; or a policy that makes all of the target in one run. What reads a partition that failed has failed as well.
 *
 * Policies that put several partitions into a run wait for them: while some of an asset may still come to be ready, no run is made that is
 * smaller than it might be.
 */
export function planBackfill(graph: PartitionGraph, progress: BackfillProgress): BackfillPlan {
  return new Planning(graph, progress).plan();
}

/** Assets that are requested together, in the same partitions. */
interface Entry {
  readonly group: string;
  readonly subset: PartitionSubset;
  readonly nodes: Set<PartitionNode>;
}

class Planning {
  readonly #graph: PartitionGraph;
  readonly #progress: BackfillProgress;
  readonly #failed = new Map<string, PartitionSubset>();
  readonly #problems: string[] = [];
  readonly #entries: Entry[] = [];

  constructor(graph: PartitionGraph, progress: BackfillProgress) {
    this.#graph = graph;
    this.#progress = progress;
  }

  plan(): BackfillPlan {
    for (const unit of this.#graph.units) {
      this.#failBehind(unit);
      this.#request(unit);
    }
    let isFinished = true;
    for (const [id, { target, done }] of this.#progress) {
      const node = this.#graph.get(id);
      if (node === undefined) continue;
      if (target.size > done.size && !target.minus(done).minus(this.#failedOf(node)).isEmpty) isFinished = false;
    }
    return {
      requests: this.#entries.map(({ nodes, subset }) => Array.from(nodes, (node) => toWanted(node, subset))),
      failed: this.#failed,
      problems: this.#problems,
      isFinished,
    };
  }

  #of(node: PartitionNode): AssetProgress {
    return this.#progress.get(node.id)!;
  }

  #failedOf(node: PartitionNode): PartitionSubset {
    const { failed } = this.#of(node);
    const more = this.#failed.get(node.id);
    return more === undefined ? failed : failed.union(more);
  }

  /** What is neither requested nor given up. */
  #left(node: PartitionNode): PartitionSubset {
    const { target, requested, done } = this.#of(node);
    return target.minus(requested).minus(done).minus(this.#failedOf(node));
  }

  #fail(unit: readonly PartitionNode[], subset: PartitionSubset): void {
    for (const node of unit) {
      const more = subset.intersect(this.#left(node));
      if (!more.isEmpty) this.#failed.set(node.id, this.#failed.get(node.id)?.union(more) ?? more);
    }
  }

  /** Gives up what reads failed partitions. What is made together is given up together. */
  #failBehind(unit: readonly PartitionNode[]): void {
    for (const node of unit) {
      for (const parent of this.#graph.parentsOf(node)) {
        const isEarlier = this.#graph.earlierReads(unit, node).includes(parent);
        if (unit.includes(parent) && !isEarlier) continue;
        let news = this.#failedOf(parent);
        while (!news.isEmpty) {
          const behind = this.#map(unit, node, parent, () => this.#graph.downstream(parent, node, news), news);
          const before = this.#failedOf(parent);
          this.#fail(unit, behind);
          // Partitions that read earlier ones of their own asset, or of one that is made with it, are given up one after the other.
          news = isEarlier ? this.#failedOf(parent).minus(before) : news.minus(news);
        }
      }
      for (const other of unit) if (other !== node) this.#fail(unit, this.#failedOf(other));
    }
  }

  #request(unit: readonly PartitionNode[]): void {
    const [first] = unit;
    if (first === undefined) return;
    let left = unit.slice(1).reduce((common, node) => common.intersect(this.#left(node)), this.#left(first));
    for (const entry of this.#entries) {
      if (left.isEmpty) return;
      if (!this.#canJoin(entry, unit, left)) continue;
      for (const node of unit) entry.nodes.add(node);
      left = left.minus(entry.subset);
    }
    if (left.isEmpty) return;
    const readsItself = this.#graph.readsItself(unit);
    let ready = left;
    for (const node of unit)
      for (const parent of this.#graph.parentsOf(node)) {
        if (unit.includes(parent)) continue;
        ready = ready.minus(this.#waitingFor(unit, node, parent, ready));
      }
    // Whatever was just given up is not waited for.
    const rest = left.minus(ready).minus(this.#failedOf(first));
    ready = ready.minus(this.#failedOf(first));
    ready = readsItself
      ? this.#firstOfThemselves(unit, ready)
      : holdBack(ready, rest, {
          policy: first.asset.backfillPolicy,
          partitions: first.partitions,
          target: this.#of(first).target,
          view: this.#graph.view,
        });
    if (ready.isEmpty) return;
    const group = groupOf(first);
    const same = readsItself ? undefined : this.#entries.find((each) => each.group === group && each.subset.equals(ready));
    if (same === undefined) this.#entries.push({ group, subset: ready, nodes: new Set(unit) });
    else for (const node of unit) same.nodes.add(node);
  }

  /** Whether all of an entry's partitions are wanted of the unit too, and can be made in the same runs. */
  #canJoin(entry: Entry, unit: readonly PartitionNode[], left: PartitionSubset): boolean {
    const [first] = unit;
    if (first === undefined || entry.group !== groupOf(first)) return false;
    if (!unit.some((node) => this.#graph.parentsOf(node).some((parent) => entry.nodes.has(parent)))) return false;
    if (this.#graph.readsItself(unit)) return false;
    if (!entry.subset.minus(left).isEmpty) return false;
    return unit.every((node) =>
      this.#graph.parentsOf(node).every((parent) => {
        if (unit.includes(parent) || this.#waitingFor(unit, node, parent, entry.subset).isEmpty) return true;
        return entry.nodes.has(parent) && (this.#graph.isIdentity(node, parent) || this.#isOneRun(entry, node, parent));
      }),
    );
  }

  /** Whether the entry becomes one run that makes all of the parent's target, so that it does not matter who reads which of them. */
  #isOneRun({ subset }: Entry, node: PartitionNode, parent: PartitionNode): boolean {
    const policy = parent.asset.backfillPolicy;
    if (policy === undefined || subset.ranges().length !== 1) return false;
    const { target } = this.#of(parent);
    return (
      subset.size === target.size &&
      target.equals(this.#of(node).target) &&
      (policy.kind === "singleRun" || policy.maxPartitionsPerRun > subset.size)
    );
  }

  /** Those of a child's partitions that read something of a parent that is still to be made. */
  #waitingFor(
    unit: readonly PartitionNode[],
    node: PartitionNode,
    parent: PartitionNode,
    subset: PartitionSubset,
  ): PartitionSubset {
    return this.#map(
      unit,
      node,
      parent,
      () => {
        const { target, done } = this.#of(parent);
        const { subset: read, missing } = this.#graph.upstream(node, parent, subset);
        if (missing.size > 0) this.#failMissing(unit, node, parent, subset);
        const open = read.intersect(target).minus(done);
        // None of its own: what is empty of the parent may have other dimensions.
        return open.isEmpty ? subset.minus(subset) : this.#graph.downstream(parent, node, open).intersect(subset);
      },
      subset,
    );
  }

  /** Gives up partitions that read what does not exist. */
  #failMissing(unit: readonly PartitionNode[], node: PartitionNode, parent: PartitionNode, subset: PartitionSubset): void {
    const without = [...subset.keys()].filter((key) => {
      const one = node.partitions.subsetOf([key], this.#graph.view);
      return this.#graph.upstream(node, parent, one).missing.size > 0;
    });
    if (without.length === 0) return;
    this.#fail(unit, node.partitions.subsetOf(without, this.#graph.view));
    const some = without.length === 1 ? `partition "${without[0]}"` : `${without.length} partitions, "${without[0]}" first,`;
    this.#problems.push(`${nameOf(node)}: ${some} would read partitions of ${nameOf(parent)} that do not exist`);
  }

  /** Maps; where partitions have changed such that a mapping makes no sense any more, what is left of the unit is given up. */
  #map(
    unit: readonly PartitionNode[],
    node: PartitionNode,
    parent: PartitionNode,
    map: () => PartitionSubset,
    none: PartitionSubset,
  ): PartitionSubset {
    try {
      return map();
    } catch (error) {
      const problem = `${nameOf(node)} can no longer be told which partitions of ${nameOf(parent)} it reads: ${messageOf(error)}`;
      if (!this.#problems.includes(problem)) this.#problems.push(problem);
      for (const each of unit) this.#fail([each], this.#left(each));
      return none.minus(none);
    }
  }

  /**
   * Of partitions that read others of their own asset those that can be made now: whose reads are done, or, with a policy, in the same run. In
   * a run they are made in order, so only the first of them that fit are taken.
   */
  #firstOfThemselves(unit: readonly PartitionNode[], candidates: PartitionSubset): PartitionSubset {
    const [first] = unit;
    const policy = first?.asset.backfillPolicy;
    let ready = candidates;
    for (let before = -1; before !== ready.size && !ready.isEmpty;) {
      before = ready.size;
      for (const node of unit) {
        for (const parent of this.#graph.earlierReads(unit, node)) {
          const { target, done } = this.#of(parent);
          const read = this.#graph.upstream(node, parent, ready).subset.intersect(target).minus(done);
          const open = policy === undefined ? read : read.minus(ready);
          if (!open.isEmpty) ready = ready.minus(this.#graph.downstream(parent, node, open));
        }
      }
      // Without a policy nothing shares a run, and one look tells all.
      if (policy === undefined) break;
    }
    if (policy?.kind !== "multiRun" || ready.size <= policy.maxPartitionsPerRun || first === undefined) return ready;
    const keys: string[] = [];
    for (const key of ready.keys()) {
      if (keys.length === policy.maxPartitionsPerRun) break;
      keys.push(key);
    }
    return first.partitions.subsetOf(keys, this.#graph.view);
  }
}

/** Only what has this in common can share a run. */
const groupOf = ({ location, partitionsId, asset }: PartitionNode): string =>
  `${location} ${JSON.stringify(asset.backfillPolicy ?? null)} ${partitionsId}`;

const toWanted = (node: PartitionNode, subset: PartitionSubset): WantedPartitions => ({
  assetKey: node.asset.key,
  location: node.location,
  policy: node.asset.backfillPolicy,
  ...(node.isPartitioned ? { partitions: node.partitions, subset } : { partitions: null, subset: null }),
});

const nameOf = ({ asset }: PartitionNode): string => asset.key.join("/");
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
