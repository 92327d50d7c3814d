import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import {
  assetKeyToString,
  holderId,
  type JobSnapshot,
  type JsonObject,
  type Run,
  type RunSelection,
  runPartitionOf,
  systemTags,
  type Tags,
} from "@dagwright/model";
import type { NewRun, Storage } from "@dagwright/storage";
import { hasPartitions, onlyStale, partitionedRunConfig, preparePartitions, prepareRun } from "@dagwright/workspace";
import type { CommandContext } from "../context.ts";
import { RunConfigInvalidError, UsageError } from "../errors.ts";
import { openInstanceForCommand } from "../instance/open-for-command.ts";
import type { LoadedLocation } from "../projects/open-locations.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { executeHere } from "./execute-here.ts";
import { reportEnd } from "./report-end.ts";
import { RunProgress, toProgressEntry } from "./run-progress.ts";
import { toRunDetailsReport } from "./run-report.ts";

export interface NewRunToExecute {
  readonly location: LoadedLocation;
  readonly job: JobSnapshot;
  readonly selection?: RunSelection;
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  /** Of the assets selected make only those that are missing or stale. */
  readonly onlyStale?: boolean;
  /** Print the run as JSON at its end, and nothing else. */
  readonly json: boolean;
}

/** How long nobody else launches a run that this process is about to execute. */
const claimMs = 60_000;

/**
 * Checks, writes and executes a run in this process, with nothing running but the database, and shows its log as it grows.
 *
 * @returns whether it succeeded
 * @throws RunConfigInvalidError with everything that is wrong with the config, UsageError for a partition of what has none; no run is written then
 */
export async function executeNewRun(wanted: NewRunToExecute, context: CommandContext, terminal: Terminal): Promise<boolean> {
  const { location, job, json } = wanted;
  const { snapshotId } = location.entry;
  const { runConfig, tags } = await partitionedRunConfig(wanted, location.client, snapshotId);
  const wantedPart = wanted.selection ?? everything;
  // Refuses a selection that the job does not have before its config is checked, and both before a database is started.
  const check = async (selection: RunSelection): Promise<NewRun> => {
    const planned = prepareRun({ location: location.entry.name, job, runConfig, tags, selection });
    if (runPartitionOf(tags) !== null && !hasPartitions(planned, location.snapshot))
      throw new UsageError("The run is to be for a partition, and nothing that it makes has partitions: leave out --partition.");
    const part = { selection, isReexecution: false };
    const checked = await location.client.validateRunConfig({ snapshotId, jobName: job.name, runConfig, part });
    if (!checked.ok) throw new RunConfigInvalidError(job.name, checked.errors);
    return planned;
  };
  const all = wanted.onlyStale === true ? null : await check(wantedPart);
  await using instance = await openInstanceForCommand(context);
  const { storage } = instance;
  const selection = all === null ? await staleSelection(wanted, wantedPart, storage) : wantedPart;
  if (selection.assetKeys?.length === 0) {
    terminal.print("Nothing to do: everything selected is fresh.");
    return true;
  }
  const planned = all ?? (await check(selection));
  const prepared = await preparePartitions(planned, location.snapshot, storage);
  const holder = holderId(`cli:${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`);
  const [claim] = await storage.runs.submit([prepared], { kind: "launch", holder, claimMs });
  if (claim === undefined) throw new TypeError("The store took a run and told of none");
  const { run, fence } = claim;
  if (!json) terminal.print(`Run ${run.id} of ${describeWork(run)}, in this process`);
  const progress = new RunProgress(terminal.print, { paint: terminal.paint });
  await executeHere({
    run,
    fence,
    location,
    context,
    launcher: "cli",
    keepStdoutClean: json,
    ...(!json && { onEntry: (entry) => progress.show(toProgressEntry(entry)) }),
  });
  const ended = await storage.runs.get(run.id);
  if (json) terminal.json(toRunDetailsReport(ended, await storage.events.stepStats([run.id])));
  else reportEnd(toRunDetailsReport(ended, []), terminal);
  return ended.status === "SUCCESS";
}

const everything: RunSelection = { stepKeys: null, assetKeys: null };

async function staleSelection(
  { location, tags }: NewRunToExecute,
  selection: RunSelection,
  storage: Storage,
): Promise<RunSelection> {
  if (selection.assetKeys === null) return selection;
  const assets = new Map(location.snapshot.assets.map((asset) => [assetKeyToString(asset.key), asset]));
  const assetKeys = await onlyStale(selection.assetKeys, tags[systemTags.partition] ?? null, assets, storage);
  return { ...selection, assetKeys };
}

function describeWork({ jobName, selection }: Run): string {
  const assets = selection.assetKeys;
  if (assets === null) return jobName;
  return assets.length === 1 ? `asset ${assets[0]!.join("/")}` : `${assets.length} assets`;
}
