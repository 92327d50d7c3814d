import type { InstigatorStatus } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";

import { ScheduleNotFoundError, SensorNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import {
  findInstigator,
  type FoundInstigator,
  ofSchedule,
  ofSensor,
  requireSchedule,
  requireSensor,
} from "./find-instigators.ts";
import { toInstigationState } from "./instigation-state.ts";
import { toSensor } from "./to-sensor.ts";

/** Switches a schedule or sensor. A schedule is next due at its next cron time, a sensor at once. */
async function setStatus(
  found: FoundInstigator,
  status: InstigatorStatus,
  { storage, loaders, signal }: GraphContext,
): Promise<void> {
  const { id, kind, location, name, schedule, defaultStatus } = found;
  const runs = status === "RUNNING" || (status === "DECLARED_IN_CODE" && defaultStatus === "RUNNING");
  const nowMs = await storage.nowMs({ signal });
  const nextAtMs = !runs ? null : schedule === null ? nowMs : nextTimeMs(schedule, nowMs);
  const kept = await storage.instigators.setStatus({ id, kind, location, name }, status, nextAtMs, { signal });
  loaders.instigator.clear(id).prime(id, kept);
}

async function switchSchedule(
  found: FoundInstigator,
  status: InstigatorStatus,
  context: GraphContext,
): Promise<gql.ScheduleStateResult> {
  await setStatus(found, status, context);
  return { __typename: "ScheduleStateResult", scheduleState: toInstigationState(found) };
}

type ScheduleArgs = { readonly scheduleSelector: gql.ScheduleSelector };
type SensorArgs = { readonly sensorSelector: gql.SensorSelector };

/** Clients name what to stop by any of three ids, which are one here. */
function byAnyId(
  ids: readonly (string | null | undefined)[],
  context: GraphContext,
): { readonly id: string; readonly found: FoundInstigator | null } {
  const id = ids.find((each) => each !== null && each !== undefined && each !== "") ?? "";
  return { id, found: findInstigator(id, context) };
}

export const instigatorMutations = {
  startSchedule: oneOf("ScheduleMutationResult", (_root, { scheduleSelector }: ScheduleArgs, context) => {
    return switchSchedule(ofSchedule(requireSchedule(scheduleSelector, context)), "RUNNING", context);
  }),
  stopRunningSchedule: oneOf(
    "ScheduleMutationResult",
    (
      _root,
      args: {
        readonly id?: string | null | undefined;
        readonly scheduleOriginId?: string | null | undefined;
        readonly scheduleSelectorId?: string | null | undefined;
      },
      context,
    ) => {
      const { id, found } = byAnyId([args.id, args.scheduleOriginId, args.scheduleSelectorId], context);
      if (found?.kind !== "SCHEDULE") throw new ScheduleNotFoundError(id, "(any)");
      return switchSchedule(found, "STOPPED", context);
    },
  ),
  resetSchedule: oneOf("ScheduleMutationResult", (_root, { scheduleSelector }: ScheduleArgs, context) => {
    return switchSchedule(ofSchedule(requireSchedule(scheduleSelector, context)), "DECLARED_IN_CODE", context);
  }),
  startSensor: oneOf("SensorOrError", async (_root, { sensorSelector }: SensorArgs, context) => {
    const found = requireSensor(sensorSelector, context);
    await setStatus(ofSensor(found), "RUNNING", context);
    return toSensor(found);
  }),
  resetSensor: oneOf("SensorOrError", async (_root, { sensorSelector }: SensorArgs, context) => {
    const found = requireSensor(sensorSelector, context);
    await setStatus(ofSensor(found), "DECLARED_IN_CODE", context);
    return toSensor(found);
  }),
  stopSensor: oneOf(
    "StopSensorMutationResultOrError",
    async (
      _root,
      args: {
        readonly id?: string | null | undefined;
        readonly jobOriginId?: string | null | undefined;
        readonly jobSelectorId?: string | null | undefined;
      },
      context,
    ) => {
      const { id, found } = byAnyId([args.id, args.jobOriginId, args.jobSelectorId], context);
      if (found === null || found === undefined || found.kind === "SCHEDULE") throw new SensorNotFoundError(id, "(any)");
      await setStatus(found, "STOPPED", context);
      return { __typename: "StopSensorMutationResult", instigationState: toInstigationState(found) };
    },
  ),
  setSensorCursor: oneOf(
    "SensorOrError",
    async (_root, { sensorSelector, cursor }: SensorArgs & { readonly cursor?: string | null | undefined }, context) => {
      const found = requireSensor(sensorSelector, context);
      const instigator = ofSensor(found);
      const { storage, loaders, signal } = context;
      // A sensor that no daemon has seen yet has no row to keep a cursor in.
      if ((await loaders.instigator.load(instigator.id)) === null) await setStatus(instigator, "DECLARED_IN_CODE", context);
      await storage.instigators.setCursor(instigator.id, cursor ?? null, { signal });
      loaders.instigator.clear(instigator.id);
      return toSensor(found);
    },
  ),
} satisfies Partial<gql.Mutation>;
