import type { AutomationConditionSnapshot } from "@dagwright/model";
import { type CronTiming, nextTimeMs, type Partitions } from "@dagwright/partitions";
import { childrenOf } from "../conditions/condition-node.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";
import { Fact } from "../graph/facts-needed.ts";

/** What time alone can change for a condition. */
interface Clocks {
  readonly crons: readonly CronTiming[];
  readonly partitions: readonly Partitions[];
  /** It asks a function of the code location, and nobody else knows when its answer changes. */
  readonly everyEvaluation: boolean;
}

const clocksByGraph = new WeakMap<AutomationGraph, Map<string, Clocks>>();

/** When a condition has to be evaluated again although nothing happens; `atMs` is null when time changes nothing. */
export function nextTimesOf(
  graph: AutomationGraph,
  node: AutomationNode,
  nowMs: number,
): { readonly atMs: number | null; readonly everyEvaluation: boolean } {
  const clocks = clocksOf(graph, node);
  const times = [
    ...clocks.crons.map((timing) => nextTimeMs(timing, nowMs)),
    ...clocks.partitions.map((partitions) => partitions.nextChangeMs(nowMs)),
  ].filter((time) => time !== null);
  return { atMs: times.length === 0 ? null : Math.min(...times), everyEvaluation: clocks.everyEvaluation };
}

function clocksOf(graph: AutomationGraph, node: AutomationNode): Clocks {
  const byNode = clocksByGraph.get(graph) ?? new Map<string, Clocks>();
  clocksByGraph.set(graph, byNode);
  let clocks = byNode.get(node.id);
  if (clocks === undefined) {
    const reads = [...graph.readsOf(node)];
    const conditions = [
      ...(node.condition === null ? [] : [node.condition]),
      ...(node.condition !== null && hasDownstream(node.condition)
        ? graph.downstreamConditions(node).map(({ condition }) => condition)
        : []),
    ];
    const crons = new Map<string, CronTiming>();
    for (const condition of conditions) collectCrons(condition, crons);
    const partitions = new Set(reads.flatMap(([id]) => graph.get(id).partitions ?? []));
    clocks = {
      crons: [...crons.values()],
      partitions: [...partitions],
      everyEvaluation: reads.some(([, facts]) => (facts & Fact.custom) !== 0),
    };
    byNode.set(node.id, clocks);
  }
  return clocks;
}

/** Of all parts, those that are asked of checks included. */
const partsOf = (condition: AutomationConditionSnapshot): readonly AutomationConditionSnapshot[] =>
  "operand" in condition ? [condition.operand] : childrenOf(condition);

function collectCrons(condition: AutomationConditionSnapshot, crons: Map<string, CronTiming>): void {
  if (condition.kind === "cronTickPassed")
    crons.set(`${condition.cron} ${condition.timeZone}`, { cron: [condition.cron], timeZone: condition.timeZone });
  for (const part of partsOf(condition)) collectCrons(part, crons);
}

const hasDownstream = (condition: AutomationConditionSnapshot): boolean =>
  condition.kind === "anyDownstreamConditions" || partsOf(condition).some(hasDownstream);
