import { type EntityId, type EntitySubset, evaluateTick, type TickEvaluation } from "@dagwright/automation";
import type { StreamCursor } from "@dagwright/storage";
import type { LeftBehind } from "./automation-cursor.ts";
import { readNews } from "./read-news.ts";
import { StoredFacts, type StoredFactsOptions } from "./stored-facts.ts";

export interface LeftBehindOptions extends Omit<StoredFactsOptions, "updates"> {
  readonly evaluationId: string;
  /** By the others, in the same tick. */
  readonly requested: ReadonlyMap<EntityId, EntitySubset>;
  /** Up to where the others have heard the news. */
  readonly until: StreamCursor;
}

/** What became of those that were left behind. */
export interface CaughtUp extends TickEvaluation {
  /** Those that are still behind. */
  readonly behind: readonly LeftBehind[];
  /** Some of them only because there was more news than one evaluation reads at once. */
  readonly hasMore: boolean;
}

/**
 * Evaluates conditions that could not be when the others were, as soon as their functions answer again: with all the news that has come since then,
 * of which the others have heard in the meantime. As long as they do not, nothing is read for them.
 */
export async function evaluateLeftBehind(groups: readonly LeftBehind[], options: LeftBehindOptions): Promise<CaughtUp> {
  const { graph, storage, workspace, view, signal, evaluationId, until } = options;
  let { requested } = options;
  let hasMore = false;
  const behind: LeftBehind[] = [];
  const evaluations: TickEvaluation["evaluations"][number][] = [];
  const failures: TickEvaluation["failures"][number][] = [];
  for (const { stream, entities } of groups) {
    const facts = new StoredFacts({ ...options, updates: new Map() });
    const nodes = entities.map((entity) => graph.get(entity));
    await facts.askCustoms(nodes);
    const ready = nodes.filter((node) => facts.failure(node) === null).map(({ id }) => id);
    const failed = nodes.flatMap((node) => {
      const error = facts.failure(node);
      return error === null ? [] : [{ node, error }];
    });
    failures.push(...failed);
    if (failed.length > 0) behind.push({ stream, entities: failed.map(({ node }) => node.id) });
    if (ready.length === 0) continue;
    const news = await readNews(stream, { storage, workspace, graph, until, signal });
    facts.useUpdates(news.updates);
    const tick = await evaluateTick({
      graph,
      facts,
      view,
      evaluationId,
      targets: new Set(ready),
      changes: new Map(),
      due: ready,
      requested,
    });
    evaluations.push(...tick.evaluations);
    requested = tick.requested;
    if (!news.hasMore) continue;
    hasMore = true;
    behind.push({ stream: news.cursor, entities: ready });
  }
  return { evaluations, failures, requested, behind, hasMore };
}
