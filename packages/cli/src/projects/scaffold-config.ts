import { isWhole, runConfigTypeOfPart, type SelectableAsset, SelectedPart } from "@dagwright/graph";
import { assetKeysEqual, type JobSnapshot, type RunConfigPart, scaffoldRunConfig } from "@dagwright/model";
import { stringify } from "yaml";
import { selectAssets } from "../assets/select-assets.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { TargetOptions } from "../project-file.ts";
import { resolveTargets } from "../project-target.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { visibleJobs } from "./definition-reports.ts";
import { findDefinition } from "./find-definition.ts";
import { selectOps } from "./select-ops.ts";
import { loadedLocations, openLocations } from "./open-locations.ts";

export interface ScaffoldConfigOptions extends TargetOptions {
  readonly json?: boolean;
  readonly location?: string;
  readonly printOnlyRequired: boolean;
  /** Queries for ops; none: all of the job. */
  readonly opSelection: readonly string[];
  /** Which of the job's assets, as in `asset materialize --select`. */
  readonly select?: string;
}

/** `job scaffold-config`: the run config of a job of the project here, or of a part of it, to be filled in. */
export async function scaffoldConfig(name: string, options: ScaffoldConfigOptions, context: CommandContext): Promise<void> {
  const terminal = processTerminal();
  await using opened = await openLocations(resolveTargets(options, context.directory, context.env), context);
  const loaded = loadedLocations(opened.locations, ({ message }) => terminal.complain("warning", message));
  const jobs = loaded.flatMap(({ entry, snapshot }) =>
    visibleJobs(snapshot.jobs).map((job) => ({ location: entry.name, name: job.name, job })),
  );
  const { location, job } = findDefinition("job", name, jobs, options.location);
  const assets = loaded.find(({ entry }) => entry.name === location)?.snapshot.assets ?? [];
  const part = partOf(
    job,
    assets.map((asset) => ({ ...asset, location })),
    options,
  );
  const types = isWhole(part.selection) ? job : { ...job, ...runConfigTypeOfPart(job, new SelectedPart(job, part)) };
  const config = scaffoldRunConfig(types, options.printOnlyRequired ? "required" : "all");
  const text = options.json === true ? JSON.stringify(config, null, 2) : stringify(config).trimEnd();
  for (const line of text.split("\n")) terminal.print(line);
}

/** The part of a job that a first run of such a selection executes. */
function partOf(
  job: JobSnapshot,
  assets: readonly SelectableAsset[],
  { opSelection, select }: Pick<ScaffoldConfigOptions, "opSelection" | "select">,
): RunConfigPart {
  const stepKeys = opSelection.length === 0 ? null : selectOps(job, opSelection);
  if (select === undefined) return { selection: { stepKeys, assetKeys: null }, isReexecution: false };
  const made = assets.filter(({ key }) => job.assets.some(({ assetKey }) => assetKeysEqual(assetKey, key)));
  if (made.length === 0) throw new UsageError(`--select: job "${job.name}" makes no assets. Select its ops by --op-selection.`);
  return { selection: { stepKeys, assetKeys: selectAssets(select, made) }, isReexecution: false };
}
