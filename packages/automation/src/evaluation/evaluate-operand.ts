import type { AutomationOperand, FreshnessState, PartitionsSnapshot, RunTagFilter } from "@dagwright/model";
import { previousTimesMs } from "@dagwright/partitions";
import {
  type EntitySubset,
  everything,
  intersect,
  isEmpty,
  minus,
  nothing,
  subsetFromJson,
  subsetOfKeys,
} from "../entity-subset.ts";
import type { AutomationNode } from "../graph/automation-graph.ts";
import type { EvaluationContext, NodeResult, NodeToEvaluate } from "./evaluation-context.ts";
import type { RunFacts } from "./facts.ts";
import type { Timing } from "./timing.ts";

/** For which partitions a condition without parts holds, and since when it does where that is known. */
interface Held {
  readonly held: EntitySubset;
  readonly timing?: Timing | null;
}

export function evaluateOperand(context: EvaluationContext, node: NodeToEvaluate, operand: AutomationOperand): NodeResult {
  const { condition, id, about, candidates } = node;
  // Those that remember something have to look in any case.
  const isAsked = !isEmpty(candidates) || operand.kind === "codeVersionChanged" || operand.kind === "custom";
  const { held, timing = null } = isAsked ? hold(context, node, operand) : { held: nothing(about) };
  if (transient.has(operand.kind) && !isEmpty(held)) context.isTransient = true;
  return { id, condition, about, candidates, held, children: [], timing };
}

/** They tell of what happened since the evaluation before; the next one will not. */
const transient: ReadonlySet<AutomationOperand["kind"]> = new Set([
  "newlyUpdated",
  "newlyRequested",
  "willBeRequested",
  "codeVersionChanged",
  "dataVersionChanged",
  "initialEvaluation",
  "cronTickPassed",
  "anyNewUpdateHasRunTags",
  "allNewUpdatesHaveRunTags",
]);

function hold(context: EvaluationContext, { about, candidates, id }: NodeToEvaluate, operand: AutomationOperand): Held {
  const { facts, view, before, root } = context;
  const all = everything(about, view);
  const when = (holds: boolean): Held => ({ held: holds ? all : nothing(about) });
  switch (operand.kind) {
    case "missing":
      if (about.check !== null) return when(facts.checkStatus(about) === null);
      return { held: minus(candidates, facts.materialized(about)) };
    case "runInProgress":
      if (about.check !== null) return when(facts.checkStatus(about) === "IN_PROGRESS");
      return { held: facts.runInProgress(about) };
    case "executionFailed":
      if (about.check !== null) return when(facts.checkStatus(about) === "EXECUTION_FAILED");
      return { held: facts.executionFailed(about) };
    case "backfillInProgress":
      return { held: about.check === null ? facts.backfillInProgress(about) : false };
    case "newlyUpdated":
      return before === null ? when(false) : updated(context, about);
    case "dataVersionChanged": {
      if (before === null) return when(false);
      const changed = facts.updates(about).filter(({ isNewVersion }) => isNewVersion);
      return {
        held: subsetOfKeys(
          about,
          changed.map(({ partition }) => partition),
          view,
        ),
      };
    }
    case "newlyRequested":
      return requestedBefore(context, about);
    case "willBeRequested":
      return { held: runsWithRoot(context, about) ? (context.requested.get(about.id) ?? nothing(about)) : nothing(about) };
    case "codeVersionChanged": {
      const known = before?.nodes[id]?.cursor ?? null;
      context.memory.set(id, { cursor: about.codeVersion });
      return { held: known === null || known === about.codeVersion ? nothing(about) : candidates };
    }
    case "initialEvaluation":
      return { held: context.isInitial ? candidates : nothing(about) };
    case "cronTickPassed": {
      // A tick at this very moment has passed.
      const [lastMs] = previousTimesMs({ cron: [operand.cron], timeZone: operand.timeZone }, view.nowMs + 1, 1);
      if (before === null || lastMs === undefined || lastMs < before.evaluatedAtMs) return when(false);
      return { held: candidates, timing: new Map([[lastMs, candidates]]) };
    }
    case "inLatestTimeWindow": {
      const lookbackMs = operand.lookbackSeconds === null ? null : operand.lookbackSeconds * 1000;
      if (about.partitions === null) return { held: true };
      const latest = about.partitions.latestWindow(view, lookbackMs);
      // Without time all of them are meant, also when there are none.
      return { held: latest.isEmpty && hasNoTime(about.partitions.snapshot) ? all : latest };
    }
    case "checkResult":
      return when(facts.checkStatus(about) === (operand.passed ? "SUCCEEDED" : "FAILED"));
    case "freshness":
      return when(about.check === null && freshnessOf(context, about) === operand.state);
    case "executedWithRootTarget":
      // A partition of an asset that reads its own others is made without them.
      return about.id === root.id ? when(false) : ofLatestRuns(context, about, candidates, ({ targets }) => targets.has(root.id));
    case "executedWithTags":
      return ofLatestRuns(context, about, candidates, (run) => hasTags(run, operand));
    case "anyNewUpdateHasRunTags":
    case "allNewUpdatesHaveRunTags":
      return before === null ? when(false) : taggedUpdates(context, about, operand, operand.kind === "anyNewUpdateHasRunTags");
    case "custom": {
      const answer = facts.custom(operand.name, about, root);
      context.memory.set(customMemory(operand.name, about), { cursor: answer.cursor });
      const holds = typeof answer.holds === "boolean" ? when(answer.holds).held : subsetOfKeys(about, answer.holds, view);
      return { held: intersect(candidates, holds) };
    }
  }
}

