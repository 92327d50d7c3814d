import { assetKeyToString, type AutomationConditionSnapshot } from "@dagwright/model";
import { conditionId, conditionNodeId } from "../conditions/condition-ids.ts";
import { md5 } from "../conditions/md5.ts";
import {
  type EntitySubset,
  everything,
  intersect,
  isEmpty,
  minus,
  nothing,
  subsetFromJson,
  subsetToJson,
  union,
} from "../entity-subset.ts";
import type { AutomationNode } from "../graph/automation-graph.ts";
import type { SinceData } from "./entity-state.ts";
import type { EvaluationContext, NodeResult, NodeToEvaluate } from "./evaluation-context.ts";
import { evaluateOperand } from "./evaluate-operand.ts";
import { directionBetween, mapSubset, opposite } from "./map-subsets.ts";
import { happenedLater, mergeTimings } from "./timing.ts";

/** Evaluates a node and those below it. Pure but for what it leaves in the context. */
export function evaluateNode(context: EvaluationContext, node: NodeToEvaluate): NodeResult {
  const { condition, about, candidates } = node;
  const below = (child: AutomationConditionSnapshot, index: number | null, among: EntitySubset = candidates): NodeResult =>
    evaluateChild(context, node, child, { index, about, candidates: among });
  const result = (
    held: EntitySubset,
    children: readonly NodeResult[],
    more: Partial<Pick<NodeResult, "timing" | "since">> = {},
  ): NodeResult => ({ id: node.id, condition, about, candidates, held, children, timing: null, ...more });

  switch (condition.kind) {
    case "and": {
      const children: NodeResult[] = [];
      let held = candidates;
      // What did not hold is no longer asked about: the parts that follow cost less, and tell less.
      for (const [index, operand] of condition.operands.entries()) {
        const child = below(operand, index, held);
        children.push(child);
        held = intersect(held, child.held);
      }
      return result(held, children);
    }
    case "or": {
      const children = condition.operands.map((operand, index) => below(operand, index));
      return result(
        children.reduce((held, child) => union(held, child.held), nothing(about)),
        children,
      );
    }
    case "not": {
      const child = below(condition.operand, 0);
      return result(minus(candidates, child.held), [child]);
    }
    case "newlyTrue": {
      // About everything: a change that is not asked for now would be missed.
      const child = below(condition.operand, 0, everything(about, context.view));
      const before = subsetFromJson(about, context.before?.nodes[node.id]?.heldBelow, context.view) ?? nothing(about);
      context.memory.set(node.id, { heldBelow: subsetToJson(child.held) });
      const newly = minus(child.held, before);
      if (!isEmpty(newly)) context.isTransient = true;
      return result(intersect(candidates, newly), [child]);
    }
    case "since":
      return evaluateSince(context, node, condition, below);
    case "anyDepsMatch":
    case "anyChecksMatch":
    case "anyJobRootAssetsMatch": {
      const children = targetsOf(context, about, condition).map((target) =>
        evaluateMatch(context, node, target, condition.operand),
      );
      const held = children.reduce((all, child) => union(all, child.held), nothing(about));
      // In Dagster what a job's assets come to has no time of its own.
      const timing = about.job === null ? mergeTimings(children.map((child) => child.timing)) : null;
      return result(intersect(candidates, held), children, { timing });
    }
    case "allDepsMatch":
    case "allChecksMatch":
    case "allJobRootAssetsMatch": {
      const children = targetsOf(context, about, condition).map((target) =>
        evaluateMatch(context, node, target, condition.operand),
      );
      return result(
        children.reduce((all, child) => intersect(all, child.held), candidates),
        children,
      );
    }
    case "assetMatches": {
      const other = context.graph.node(assetKeyToString(condition.key));
      if (other === undefined) return result(nothing(about), []);
      return matched(context, node, other, condition.operand);
    }
    case "anyDownstreamConditions":
      return evaluateDownstream(context, node, result);
    default:
      return evaluateOperand(context, node, condition);
  }
}

function evaluateChild(
  context: EvaluationContext,
  parent: Pick<NodeToEvaluate, "id" | "condition" | "within">,
  condition: AutomationConditionSnapshot,
  { index, about, candidates }: { index: number | null; about: AutomationNode; candidates: EntitySubset },
): NodeResult {
  const target = about.id === context.root.id ? null : about.key;
  const id = conditionNodeId(condition, { parentId: parent.id, index, target });
  return evaluateNode(context, { condition, id, about, candidates, within: [...parent.within, parent.condition] });
}

