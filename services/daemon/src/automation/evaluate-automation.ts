import { createHash } from "node:crypto";
import {
  dynamicPartitionsOf,
  type EntityEvaluation,
  type EntityId,
  entityIdOf,
  type EntityState,
  evaluateTick,
  explain,
  explainFailure,
  Fact,
  isDefinedAnew,
  sizeOf,
  subsetToJson,
} from "@dagwright/automation";
import {
  type JsonObject,
  type RunRequest,
  type SerializedError,
  type SensorSnapshot,
  systemTags,
  type Tags,
} from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import type { AutomationTick, InstigatorClaim, Storage, TickRun } from "@dagwright/storage";
import { AssetRunPlanner, type LocationEntry, type PartitionStatusCache, type Workspace } from "@dagwright/workspace";
import type { DynamicKeysCache } from "./dynamic-keys-cache.ts";
import { planAutomationRuns, planJobRuns } from "../decisions/plan-automation-runs.ts";
import { readActiveBackfills } from "./active-backfills.ts";
import { automationTargets } from "./automation-targets.ts";
import { type AutomationCursor, formatCursor, parseCursor } from "./automation-cursor.ts";
import type { GraphCache } from "./graph-cache.ts";
import { evaluateLeftBehind } from "./left-behind.ts";
import { readNews } from "./read-news.ts";
import { StoredFacts } from "./stored-facts.ts";

export interface AutomationEvaluator {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly graphs: GraphCache;
  readonly partitionStatuses: PartitionStatusCache;
  readonly dynamicKeys: DynamicKeysCache;
  /** Tags of every run that automation asks for. */
  readonly runTags: Tags;
}

/** What the tick of an automation condition sensor came to. */
export interface EvaluatedAutomation {
  readonly automation: AutomationTick;
  readonly runs: readonly TickRun[];
  /** Runs of jobs whose conditions hold; they come before {@link runs} in the tick. */
  readonly jobRequests: readonly RunRequest[];
  readonly cursor: string;
  readonly skipReason: string | null;
  /** Of conditions that could not be evaluated, as one error; the others have been, and what they ask for happens all the same. */
  readonly failure: SerializedError | null;
  /** When it is due again although nothing happens; null: never. */
  readonly nextAtMs: number | null;
}

/** So many whose time has come are evaluated in one tick at most. */
const mostDue = 20_000;
const statesPage = 5_000;

/**
 * Evaluates an automation condition sensor: looks at what has happened since its tick before, and at what a time has come for, and at nothing
 * else. Writes nothing.
 */
