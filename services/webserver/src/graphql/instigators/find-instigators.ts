import {
  type CodeLocationName,
  type InstigatorId,
  type InstigatorKind,
  instigatorIdOf,
  type ScheduleSnapshot,
  type SensorSnapshot,
} from "@dagwright/model";

import { ScheduleNotFoundError, SensorNotFoundError } from "../../errors.ts";
import type { GraphContext } from "../context.ts";
import { type LoadedLocation, loadedLocations, requireRepository } from "../workspace/find-definitions.ts";

export interface FoundSchedule extends LoadedLocation {
  readonly schedule: ScheduleSnapshot;
}
export interface FoundSensor extends LoadedLocation {
  readonly sensor: SensorSnapshot;
}

/** A schedule or sensor of a loaded location, without what sets the two apart. */
export interface FoundInstigator {
  readonly id: InstigatorId;
  readonly kind: InstigatorKind;
  readonly location: CodeLocationName;
  readonly name: string;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  /** The schedule's cron strings and time zone; null for a sensor. */
  readonly schedule: ScheduleSnapshot | null;
}

export const ofSchedule = ({ entry, schedule }: FoundSchedule): FoundInstigator => ({
  id: instigatorIdOf(entry.name, schedule.name),
  kind: "SCHEDULE",
  location: entry.name,
  name: schedule.name,
  defaultStatus: schedule.defaultStatus,
  schedule,
});

export const ofSensor = ({ entry, sensor }: FoundSensor): FoundInstigator => ({
  id: instigatorIdOf(entry.name, sensor.name),
  kind: sensor.sensorType === "AUTOMATION" ? "AUTOMATION" : "SENSOR",
  location: entry.name,
  name: sensor.name,
  defaultStatus: sensor.defaultStatus,
  schedule: null,
});

type WithWorkspace = Pick<GraphContext, "workspace">;
interface RepositoryOf {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
}

/** @throws ScheduleNotFoundError, also when its location is not loaded */
export function requireSchedule(
  selector: RepositoryOf & { readonly scheduleName: string },
  context: WithWorkspace,
): FoundSchedule {
  const location = tryRepository(selector, context);
  const schedule = location?.snapshot.schedules.find(({ name }) => name === selector.scheduleName);
  if (location === null || schedule === undefined)
    throw new ScheduleNotFoundError(selector.scheduleName, selector.repositoryLocationName);
  return { ...location, schedule };
}

/** @throws SensorNotFoundError, also when its location is not loaded */
export function requireSensor(selector: RepositoryOf & { readonly sensorName: string }, context: WithWorkspace): FoundSensor {
  const location = tryRepository(selector, context);
  const sensor = location?.snapshot.sensors.find(({ name }) => name === selector.sensorName);
  if (location === null || sensor === undefined)
    throw new SensorNotFoundError(selector.sensorName, selector.repositoryLocationName);
  return { ...location, sensor };
}

function tryRepository(selector: RepositoryOf, context: WithWorkspace): LoadedLocation | null {
  try {
    return requireRepository(selector, context);
  } catch {
    return null;
  }
}

/** Every schedule and sensor of a location. */
export const instigatorsOf = (location: LoadedLocation): FoundInstigator[] => [
  ...location.snapshot.schedules.map((schedule) => ofSchedule({ ...location, schedule })),
  ...location.snapshot.sensors.map((sensor) => ofSensor({ ...location, sensor })),
];

export const findInstigator = (id: string, context: WithWorkspace): FoundInstigator | null =>
  loadedLocations(context)
    .flatMap(instigatorsOf)
    .find((each) => each.id === id) ?? null;
