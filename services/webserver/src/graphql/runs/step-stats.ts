import type { RunId, StoredEntry } from "@dagwright/model";
import type { StepStats } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { toRunEvent } from "../events/to-run-event.ts";
import type { GraphContext } from "../context.ts";

/**
 * What the steps of a run have come to, in the order in which they began. Of the entries that tell of attempts and spans, which whoever draws a run asks
 * for besides: so they are read once, in place of one statement after the other.
 */
export async function toRunStepStats(runId: RunId, { loaders }: GraphContext): Promise<gql.RunStepStats[]> {
  const marks = Map.groupBy(await loaders.stepMarks.load(runId), ({ stepKey }) => stepKey);
  const stats = [...marks].flatMap(([stepKey, entries]) => (stepKey === null ? [] : (statsOf(runId, stepKey, entries) ?? [])));
  return stats.sort((a, b) => (a.startedAtMs ?? Infinity) - (b.startedAtMs ?? Infinity)).map(toStats);
}

const outcomes: ReadonlyMap<string, StepStats["status"]> = new Map([
  ["STEP_START", "IN_PROGRESS"],
  ["STEP_RESTARTED", "IN_PROGRESS"],
  ["STEP_UP_FOR_RETRY", "IN_PROGRESS"],
  ["STEP_SUCCESS", "SUCCESS"],
  ["STEP_FAILURE", "FAILURE"],
  ["STEP_SKIPPED", "SKIPPED"],
]);

/** As storage's own statement has it for runs without their entries: the newest outcome counts. Null for a step that has none. */
function statsOf(runId: RunId, stepKey: string, entries: readonly StoredEntry[]): StepStats | null {
  const steps = entries.filter(({ type }) => outcomes.has(type));
  const [newest, started] = [steps.at(-1), steps.find(({ type }) => type === "STEP_START")];
  if (newest === undefined) return null;
  const status = outcomes.get(newest.type) ?? "IN_PROGRESS";
  return {
    runId,
    stepKey,
    status,
    startedAtMs: started?.atMs ?? null,
    endedAtMs: status === "IN_PROGRESS" ? null : newest.atMs,
    attempts: steps.filter(({ type }) => type === "STEP_START" || type === "STEP_RESTARTED").length,
  };
}

/** One step's, as a field of an event of that step. Before the step has begun there is only its name. */
export const toStepStats =
  (runId: RunId | null, stepKey: string | null) =>
  async (_: object, { loaders }: GraphContext): Promise<gql.RunStepStats> => {
    const stats = runId === null ? [] : await loaders.stepStats.load(runId);
    const found = stats.find((each) => each.stepKey === stepKey);
    if (found !== undefined) return toStats(found);
    return {
      __typename: "RunStepStats",
      runId: runId ?? "",
      stepKey: stepKey ?? "",
      status: null,
      startTime: null,
      endTime: null,
      materializations: [],
      expectationResults: [],
      attempts: [],
      markers: [],
    };
  };

const toStats = ({ runId, stepKey, status, startedAtMs, endedAtMs }: StepStats): gql.RunStepStats => ({
  __typename: "RunStepStats",
  runId,
  stepKey,
  status,
  startTime: toSeconds(startedAtMs),
  endTime: toSeconds(endedAtMs),
  materializations: async (_, { loaders }) =>
    (await loaders.materializations.load(runId)).filter((entry) => entry.stepKey === stepKey).map(toMaterialization),
  expectationResults: [],
  attempts: async (_, { loaders }) =>
    attemptsOf((await loaders.stepMarks.load(runId)).filter((entry) => entry.stepKey === stepKey)),
  markers: async (_, { loaders }) =>
    markersOf((await loaders.stepMarks.load(runId)).filter((entry) => entry.stepKey === stepKey)),
});

export function toMaterialization(entry: StoredEntry): gql.MaterializationEvent {
  const event = toRunEvent(entry);
  if (event.__typename !== "MaterializationEvent") throw new TypeError(`Expected a materialization, got ${event.__typename}`);
  return event;
}

export const toSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

/** Each try of a step: from its start or restart to its retry or end. */
export function attemptsOf(entries: readonly StoredEntry[]): gql.RunMarker[] {
  const attempts: { startTime: number | null; endTime: number | null }[] = [];
  for (const entry of entries) {
    switch (entry.type) {
      case "STEP_START":
      case "STEP_RESTARTED":
        attempts.push({ startTime: entry.atMs / 1000, endTime: null });
        break;
      case "STEP_UP_FOR_RETRY":
      case "STEP_SUCCESS":
      case "STEP_FAILURE": {
        const open = attempts.at(-1);
        if (open !== undefined && open.endTime === null) open.endTime = entry.atMs / 1000;
        break;
      }
      default:
        break;
    }
  }
  return attempts;
}

/** The spans of engine work that markers bound: each name's start with its next end. */
export function markersOf(entries: readonly StoredEntry[]): gql.RunMarker[] {
  const spans: { name: string; startTime: number | null; endTime: number | null }[] = [];
  for (const entry of entries) {
    const event = toRunEvent(entry);
    if (!("markerStart" in event)) continue;
    const { markerStart, markerEnd } = event;
    if (typeof markerEnd === "string") {
      const open = spans.findLast(({ name, endTime }) => name === markerEnd && endTime === null);
      if (open === undefined) spans.push({ name: markerEnd, startTime: null, endTime: entry.atMs / 1000 });
      else open.endTime = entry.atMs / 1000;
    }
    if (typeof markerStart === "string") spans.push({ name: markerStart, startTime: entry.atMs / 1000, endTime: null });
  }
  return spans.map(({ startTime, endTime }) => ({ startTime, endTime }));
}