export async function evaluateAutomation(
  { storage, workspace, graphs, partitionStatuses, dynamicKeys, runTags }: AutomationEvaluator,
  { entry, sensor, claim }: { readonly entry: LocationEntry; readonly sensor: SensorSnapshot; readonly claim: InstigatorClaim },
  signal: AbortSignal,
): Promise<EvaluatedAutomation> {
  const { id } = claim.instigator;
  const before = parseCursor(claim.instigator.cursor);
  const { graph, code } = graphs.get(entry, workspace);
  // From here on, before anything is read: what comes meanwhile is news for the next tick.
  const stream = before?.stream ?? (await storage.events.streamEnd({ signal }));
  const [news, due, evaluationId] = await Promise.all([
    readNews(stream, { storage, workspace, graph, signal }),
    storage.automation.due(id, mostDue, { signal }),
    storage.automation.nextEvaluationId({ signal }),
  ]);
  const targets = automationTargets(graph, sensor);
  const dynamicUsers = dynamicPartitionsOf(graph);
  const keys = new Map(
    await Promise.all(
      Array.from(dynamicUsers.keys(), async (name) => [name, await dynamicKeys.current(name, { signal })] as const),
    ),
  );
  const view: PartitionsView = { nowMs: await storage.nowMs({ signal }), dynamicKeys: (name) => keys.get(name)?.keys ?? [] };
  const { changes } = news;
  const add = (entity: EntityId, bits: number): void => void changes.set(entity, (changes.get(entity) ?? 0) | bits);
  for (const { entity, state } of due) if (isRequest(state["requested"])) add(entity, Fact.requested);
  const dynamicPartitions: Record<string, string> = {};
  for (const [name, users] of dynamicUsers) {
    dynamicPartitions[name] = keys.get(name)!.version;
    if (before?.dynamicPartitions[name] !== dynamicPartitions[name]) for (const entity of users) add(entity, Fact.partitions);
  }
  const active = await readActiveBackfills(storage, graph, view, signal);
  const backfills = Object.fromEntries([...active].map(([entity, rest]) => [entity, fingerprint(subsetToJson(rest))]));
  for (const entity of new Set([...Object.keys(backfills), ...Object.keys(before?.backfills ?? {})]))
    if (backfills[entity] !== before?.backfills[entity]) add(entity, Fact.backfill);
  const anew =
    before?.code === code ? { changed: [], forgotten: [] } : await changedByCode(targets, graph, storage, claim, signal);

  const sources = {
    storage,
    workspace,
    client: entry.client!,
    sensorName: sensor.name,
    instigatorId: id,
    graph,
    view,
    partitionStatuses,
    backfills: active,
    signal,
  };
  const behind = (before?.behind ?? []).map((group) => ({
    ...group,
    entities: group.entities.filter((entity) => targets.has(entity) && graph.node(entity)?.condition != null),
  }));
  const isBehindAll = new Set(behind.flatMap(({ entities }) => entities));
  const main = await evaluateTick({
    graph,
    facts: new StoredFacts({ ...sources, updates: news.updates }),
    view,
    evaluationId,
    targets: new Set([...targets].filter((entity) => !isBehindAll.has(entity))),
    changes,
    due: [...due.map(({ entity }) => entity), ...anew.changed],
  });
  const late = await evaluateLeftBehind(behind, { ...sources, evaluationId, requested: main.requested, until: news.cursor });
  const tick = { evaluations: [...main.evaluations, ...late.evaluations], requested: late.requested };
  const failures = [...main.failures, ...late.failures];
  const leftBehind = [
    ...late.behind,
    ...(main.failures.length === 0 ? [] : [{ stream, entities: main.failures.map(({ node }) => node.id) }]),
  ];

  const planned = planAutomationRuns(graph, tick.requested, entry.name, view);
  const ofJobs = planJobRuns(graph, tick.requested);
  const ownTags = {
    ...runTags,
    ...sensor.automation?.runTags,
    [systemTags.autoMaterialize]: "true",
    [systemTags.fromAutomationCondition]: "true",
    [systemTags.assetEvaluationId]: evaluationId,
  };
  const planner = new AssetRunPlanner({
    entry: { name: entry.name, snapshotId: entry.snapshotId, snapshot: entry.snapshot!, client: entry.client! },
    runConfig: {},
    tags: { ...ownTags, [systemTags.sensorName]: sensor.name },
    view,
  });
  const runs = await Promise.all(
    planned.map(async (request) => ({ run: await planner.plan(request, { signal }), runKey: null })),
  );
  const runsOf = new Map<EntityId, number[]>();
  const isRunOf = (entity: EntityId, place: number): void => {
    const places = runsOf.get(entity);
    if (places === undefined) runsOf.set(entity, [place]);
    else places.push(place);
  };
  for (const [place, { jobName }] of ofJobs.entries()) isRunOf(entityIdOf({ jobName }), place);
  for (const [place, { assetKeys, checkKeys = [] }] of planned.entries())
    for (const key of [...assetKeys, ...checkKeys]) isRunOf(entityIdOf(key), ofJobs.length + place);

  const states = tick.evaluations.map((evaluation) => ({
    entity: evaluation.node.id,
    state: evaluation.state as unknown as JsonObject,
    dueAtMs: evaluation.nextAtMs === "next" ? view.nowMs : evaluation.nextAtMs,
  }));
  const isUnsettled =
    news.hasMore || due.length >= mostDue || tick.evaluations.some(({ nextAtMs }) => nextAtMs === "next") || late.hasMore;
  const cursor: AutomationCursor = {
    stream: news.cursor,
    code,
    atMs: claim.nowMs,
    dynamicPartitions,
    backfills,
    ...(leftBehind.length > 0 && { behind: leftBehind }),
  };
  return {
    automation: {
      evaluationId,
      states,
      forgotten: anew.forgotten,
      evaluations: [
        ...tick.evaluations.filter(({ isNews }) => isNews).map((one) => toRecord(one, runsOf.get(one.node.id) ?? [])),
        // Told when it begins, and not again at each attempt.
        ...main.failures.map(({ node, error }) => ({
          entity: node.id,
          requestedCount: 0,
          explanation: explainFailure(node, error.message, view) as unknown as JsonObject,
          runs: [],
        })),
      ],
    },
    runs,
    jobRequests: ofJobs.map(({ jobName, partition }) => ({
      jobName,
      partition,
      runKey: null,
      runConfig: {},
      tags: ownTags,
      assetKeys: null,
    })),
    cursor: formatCursor(cursor),
    skipReason:
      runs.length + ofJobs.length > 0
        ? null
        : `${tick.evaluations.length} of ${targets.size} conditions were evaluated, and none requested anything`,
    failure: failureOf(failures),
    nextAtMs: isUnsettled
      ? claim.nowMs + sensor.minimumIntervalSeconds * 1000
      : earliest([
          failures.length > 0 ? claim.nowMs + Math.max(sensor.minimumIntervalSeconds * 1000, failedAgainMs) : null,
          ...states.map(({ dueAtMs }) => dueAtMs),
          await storage.automation.nextDueAtMs(id, view.nowMs, { signal }),
        ]),
  };
}