const targetsOf = (
  { graph }: EvaluationContext,
  about: AutomationNode,
  condition: Extract<
    AutomationConditionSnapshot,
    { readonly kind: `${"any" | "all"}${"Deps" | "Checks" | "JobRootAssets"}Match` }
  >,
): readonly AutomationNode[] => {
  switch (condition.kind) {
    case "anyChecksMatch":
    case "allChecksMatch":
      return graph.checksFor(about, condition);
    case "anyJobRootAssetsMatch":
    case "allJobRootAssetsMatch":
      return graph.rootAssetsOf(about);
    default:
      return graph.dependenciesFor(about, condition);
  }
};

/** What an operator over dependencies, checks or a job's assets asks of one of them: a node of its own. */
function evaluateMatch(
  context: EvaluationContext,
  parent: NodeToEvaluate,
  target: AutomationNode,
  operand: AutomationConditionSnapshot,
): NodeResult {
  const { about, candidates } = parent;
  const key = target.asset?.key ?? [];
  const condition: AutomationConditionSnapshot = { kind: "assetMatches", key, operand };
  // By its name and not by its place, which moves when dependencies come and go.
  const id = md5(`${parent.id}None${target.name}`);
  const node = { condition, id, about, candidates, within: [...parent.within, parent.condition] };
  return { ...matched(context, node, target, operand), name: target.name };
}

function matched(
  context: EvaluationContext,
  node: NodeToEvaluate,
  target: AutomationNode,
  operand: AutomationConditionSnapshot,
): NodeResult {
  const { graph, view } = context;
  const { about, candidates } = node;
  const there = directionBetween(about, target);
  const candidatesThere = mapSubset(graph, { from: about, to: target, subset: candidates, direction: there }, view);
  const child = evaluateChild(context, node, operand, { index: 0, about: target, candidates: candidatesThere });
  const back = (subset: EntitySubset): EntitySubset =>
    mapSubset(graph, { from: target, to: about, subset, direction: opposite(there) }, view);
  return {
    id: node.id,
    condition: node.condition,
    about,
    candidates,
    held: back(child.held),
    children: [child],
    timing: child.timing === null ? null : new Map([...child.timing].map(([atMs, subset]) => [atMs, back(subset)])),
  };
}

function evaluateSince(
  context: EvaluationContext,
  node: NodeToEvaluate,
  condition: Extract<AutomationConditionSnapshot, { readonly kind: "since" }>,
  below: (child: AutomationConditionSnapshot, index: number, among: EntitySubset) => NodeResult,
): NodeResult {
  const { about, candidates, id } = node;
  const all = everything(about, context.view);
  const trigger = below(condition.trigger, 0, all);
  const reset = below(condition.reset, 1, all);
  const state = context.before?.nodes[id];
  const before = subsetFromJson(about, state?.held, context.view) ?? nothing(about);
  let held = minus(union(before, trigger.held), reset.held);
  const both = intersect(trigger.held, reset.held);
  if (!isEmpty(both) && trigger.timing !== null && reset.timing !== null) {
    // Where both happened, the later one counts.
    held = union(held, intersect(both, happenedLater(trigger.timing, reset.timing, nothing(about))));
  }
  const since = sinceData(context, state?.since, trigger, reset);
  context.memory.set(id, { held: subsetToJson(held), since });
  return { id, condition, about, candidates, held, children: [trigger, reset], timing: trigger.timing, since };
}

const sinceData = (
  { evaluationId, view: { nowMs } }: EvaluationContext,
  before: SinceData = { triggerEvaluationId: null, triggerAtMs: null, resetEvaluationId: null, resetAtMs: null },
  trigger: NodeResult,
  reset: NodeResult,
): SinceData => ({
  ...before,
  ...(!isEmpty(trigger.held) && { triggerEvaluationId: evaluationId, triggerAtMs: nowMs }),
  ...(!isEmpty(reset.held) && { resetEvaluationId: evaluationId, resetAtMs: nowMs }),
});

function evaluateDownstream(
  context: EvaluationContext,
  node: NodeToEvaluate,
  result: (held: EntitySubset, children: readonly NodeResult[]) => NodeResult,
): NodeResult {
  const { about, candidates } = node;
  const outer = new Set([...node.within, node.condition].map((one) => conditionId(one)));
  const children = context.graph.downstreamConditions(about).flatMap(({ condition, nodes }, index): readonly NodeResult[] => {
    // It is being evaluated already, and would be for ever.
    if (outer.has(conditionId(condition))) return [];
    const name = nodes.map((each) => each.name).join(", ");
    const id = md5(`${node.id}${index}${name}`);
    const wrapper = { id, condition: node.condition, within: node.within };
    const child = evaluateChild(context, wrapper, condition, { index: 0, about, candidates });
    return [{ ...result(child.held, [child]), id, name }];
  });
  return result(
    children.reduce((held, child) => union(held, child.held), nothing(about)),
    children,
  );
}
