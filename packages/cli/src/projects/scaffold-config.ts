import { scaffoldRunConfig } from "@dagwright/model";
import { stringify } from "yaml";
import type { CommandContext } from "../context.ts";
import type { TargetOptions } from "../project-file.ts";
import { resolveTargets } from "../project-target.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { visibleJobs } from "./definition-reports.ts";
import { findDefinition } from "./find-definition.ts";
import { loadedLocations, openLocations } from "./open-locations.ts";

export interface ScaffoldConfigOptions extends TargetOptions {
  readonly json?: boolean;
  readonly location?: string;
  readonly printOnlyRequired: boolean;
}

/** `job scaffold-config`: the run config of a job of the project here, to be filled in. */
export async function scaffoldConfig(name: string, options: ScaffoldConfigOptions, context: CommandContext): Promise<void> {
  const terminal = processTerminal();
  await using opened = await openLocations(resolveTargets(options, context.directory, context.env), context);
  const loaded = loadedLocations(opened.locations, ({ message }) => terminal.complain("warning", message));
  const jobs = loaded.flatMap(({ entry, snapshot }) =>
    visibleJobs(snapshot.jobs).map((job) => ({ location: entry.name, name: job.name, job })),
  );
  const { job } = findDefinition("job", name, jobs, options.location);
  const config = scaffoldRunConfig(job, options.printOnlyRequired ? "required" : "all");
  const text = options.json === true ? JSON.stringify(config, null, 2) : stringify(config).trimEnd();
  for (const line of text.split("\n")) terminal.print(line);
}
