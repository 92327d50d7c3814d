import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { loadedLocations, requireRepository } from "../workspace/find-definitions.ts";
import { repositoryId } from "../workspace/repository-origin.ts";
import {
  findInstigator,
  type FoundInstigator,
  instigatorsOf,
  ofSchedule,
  ofSensor,
  requireSchedule,
  requireSensor,
} from "./find-instigators.ts";
import { statusOf, toInstigationState } from "./instigation-state.ts";
import { toSchedule } from "./to-schedule.ts";
import { toSensor } from "./to-sensor.ts";

/** Those with the wanted status; all when none is wanted. */
async function withStatus<Found>(
  all: readonly Found[],
  instigator: (found: Found) => FoundInstigator,
  wanted: gql.InstigationStatus | null | undefined,
  { loaders }: GraphContext,
): Promise<Found[]> {
  if (wanted === null || wanted === undefined) return [...all];
  const kept = await Promise.all(
    all.map(async (each) => statusOf(instigator(each), await loaders.instigator.load(instigator(each).id))),
  );
  return all.filter((_, index) => kept[index] === wanted);
}

export const instigatorQueries = {
  scheduleOrError: oneOf("ScheduleOrError", (_root, { scheduleSelector }, context) =>
    toSchedule(requireSchedule(scheduleSelector, context)),
  ),
  schedulesOrError: oneOf("SchedulesOrError", async (_root, { repositorySelector, scheduleStatus }, context) => {
    const location = requireRepository(repositorySelector, context);
    const all = location.snapshot.schedules.map((schedule) => ({ ...location, schedule }));
    return { __typename: "Schedules", results: (await withStatus(all, ofSchedule, scheduleStatus, context)).map(toSchedule) };
  }),
  sensorOrError: oneOf("SensorOrError", (_root, { sensorSelector }, context) => toSensor(requireSensor(sensorSelector, context))),
  sensorsOrError: oneOf("SensorsOrError", async (_root, { repositorySelector, sensorStatus }, context) => {
    const location = requireRepository(repositorySelector, context);
    const all = location.snapshot.sensors.map((sensor) => ({ ...location, sensor }));
    return { __typename: "Sensors", results: (await withStatus(all, ofSensor, sensorStatus, context)).map(toSensor) };
  }),
  instigationStateOrError: oneOf("InstigationStateOrError", (_root, { instigationSelector, id }, context) => {
    const { name, repositoryLocationName } = instigationSelector;
    const found =
      id === null || id === undefined || id === ""
        ? loadedLocations(context)
            .filter(({ entry }) => entry.name === repositoryLocationName)
            .flatMap(instigatorsOf)
            .find((each) => each.name === name)
        : findInstigator(id, context);
    if (found !== null && found !== undefined) return toInstigationState(found);
    const message = `Code location "${repositoryLocationName}" has no schedule or sensor "${name}"`;
    return { __typename: "InstigationStateNotFoundError", message, name };
  }),
  instigationStatesOrError: oneOf("InstigationStatesOrError", (_root, { repositoryID }, context) => {
    const locations = loadedLocations(context).filter(({ entry }) => repositoryId(entry.name) === repositoryID);
    return { __typename: "InstigationStates", results: locations.flatMap(instigatorsOf).map(toInstigationState) };
  }),
} satisfies Partial<gql.Query>;
