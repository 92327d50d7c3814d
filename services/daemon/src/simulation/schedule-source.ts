import { type JobSnapshot, type ScheduleSnapshot, systemTags } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import type { NewRun } from "@dagwright/storage";
import { prepareRun, scheduleRequests } from "@dagwright/workspace";
import { dueTime } from "../decisions/due-time.ts";
import { askedRuns, failureOf } from "./asked-runs.ts";
import { type AskableCode, type LocatedCode } from "./located-code.ts";
import { summaryOf } from "./simulated-run.ts";
import type { SimulatedWorld } from "./simulated-world.ts";
import type { MadeTick, SimulatedOutcome, TickSource } from "./tick-source.ts";

export interface ScheduleSourceOptions {
  /** Most missed ticks that a schedule of partitions catches up with. Default 5. */
  readonly maxCatchupRuns?: number;
  /** Where its runs go. Default: nowhere. */
  readonly world?: SimulatedWorld;
  /** Asked for what the schedule's function says. Default: a function is not called, and stands for one run. */
  readonly code?: AskableCode;
}

/** A schedule's ticks, decided as the daemon decides them. */
export function scheduleSource(
  place: LocatedCode,
  schedule: ScheduleSnapshot,
  { maxCatchupRuns = 5, world, code = null }: ScheduleSourceOptions = {},
): TickSource {
  const { location, snapshot } = place;
  const { name, jobName, request, tags } = schedule;
  const by = { kind: "SCHEDULE", name } as const;
  const job = snapshot.jobs.find((one) => one.name === jobName);
  const partitions = job?.partitions ?? null;
  const catchUp = { isCatchingUp: request?.kind === "partitions", maxCatchupRuns };
  /** Of a schedule all of whose ticks ask for the same run: that one. */
  let same: NewRun | undefined;

  function runFor(partition: string | null): NewRun | null {
    if (job === undefined) return null;
    if (same !== undefined) return same;
    const ownTags = { ...tags, [systemTags.scheduleName]: name };
    const run = prepareRun({ location, job, runConfig: {}, tags: ownTags, ...(partition !== null && { partition }) });
    if (partition === null) same = run;
    return partition === null ? run : withPartition(run, job, partition);
  }

  function outcomeWithoutCode(scheduledAtMs: number, nowMs: number): SimulatedOutcome {
    if (request === undefined) {
      const run = partitions === null ? runFor(null) : null;
      if (run !== null) world?.submit(run, by, nowMs);
      return { kind: "function", job: jobName };
    }
    const view = world?.view(scheduledAtMs) ?? { nowMs: scheduledAtMs, dynamicKeys: () => [] };
    const { runRequests, skipReason } = scheduleRequests(schedule, partitions, view);
    if (runRequests.length === 0) return { kind: "skip", reason: skipReason ?? "" };
    if (world !== undefined)
      for (const { partition } of runRequests) {
        const run = runFor(partition);
        if (run !== null) world.submit(run, by, nowMs);
      }
    return { kind: "runs", runs: runRequests.map(({ partition }) => ({ job: jobName, partition })) };
  }

  async function outcomeOfCode(
    client: NonNullable<AskableCode>,
    scheduledAtMs: number,
    nowMs: number,
  ): Promise<SimulatedOutcome> {
    try {
      const result = await client.evaluateSchedule({ name, context: { scheduledAtMs } });
      const requester = {
        kind: "SCHEDULE",
        name,
        location,
        jobNames: [jobName],
        tags: { [systemTags.scheduleName]: name },
        snapshot,
        client,
      } as const;
      const runs = await askedRuns(result, requester, { scheduledAtMs, nowMs }, world);
      for (const { run } of runs) world?.submit(run, by, nowMs);
      if (runs.length === 0) return { kind: "skip", reason: result.skipReason ?? "its function asked for nothing" };
      return { kind: "runs", runs: runs.map(({ run }) => summaryOf(run)) };
    } catch (error) {
      return failureOf(error);
    }
  }

  return {
    firstAtMs: (fromMs) => nextTimeMs(schedule, fromMs - 1),
    tickAt(dueAtMs, nowMs) {
      const { scheduledAtMs, nextAtMs } = dueTime(schedule, { dueAtMs, nowMs }, catchUp);
      const made = (outcome: SimulatedOutcome): MadeTick => ({
        tick: { ...by, location, scheduledAtMs, atMs: nowMs, outcome },
        nextAtMs,
      });
      return request === undefined && code !== null
        ? outcomeOfCode(code, scheduledAtMs, nowMs).then(made)
        : made(outcomeWithoutCode(scheduledAtMs, nowMs));
    },
  };
}

/** A run for one partition of its job, all of whose assets have it. */
const withPartition = (run: NewRun, job: JobSnapshot, partition: string): NewRun =>
  job.partitions === undefined
    ? run
    : { ...run, plannedAssets: (run.plannedAssets ?? []).map((planned) => ({ ...planned, partitions: [partition] })) };
