import {
  type AutomationFacts,
  AutomationGraph,
  type EntityId,
  type EntityState,
  evaluateTick,
  factsOfEvent,
  type RunFacts,
  type Update,
} from "@dagwright/automation";
import { asset, AutomationCondition, buildRepository, definitions, toLocationSnapshot } from "@dagwright/definitions";
import { assetKeyToString } from "@dagwright/model";
import type { Measurement } from "./measuring/measurement.ts";
import { repeat, timed } from "./measuring/samples.ts";

const count = 10_000;
const changesPerTick = 10;
/** Assets in a chain: each is made from the one before. */
const chain = 10;

/**
 * Ticks of automation over 10,000 eager assets in chains of ten. The first evaluates everything; of those that follow, each finds ten assets
 * with news. What is measured is the evaluation, with facts in memory: reading them is a few statements for what is evaluated.
 */
export async function benchAutomation(): Promise<readonly Measurement[]> {
  const automationCondition = AutomationCondition.eager();
  const assets = Array.from({ length: count }, (_, index) =>
    asset(`asset_${index}`, index % chain === 0 ? {} : { deps: [`asset_${index - 1}`], automationCondition }, () => undefined),
  );
  const snapshot = toLocationSnapshot(buildRepository(definitions({ assets })));
  let graph!: AutomationGraph;
  const build = await timed(async () => {
    graph = new AutomationGraph(snapshot);
  });
  const facts = new MadeFacts();
  const targets = new Set([...graph.nodes()].flatMap((node) => (node.condition === null ? [] : [node.id])));
  let nowMs = Date.UTC(2026, 0, 1);
  let due: readonly EntityId[] = [...targets];
  let requested = 0;
  const tick = async (news: readonly EntityId[]): Promise<void> => {
    nowMs += 30_000;
    facts.news = new Map(news.map((id) => [id, [{ partition: null, atMs: nowMs - 1_000, runId: null, isNewVersion: true }]]));
    const changes = new Map(news.map((id) => [id, factsOfEvent.ASSET_MATERIALIZATION]));
    const view = { nowMs, dynamicKeys: () => [] };
    const done = await evaluateTick({ graph, facts, view, evaluationId: "1", targets, changes, due });
    for (const { node, state } of done.evaluations) facts.states.set(node.id, state);
    due = done.evaluations.flatMap(({ node, nextAtMs }) => (nextAtMs === "next" ? [node.id] : []));
    requested += done.requested.size;
  };
  const first = await timed(() => tick([]));
  await tick([]);
  const ticks = await repeat(50, async (round) => {
    const news = Array.from({ length: changesPerTick }, (_, index) =>
      assetKeyToString([`asset_${((round * 97 + index * 103) % (count / chain)) * chain}`]),
    );
    const samples = await timed(() => tick(news));
    await tick([]);
    return samples;
  });
  if (requested === 0) throw new Error("No tick requested anything");
  return [
    { name: `automation/${count} assets: graph of conditions`, unit: "ms", samples: [build] },
    { name: `automation/${count} assets: everything`, unit: "ms", samples: [first] },
    {
      name: `automation/${count} assets: ${changesPerTick} changes`,
      unit: "ms",
      samples: ticks,
      target: { atMost: 100 },
      note: "evaluation alone; each change requests the nine assets behind it",
    },
  ];
}

/** Everything is there, and nothing under way. */
class MadeFacts implements AutomationFacts {
  readonly states = new Map<EntityId, EntityState>();
  news: ReadonlyMap<EntityId, readonly Update[]> = new Map();

  load(): void {}
  state(id: EntityId): EntityState | null {
    return this.states.get(id) ?? null;
  }
  materialized(): boolean {
    return true;
  }
  runInProgress(): boolean {
    return false;
  }
  backfillInProgress(): boolean {
    return false;
  }
  executionFailed(): boolean {
    return false;
  }
  updates({ id }: { readonly id: EntityId }): readonly Update[] {
    return this.news.get(id) ?? [];
  }
  latestRuns(): ReadonlyMap<string | null, RunFacts> {
    return new Map();
  }
  run(): null {
    return null;
  }
  checkStatus(): null {
    return null;
  }
  freshness(): { readonly state: "NOT_APPLICABLE"; readonly nextChangeAtMs: null } {
    return { state: "NOT_APPLICABLE", nextChangeAtMs: null };
  }
  custom(): { readonly holds: false; readonly cursor: null } {
    return { holds: false, cursor: null };
  }
}
