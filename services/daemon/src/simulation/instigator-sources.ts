import type { CodeLocationName, LocationSnapshot, ScheduleSnapshot, SensorSnapshot } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import { scheduleRequests } from "@dagwright/workspace";
import { dueTime } from "../decisions/due-time.ts";
import type { SimulatedOutcome, TickSource } from "./simulate-ticks.ts";

interface Place {
  readonly location: CodeLocationName;
  readonly snapshot: LocationSnapshot;
}

/** A schedule's ticks, decided as the daemon decides them. Dynamic partitions have no keys. */
export function scheduleSource(
  { location, snapshot }: Place,
  schedule: ScheduleSnapshot,
  { maxCatchupRuns = 5 }: { readonly maxCatchupRuns?: number } = {},
): TickSource {
  const { name, jobName, request } = schedule;
  const partitions = snapshot.jobs.find((job) => job.name === jobName)?.partitions ?? null;
  const outcomeAt = (scheduledAtMs: number): SimulatedOutcome => {
    if (request === undefined) return { kind: "function", job: jobName };
    const { runRequests, skipReason } = scheduleRequests(schedule, partitions, { nowMs: scheduledAtMs, dynamicKeys: () => [] });
    if (runRequests.length === 0) return { kind: "skip", reason: skipReason ?? "" };
    return { kind: "runs", runs: runRequests.map(({ partition }) => ({ job: jobName, partition })) };
  };
  const catchUp = { isCatchingUp: request?.kind === "partitions", maxCatchupRuns };
  return {
    firstAtMs: (fromMs) => nextTimeMs(schedule, fromMs - 1),
    tickAt(dueAtMs, nowMs) {
      const { scheduledAtMs, nextAtMs } = dueTime(schedule, { dueAtMs, nowMs }, catchUp);
      const outcome = outcomeAt(scheduledAtMs);
      return { tick: { kind: "SCHEDULE", location, name, scheduledAtMs, atMs: nowMs, outcome }, nextAtMs };
    },
  };
}

/**
 * A sensor's evaluations, at its interval. What its function would say nobody knows: each evaluation starts a run with a chance, and the others
 * are not told.
 *
 * @param chance - of a run, from 0 to 1
 */
export function sensorSource({ location }: Pick<Place, "location">, sensor: SensorSnapshot, chance: number): TickSource {
  const { name, jobNames, minimumIntervalSeconds } = sensor;
  const runs = jobNames.slice(0, 1).map((job) => ({ job, partition: null }));
  return {
    firstAtMs: (fromMs) => fromMs,
    tickAt(dueAtMs, nowMs, random) {
      const nextAtMs = nowMs + minimumIntervalSeconds * 1_000;
      if (random() >= chance) return { tick: null, nextAtMs };
      const outcome = { kind: "runs", runs } as const;
      return { tick: { kind: "SENSOR", location, name, scheduledAtMs: dueAtMs, atMs: nowMs, outcome }, nextAtMs };
    },
  };
}