/** Where what a function of the code location wants to remember is kept, wherever it stands in the tree. */
export const customMemory = (name: string, { id }: Pick<AutomationNode, "id">): string => `custom ${name} ${id}`;

const hasNoTime = ({ kind }: PartitionsSnapshot): boolean => kind === "dynamic" || kind === "static";

function freshnessOf({ facts, changesAtMs }: EvaluationContext, about: AutomationNode): FreshnessState {
  const { state, nextChangeAtMs } = facts.freshness(about);
  if (nextChangeAtMs !== null) changesAtMs.push(nextChangeAtMs);
  return state;
}

function updated({ facts, view }: EvaluationContext, about: AutomationNode): Held {
  const newest = new Map(facts.updates(about).map(({ partition, atMs }) => [partition, atMs]));
  const held = subsetOfKeys(about, newest.keys(), view);
  if (isEmpty(held) || about.check !== null) return { held };
  const keysByTime = Map.groupBy(newest, ([, atMs]) => atMs);
  return {
    held,
    timing: new Map(
      [...keysByTime].map(([atMs, entries]) => [
        atMs,
        subsetOfKeys(
          about,
          entries.map(([partition]) => partition),
          view,
        ),
      ]),
    ),
  };
}

function requestedBefore({ facts, view }: EvaluationContext, about: AutomationNode): Held {
  const before = facts.state(about.id);
  const held = subsetFromJson(about, before?.requested, view) ?? nothing(about);
  return { held, timing: before === null || isEmpty(held) ? null : new Map([[before.evaluatedAtMs, held]]) };
}

/** Whether one run can make an asset and the one whose condition this is: then what it makes is there in time. */
function runsWithRoot({ graph, root }: EvaluationContext, about: AutomationNode): boolean {
  // What a job makes is made by a run of it alone.
  if (root.job !== null) return false;
  // Code of another location runs in other runs, and what is only observed may turn out to be no news.
  if (about.check === null && !about.isMaterializable) return false;
  if (about.partitions === null || root.partitions === null) return about.partitions === root.partitions;
  if (about.partitions !== root.partitions) return false;
  const mapping = graph.mappingBetween(root, about)?.kind;
  return mapping === undefined || mapping === "identity" || mapping === "timeWindow";
}

function ofLatestRuns(
  { facts, view }: EvaluationContext,
  about: AutomationNode,
  candidates: EntitySubset,
  matches: (run: RunFacts) => boolean,
): Held {
  const keys = [...facts.latestRuns(about)].flatMap(([partition, run]) => (matches(run) ? [partition] : []));
  return { held: intersect(candidates, subsetOfKeys(about, keys, view)) };
}

function taggedUpdates(
  { facts, view }: EvaluationContext,
  about: AutomationNode,
  filter: RunTagFilter,
  isAnyEnough: boolean,
): Held {
  const runs = Map.groupBy(facts.updates(about), ({ partition }) => partition);
  const keys = [...runs].flatMap(([partition, updates]) => {
    const matches = updates.map(({ runId }) => {
      const run = runId === null ? null : facts.run(runId);
      return run !== null && hasTags(run, filter);
    });
    return (isAnyEnough ? matches.includes(true) : !matches.includes(false)) ? [partition] : [];
  });
  return { held: subsetOfKeys(about, keys, view) };
}

const hasTags = ({ tags }: RunFacts, { tagKeys = [], tagValues = {} }: RunTagFilter): boolean =>
  tagKeys.every((key) => Object.hasOwn(tags, key)) &&
  Object.entries(tagValues).every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
