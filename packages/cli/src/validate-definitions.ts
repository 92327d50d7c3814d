import { isHiddenJob } from "@dagwright/model";
import type { LocationEntry } from "@dagwright/workspace";
import type { CommandContext } from "./context.ts";
import type { TargetOptions } from "./project-file.ts";
import { resolveTargets } from "./project-target.ts";
import { openLocations, placeOf } from "./projects/open-locations.ts";

/**
 * Loads each project as its server would, and says what it defines or what is wrong with it.
 *
 * @returns whether all could be loaded
 */
export async function validateDefinitions(
  options: TargetOptions & { readonly json?: boolean },
  context: CommandContext,
): Promise<boolean> {
  const targets = resolveTargets(options, context.directory, context.env).filter((target) => target.kind !== "grpc_server");
  await using opened = await openLocations(targets, context);
  const entries = opened.locations.map(({ entry }) => entry);
  if (options.json) console.log(JSON.stringify(entries.map(toReport), null, 2));
  else for (const entry of entries) print(entry);
  return entries.every(({ status }) => status === "LOADED");
}

function toReport(entry: LocationEntry): object {
  const { name, status, loadError, snapshot } = entry;
  if (loadError !== null) return { location: name, ok: false, error: loadError.error, place: placeOf(entry) };
  return { location: name, ok: status === "LOADED", ...namesIn(snapshot) };
}

function print(entry: LocationEntry): void {
  if (entry.loadError !== null) {
    const place = placeOf(entry);
    console.error(`${entry.name}: ${entry.loadError.error.message}${place === null ? "" : `\n  at ${place}`}`);
    return;
  }
  const counts = Object.entries(namesIn(entry.snapshot)).map(
    ([what, names]) => `${names.length} ${names.length === 1 ? what.slice(0, -1) : what}`,
  );
  console.log(`${entry.name}: ${counts.join(", ")}`);
}

function namesIn(snapshot: LocationEntry["snapshot"]): Record<"jobs" | "assets" | "schedules" | "sensors", readonly string[]> {
  return {
    jobs: (snapshot?.jobs ?? []).map(({ name }) => name).filter((name) => !isHiddenJob(name)),
    assets: (snapshot?.assets ?? []).map(({ key }) => key.join("/")),
    schedules: (snapshot?.schedules ?? []).map(({ name }) => name),
    sensors: (snapshot?.sensors ?? []).map(({ name }) => name),
  };
}
