import { namedKeys, parseAssetSelection } from "@dagwright/graph";
import { assetJobName, assetKeyToString, type JsonObject, systemTags, type Tags } from "@dagwright/model";
import { selectAssets } from "../assets/select-assets.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { TargetOptions } from "../project-file.ts";
import { resolveTargets } from "../project-target.ts";
import { executeNewRun } from "../runs/execute-new-run.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { visibleJobs } from "./definition-reports.ts";
import { findDefinition } from "./find-definition.ts";
import { selectOps } from "./select-ops.ts";
import { loadedLocations, type LoadedLocation, openLocations, type OpenedLocations } from "./open-locations.ts";

/** What a run that is executed here is given. */
export interface WantedRun {
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  readonly json: boolean;
  /** Of the assets selected make only those that are missing or stale. */
  readonly onlyStale?: boolean;
  /** Queries for the ops to execute; none: all. */
  readonly opSelection?: readonly string[];
}

type ExecuteOptions = TargetOptions & { readonly location?: string };

/** Executes a job of the project in this process. @returns whether the run succeeded */
export async function executeJob(
  name: string,
  { opSelection = [], ...wanted }: WantedRun,
  options: ExecuteOptions,
  context: CommandContext,
  terminal: Terminal,
): Promise<boolean> {
  await using opened = await openOwnLocations(options, context);
  const all = executable(opened, terminal).flatMap((location) =>
    visibleJobs(location.snapshot.jobs).map((job) => ({ location: location.entry.name, name: job.name, job, of: location })),
  );
  const found = findDefinition("job", name, all, options.location);
  const run = { ...wanted, location: found.of, job: found.job };
  if (opSelection.length === 0) return await executeNewRun(run, context, terminal);
  const selection = { stepKeys: selectOps(found.job, opSelection), assetKeys: null };
  const tags = { ...wanted.tags, [systemTags.opSelection]: JSON.stringify(opSelection) };
  return await executeNewRun({ ...run, tags, selection }, context, terminal);
}

/** Materializes assets of the project in one run in this process. @returns whether the run succeeded */
export async function materializeAssets(
  selection: string,
  wanted: WantedRun,
  options: ExecuteOptions,
  context: CommandContext,
  terminal: Terminal,
): Promise<boolean> {
  await using opened = await openOwnLocations(options, context);
  const location = onlyLocation(executable(opened, terminal), options.location);
  const { assets, jobs } = location.snapshot;
  const chosen = selectAssets(
    selection,
    assets.map((asset) => ({ ...asset, location: location.entry.name })),
  );
  const named = namedKeys(parseAssetSelection(selection));
  const runnable = new Set(
    assets
      .filter(
        ({ key, isExecutable, isObservable }) => isExecutable && (isObservable !== true || named.has(assetKeyToString(key))),
      )
      .map(({ key }) => assetKeyToString(key)),
  );
  const selected = chosen.filter((key) => runnable.has(assetKeyToString(key)));
  if (selected.length === 0)
    throw new UsageError(
      `--select ${JSON.stringify(selection)} selects only assets that are made elsewhere; none can be materialized here.`,
    );
  const job = jobs.find(({ name }) => name === assetJobName);
  if (job === undefined) throw new UsageError(`Code location "${location.entry.name}" has no assets that could be materialized.`);
  return await executeNewRun({ ...wanted, location, job, selection: { stepKeys: null, assetKeys: selected } }, context, terminal);
}

/** Loads what can be executed here: projects, not servers of other processes. */
function openOwnLocations(options: TargetOptions, context: CommandContext): Promise<OpenedLocations> {
  const targets = resolveTargets(options, context.directory, context.env).filter(({ kind }) => kind !== "grpc_server");
  if (targets.length === 0) {
    throw new UsageError(
      "The workspace.yaml here names only servers of other processes, whose code cannot be executed here. Name a file with -f, or use: dagwright job launch",
    );
  }
  return openLocations(targets, context);
}

const executable = ({ locations }: OpenedLocations, terminal: Terminal): readonly LoadedLocation[] =>
  loadedLocations(locations, ({ message }) => terminal.complain("warning", message));

function onlyLocation(locations: readonly LoadedLocation[], name: string | undefined): LoadedLocation {
  const names = locations.map(({ entry }) => entry.name).join(", ");
  const found = name === undefined ? locations : locations.filter(({ entry }) => entry.name === name);
  const [only] = found;
  if (only === undefined) throw new UsageError(`There is no code location "${name}"; there is ${names}.`);
  if (found.length > 1)
    throw new UsageError(`There are several code locations: ${names}. Say which one with --location ${only.entry.name}.`);
  return only;
}
