import type { EvaluationResult, LocationSnapshot, PartitionsSnapshot, ScheduleSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { Storage, StoreOptions } from "@dagwright/storage";
import { partitionsView } from "../run-partitions.ts";
import { scheduleRequests } from "./schedule-requests.ts";

/** What is needed to evaluate a tick of a schedule. */
export interface ScheduleTickSources {
  readonly location: LocationSnapshot;
  /** Asked for what only the code knows. */
  readonly client: Pick<CodeLocationClient, "evaluateSchedule">;
  readonly storage: Pick<Storage, "dynamicPartitions">;
}

/**
 * What a schedule asks for at a tick, and nothing more: no run is written. The code is asked where the schedule has a function; what other
 * schedules ask for is in their snapshot.
 *
 * @throws UserCodeError, EvaluationTimeoutError, CodeLocationUnreachableError
 */
export async function evaluateScheduleTick(
  schedule: ScheduleSnapshot,
  scheduledAtMs: number,
  { location, client, storage }: ScheduleTickSources,
  options: StoreOptions = {},
): Promise<EvaluationResult> {
  const { name, request, jobName } = schedule;
  if (request === undefined) return client.evaluateSchedule({ name, context: { scheduledAtMs } }, options);
  const partitions = location.jobs.find((job) => job.name === jobName)?.partitions ?? null;
  const isPartitioned = request.kind === "partitions" && partitions !== null;
  const dynamicKeys = isPartitioned ? await dynamicKeysOf(partitions, storage, options) : () => [];
  const { runRequests, skipReason } = scheduleRequests(schedule, partitions, { nowMs: scheduledAtMs, dynamicKeys });
  const config = request.isChecked ? { ok: true as const, runConfig: request.runConfig, tags: {} } : null;
  return { runRequests, skipReason, configs: runRequests.map(() => config), logs: [] };
}

/** The keys of the dynamic dimensions of some partitions, as they are now. */
async function dynamicKeysOf(
  partitions: PartitionsSnapshot,
  storage: Pick<Storage, "dynamicPartitions">,
  options: StoreOptions,
): Promise<(name: string) => readonly string[]> {
  const now = { dynamicPartitions: storage.dynamicPartitions, nowMs: () => Promise.resolve(0) };
  return (await partitionsView([partitions], now, options)).dynamicKeys;
}
