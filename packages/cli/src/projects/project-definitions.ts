import { type Instigator, type InstigatorId, instigatorIdOf, codeLocationName } from "@dagwright/model";
import type { CommandContext } from "../context.ts";
import { openExistingInstance } from "../instance/open-for-command.ts";
import type { TargetOptions } from "../project-file.ts";
import { resolveTargets } from "../project-target.ts";
import { reportFailure } from "../report-failure.ts";
import {
  type AssetReport,
  type JobReport,
  type ScheduleReport,
  type SensorReport,
  toAssetReport,
  toJobReport,
  toScheduleReport,
  toSensorReport,
  visibleJobs,
} from "./definition-reports.ts";
import { type LoadedLocation, loadedLocations, openLocations } from "./open-locations.ts";

/**
 * Loads the project and hands its locations to a question; its code is let go of afterwards. A location that cannot be loaded is told, and
 * makes the command fail when the others have been answered for.
 *
 * @throws DefinitionsNotLoadedError when none could be loaded
 */
export async function ofProject<Answer>(
  options: TargetOptions,
  context: CommandContext,
  ask: (locations: readonly LoadedLocation[]) => Answer | Promise<Answer>,
): Promise<Answer> {
  await using opened = await openLocations(resolveTargets(options, context.directory, context.env), context);
  const loaded = loadedLocations(opened.locations, (error) => {
    process.exitCode = reportFailure(error, false);
  });
  return await ask(loaded);
}

export const projectJobs = (options: TargetOptions, context: CommandContext): Promise<readonly JobReport[]> =>
  ofProject(options, context, (locations) =>
    locations.flatMap(({ entry, snapshot }) => visibleJobs(snapshot.jobs).map((job) => toJobReport(entry.name, job))),
  );

export const projectAssets = (options: TargetOptions, context: CommandContext): Promise<readonly AssetReport[]> =>
  ofProject(options, context, (locations) =>
    locations.flatMap(({ entry, snapshot }) => snapshot.assets.map((asset) => toAssetReport(entry.name, asset))),
  );

/** With what the instance keeps of them, when there is one. */
export const projectSchedules = (options: TargetOptions, context: CommandContext): Promise<readonly ScheduleReport[]> =>
  ofProject(options, context, async (locations) => {
    const kept = await keptInstigators(locations, "schedules", context);
    return locations.flatMap(({ entry, snapshot }) =>
      snapshot.schedules.map((each) => toScheduleReport(entry.name, each, kept(entry.name, each.name))),
    );
  });

export const projectSensors = (options: TargetOptions, context: CommandContext): Promise<readonly SensorReport[]> =>
  ofProject(options, context, async (locations) => {
    const kept = await keptInstigators(locations, "sensors", context);
    return locations.flatMap(({ entry, snapshot }) =>
      snapshot.sensors.map((each) => toSensorReport(entry.name, each, kept(entry.name, each.name))),
    );
  });

/** What the instance keeps of the project's schedules or sensors, when there is one. */
export async function keptInstigators(
  locations: readonly LoadedLocation[],
  kind: "schedules" | "sensors",
  context: CommandContext,
): Promise<(location: string, name: string) => Instigator | null> {
  const ids = locations.flatMap(({ entry, snapshot }) => snapshot[kind].map(({ name }) => instigatorIdOf(entry.name, name)));
  if (ids.length === 0) return () => null;
  await using instance = await openExistingInstance(context);
  const kept = instance === null ? [] : await instance.storage.instigators.getMany(ids);
  const byId = new Map<InstigatorId, Instigator>(kept.map((each) => [each.id, each]));
  return (location, name) => byId.get(instigatorIdOf(codeLocationName(location), name)) ?? null;
}