/** When functions that threw are asked again although nothing happens. */
const failedAgainMs = 30_000;

/** One error for all of them. */
function failureOf(failures: readonly { readonly error: SerializedError }[]): SerializedError | null {
  const [first] = failures;
  if (first === undefined) return null;
  const count = failures.length === 1 ? "One condition" : `${failures.length} conditions`;
  return {
    ...first.error,
    message: `${count} could not be evaluated, and will be tried again with all that is news to them by then; the others were evaluated. ${failures.length === 1 ? "" : "The first of them: "}${first.error.message}`,
  };
}

const toRecord = (
  { node, requested, result }: EntityEvaluation,
  runs: readonly number[],
): AutomationTick["evaluations"][number] => ({
  entity: node.id,
  requestedCount: sizeOf(requested),
  explanation: explain(result) as unknown as JsonObject,
  runs,
});

/** Those whose conditions, code versions or partitions are not those that they were evaluated with. Reads every state: code seldom changes. */
async function changedByCode(
  targets: ReadonlySet<EntityId>,
  graph: ReturnType<GraphCache["get"]>["graph"],
  storage: Storage,
  claim: InstigatorClaim,
  signal: AbortSignal,
): Promise<{ readonly changed: readonly EntityId[]; readonly forgotten: readonly EntityId[] }> {
  const known = new Map<EntityId, EntityState>();
  for (let after = ""; ;) {
    const page = await storage.automation.allStates(claim.instigator.id, { after, limit: statesPage }, { signal });
    for (const { entity, state } of page) known.set(entity, state as unknown as EntityState);
    if (page.length < statesPage) break;
    after = page.at(-1)!.entity;
  }
  const changed = [...targets].filter((entity) => {
    const state = known.get(entity);
    return state === undefined || isDefinedAnew(graph.get(entity), state);
  });
  return { changed, forgotten: [...known.keys()].filter((entity) => !targets.has(entity)) };
}

/** Whether a state's request asked for anything. */
const isRequest = (requested: unknown): boolean =>
  requested === true ||
  (typeof requested === "object" && requested !== null && "runs" in requested && (requested.runs as unknown[]).length > 0);

const fingerprint = (value: unknown): string => createHash("sha1").update(JSON.stringify(value)).digest("base64url");

const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
};
