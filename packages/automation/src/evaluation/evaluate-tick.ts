import type { SerializedError } from "@dagwright/model";
import type { EntityId } from "../entity-key.ts";
import { type EntitySubset, isEmpty, union } from "../entity-subset.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";
import { Fact } from "../graph/facts-needed.ts";
import { type EntityEvaluation, evaluateEntity, type EvaluationInput } from "./evaluate-entity.ts";
import { mapSubset } from "./map-subsets.ts";

/** What a tick has to look at. */
export interface TickInput extends EvaluationInput {
  /** Whose conditions are evaluated at all. */
  readonly targets: ReadonlySet<EntityId>;
  /** What has changed since the tick before: bits of `Fact` by id. */
  readonly changes: ReadonlyMap<EntityId, number>;
  /** Those that have to be evaluated in any case: their time has come, they are new, or the tick before left them in the middle of something. */
  readonly due: Iterable<EntityId>;
  /** What is requested at the same time already. Default: nothing. */
  readonly requested?: ReadonlyMap<EntityId, EntitySubset>;
}

/** What a tick came to. */
export interface TickEvaluation {
  /** Of all that were evaluated, in the order of the graph. */
  readonly evaluations: readonly EntityEvaluation[];
  /** Conditions that were to be evaluated and could not be. They have neither requested anything nor remembered that they were looked at. */
  readonly failures: readonly { readonly node: AutomationNode; readonly error: SerializedError }[];
  /** What is to be made now, by id, and nothing that is empty. With what can only be made together, and what was requested already. */
  readonly requested: ReadonlyMap<EntityId, EntitySubset>;
}

/**
 * Evaluates the conditions for which something has changed, upstream first. What is requested upstream in this tick is a change for what
 * looks at it. Everything else would come to what it came to before and is not looked at, so that a tick costs what has changed.
 */
export async function evaluateTick(input: TickInput): Promise<TickEvaluation> {
  const { graph, targets, changes, due, facts, view } = input;
  const waiting = new Waiting(graph, targets);
  for (const id of due) waiting.add(id);
  for (const [id, bits] of changes) waiting.addReaders(id, bits);

  const evaluations: EntityEvaluation[] = [];
  const failures: { readonly node: AutomationNode; readonly error: SerializedError }[] = [];
  const requested = new Map(input.requested);
  const request = (node: AutomationNode, subset: EntitySubset, level: number): void => {
    const before = requested.get(node.id);
    requested.set(node.id, before === undefined ? subset : union(before, subset));
    waiting.addReaders(node.id, Fact.willBeRequested, level);
  };
  // What is evaluated now may request what waits behind it: read at once, levels cost no statements of their own.
  const likely = waiting.likely(mostReadAhead);
  if (likely.length > 0) await facts.readAhead?.(readsOf(graph, likely), likely);
  for (let batch = waiting.take(); batch.length > 0; batch = waiting.take()) {
    await facts.load(readsOf(graph, batch), batch);
    for (const node of batch) {
      const error = facts.failure?.(node) ?? null;
      if (error !== null) {
        failures.push({ node, error });
        continue;
      }
      const evaluation = evaluateEntity(node, requested, input);
      evaluations.push(evaluation);
      if (isEmpty(evaluation.requested)) continue;
      request(node, evaluation.requested, node.level);
      for (const id of node.executionSet) {
        const neighbour = graph.get(id);
        if (id === node.id || neighbour.check !== null) continue;
        const subset = mapSubset(graph, { from: node, to: neighbour, subset: evaluation.requested, direction: "up" }, view);
        request(neighbour, subset, node.level);
      }
    }
  }
  return { evaluations, failures, requested };
}

/** So many are read ahead at most; what is beyond is read when its turn has come. */
const mostReadAhead = 2_000;

function readsOf(graph: AutomationGraph, nodes: readonly AutomationNode[]): ReadonlyMap<EntityId, number> {
  const all = new Map<EntityId, number>();
  for (const node of nodes) for (const [id, bits] of graph.readsOf(node)) all.set(id, (all.get(id) ?? 0) | bits);
  return all;
}

/** Those that are still to be evaluated. */
class Waiting {
  readonly #graph: AutomationGraph;
  readonly #targets: ReadonlySet<EntityId>;
  readonly #waiting = new Map<EntityId, AutomationNode>();
  readonly #taken = new Set<EntityId>();

  constructor(graph: AutomationGraph, targets: ReadonlySet<EntityId>) {
    this.#graph = graph;
    this.#targets = targets;
  }

  add(id: EntityId): void {
    const node = this.#graph.node(id);
    if (node === undefined || node.condition === null || !this.#targets.has(id) || this.#taken.has(id)) return;
    this.#waiting.set(id, node);
  }

  /** @param behind - only those of a greater level */
  addReaders(id: EntityId, bits: number, behind = -1): void {
    for (const reader of this.#graph.readersOf(id)) {
      const node = this.#graph.get(reader);
      if (node.level > behind && ((this.#graph.readsOf(node).get(id) ?? 0) & bits) !== 0) this.add(reader);
    }
  }

  /** Those that wait and those that may come to, should everything be requested; as many as that at most. */
  likely(limit: number): readonly AutomationNode[] {
    const found = new Map(this.#waiting);
    if (found.size > limit) return [];
    for (const node of found.values()) {
      for (const reader of this.#graph.readersOf(node.id)) {
        const behind = this.#graph.get(reader);
        if (behind.level <= node.level || behind.condition === null || !this.#targets.has(reader)) continue;
        if (((this.#graph.readsOf(behind).get(node.id) ?? 0) & Fact.willBeRequested) === 0) continue;
        if (found.size >= limit) return [...found.values()];
        found.set(reader, behind);
      }
    }
    return [...found.values()];
  }

  /** The next ones: all of the least level, whose evaluation nothing that waits behind them can change. */
  take(): readonly AutomationNode[] {
    const level = Math.min(...Array.from(this.#waiting.values(), (node) => node.level));
    const batch = [...this.#waiting.values()].filter((node) => node.level === level);
    for (const { id } of batch) {
      this.#waiting.delete(id);
      this.#taken.add(id);
    }
    return batch;
  }
}
