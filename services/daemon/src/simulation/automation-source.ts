import {
  dynamicPartitionsOf,
  type EntityId,
  type EntityState,
  evaluateTick,
  Fact,
  type TickEvaluation,
  type AutomationGraph,
} from "@dagwright/automation";
import {
  assetJobName,
  assetKeyToUserString,
  type RunPartition,
  type SensorSnapshot,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { type Partitions, type PartitionsView, runSubset } from "@dagwright/partitions";
import type { NewRun } from "@dagwright/storage";
import { type AssetRunRequest, prepareRun } from "@dagwright/workspace";
import { automationTargets } from "../automation/automation-targets.ts";
import { planAutomationRuns, planJobRuns } from "../decisions/plan-automation-runs.ts";
import { failureOf } from "./asked-runs.ts";
import type { AskableCode, LocatedCode } from "./located-code.ts";
import { type AssetStart, SimulatedFacts } from "./simulated-facts.ts";
import { nameOfPartition, type RunSummary, summaryOf } from "./simulated-run.ts";
import type { SimulatedWorld } from "./simulated-world.ts";
import type { MadeTick, SimulatedOutcome, TickSource } from "./tick-source.ts";

export interface AutomationSourceOptions {
  readonly world: SimulatedWorld;
  readonly graph: AutomationGraph;
  /** Default: nothing was ever made. */
  readonly assets?: ReadonlyMap<EntityId, AssetStart>;
  /** How the conditions were evaluated before. Default: never. */
  readonly states?: ReadonlyMap<EntityId, EntityState>;
  /** Asked for conditions that are functions. Default: they say no. */
  readonly code?: AskableCode;
}

/**
 * The evaluations of an automation condition sensor, by the evaluator of the daemon: when a time has come for a condition, or something has
 * happened to what it looks at, and no sooner than at the sensor's interval.
 */
export function automationSource(
  { location, snapshot }: LocatedCode,
  sensor: SensorSnapshot,
  { world, graph, assets = new Map(), states = new Map(), code = null }: AutomationSourceOptions,
): TickSource {
  const by = { kind: "AUTOMATION", name: sensor.name } as const;
  const intervalMs = sensor.minimumIntervalSeconds * 1_000;
  const facts = new SimulatedFacts({ graph, world, assets, states, code, sensorName: sensor.name });
  const targets = automationTargets(graph, sensor);
  const dynamicUsers = dynamicPartitionsOf(graph);
  /** When a condition has to be evaluated again although nothing happens; all of them at first. */
  const dueAtMs = new Map<EntityId, number>([...targets].map((id) => [id, -Infinity]));
  /** What the evaluation before requested. */
  let requested: readonly EntityId[] = [];
  let evaluations = 0;
  let lastAtMs = -Infinity;

  async function evaluate(nowMs: number): Promise<TickEvaluation> {
    const { changes, partitionNames } = facts.catchUp(nowMs);
    const note = (id: EntityId, bits: number): void => void changes.set(id, (changes.get(id) ?? 0) | bits);
    for (const id of requested) note(id, Fact.requested);
    for (const name of partitionNames) for (const id of dynamicUsers.get(name) ?? []) note(id, Fact.partitions);
    const due = [...dueAtMs].flatMap(([id, atMs]) => (atMs <= nowMs ? [id] : []));
    evaluations += 1;
    const tick = await evaluateTick({
      graph,
      facts,
      view: world.view(nowMs),
      evaluationId: String(evaluations),
      targets,
      changes,
      due,
    });
    for (const { node, state, nextAtMs } of tick.evaluations) {
      facts.keep(node.id, state);
      if (nextAtMs === null) dueAtMs.delete(node.id);
      else dueAtMs.set(node.id, nextAtMs === "next" ? nowMs : nextAtMs);
    }
    // Asked again as soon as may be, like those that want to be looked at once more.
    for (const { node } of tick.failures) dueAtMs.set(node.id, nowMs);
    requested = [...tick.requested.keys()];
    return tick;
  }

  return {
    firstAtMs: (fromMs) => (targets.size === 0 ? null : fromMs),
    hurriedAtMs: (nowMs) => (facts.hasNews ? Math.max(nowMs, lastAtMs + intervalMs) : null),
    async tickAt(scheduledAtMs, nowMs): Promise<MadeTick> {
      const made = (outcome: SimulatedOutcome): MadeTick["tick"] => ({ ...by, location, scheduledAtMs, atMs: nowMs, outcome });
      lastAtMs = nowMs;
      try {
        // A daemon comes a moment later than the clock: what was evaluated at the very time of a cron tick has not seen it in part.
        const tick = await evaluate(nowMs + momentMs);
        const view = world.view(nowMs + momentMs);
        const code = { location, snapshot };
        const requests = planAutomationRuns(graph, tick.requested, location, view);
        const ofJobs = planJobRuns(graph, tick.requested).map((request) => toJobRun(request, code, sensor, graph, view));
        for (const run of ofJobs) world.submit(run, by, nowMs);
        for (const request of requests) world.submit(toRun(request, code, sensor, graph, view), by, nowMs);
        const soonest = Math.min(...dueAtMs.values());
        const nextAtMs = soonest === Infinity ? null : Math.max(soonest, nowMs + intervalMs);
        const runs = [...ofJobs.map(summaryOf), ...requests.map(toSummary)];
        const [failure] = tick.failures;
        if (runs.length > 0) return { tick: made({ kind: "runs", runs }), nextAtMs };
        return { tick: failure === undefined ? null : made({ kind: "failure", error: failure.error.message }), nextAtMs };
      } catch (error) {
        return { tick: made(failureOf(error)), nextAtMs: nowMs + intervalMs };
      }
    },
  };
}

const momentMs = 1;

const checkName = ({ assetKey, name }: NonNullable<AssetRunRequest["checkKeys"]>[number]): string =>
  `${assetKeyToUserString(assetKey)}:${name}`;

/** What a run makes, as it is told: checks where it evaluates nothing else. */
function toSummary({ assetKeys, checkKeys, partition }: AssetRunRequest): RunSummary {
  const names = assetKeys.length === 0 ? (checkKeys ?? []).map(checkName) : assetKeys.map(assetKeyToUserString);
  return { job: assetJobName, partition: nameOfPartition(partition), assets: names };
}

const tagsOf = (sensor: SensorSnapshot): Tags => ({
  ...sensor.automation?.runTags,
  [systemTags.sensorName]: sensor.name,
  [systemTags.autoMaterialize]: "true",
  [systemTags.fromAutomationCondition]: "true",
});

function toJobRun(
  { jobName, partition }: ReturnType<typeof planJobRuns>[number],
  { location, snapshot }: LocatedCode,
  sensor: SensorSnapshot,
  graph: AutomationGraph,
  view: PartitionsView,
): NewRun {
  const job = snapshot.jobs.find(({ name }) => name === jobName)!;
  const run = prepareRun({ location, job, runConfig: {}, tags: tagsOf(sensor), ...(partition !== null && { partition }) });
  return partition === null ? run : ofPartition(run, { kind: "one", key: partition }, graph, view);
}

function toRun(
  { assetKeys, checkKeys, partition }: AssetRunRequest,
  { location, snapshot }: LocatedCode,
  sensor: SensorSnapshot,
  graph: AutomationGraph,
  view: PartitionsView,
): NewRun {
  const job = snapshot.jobs.find(({ name }) => name === assetJobName)!;
  const run = prepareRun({
    location,
    job,
    runConfig: {},
    tags: {
      ...tagsOf(sensor),
      ...(partition?.kind === "one" && { [systemTags.partition]: partition.key }),
      ...(partition?.kind === "range" && {
        [systemTags.partitionRangeStart]: partition.start,
        [systemTags.partitionRangeEnd]: partition.end,
      }),
    },
    selection: { stepKeys: null, assetKeys, ...(checkKeys !== undefined && { checkKeys }) },
  });
  return partition === null ? run : ofPartition(run, partition, graph, view);
}

/** A run with the partitions of the assets that it is to make. */
function ofPartition(run: NewRun, partition: RunPartition, graph: AutomationGraph, view: PartitionsView): NewRun {
  const keysOf = new Map<Partitions, readonly string[]>();
  const plannedAssets = (run.plannedAssets ?? []).map((planned) => {
    const partitions = graph.node(JSON.stringify(planned.assetKey))?.partitions ?? null;
    if (partitions === null) return planned;
    const keys = keysOf.get(partitions) ?? [...runSubset(partitions, partition, view).keys()];
    keysOf.set(partitions, keys);
    return { ...planned, partitions: keys };
  });
  return { ...run, plannedAssets };
}
