import { DomainError, type Run, type RunId, type RunStatus } from "@dagwright/model";
import type { NewRun, Storage } from "@dagwright/storage";
import { preparePartitions, prepareRun } from "@dagwright/workspace";
import type { LocatedCode } from "./located-code.ts";
import type { RunFromBefore } from "./simulated-world.ts";

/** Runs that an instance has not ended where a simulation begins. */
export interface RunsFromBefore {
  readonly runs: readonly RunFromBefore[];
  /** Those of code that is not simulated, or whose job is another one by now, and what is beyond the most that are read. */
  readonly leftOut: number;
}

/** CANCELING is left out: such a run ends, and of what it was to make nothing is known. */
const statuses: readonly RunStatus[] = ["QUEUED", "NOT_STARTED", "STARTING", "STARTED"];
const mostRuns = 20_000;
const pageSize = 1_000;

/** Reads the runs that are under way or queued, planned as their code locations define their jobs now. */
export async function readRunsFromBefore(storage: Storage, locations: readonly LocatedCode[]): Promise<RunsFromBefore> {
  const runs: RunFromBefore[] = [];
  let leftOut = 0;
  for (let cursor: RunId | undefined; ;) {
    const page = await storage.runs.list(
      { statuses },
      { limit: pageSize, ascending: true, ...(cursor !== undefined && { cursor }) },
    );
    for (const run of page) {
      const planned = await planAgain(run, locations, storage);
      if (planned === null) leftOut += 1;
      else runs.push({ run: planned, enqueuedAtMs: run.enqueuedAtMs ?? run.createdAtMs, startedAtMs: startOf(run) });
    }
    cursor = page.at(-1)?.id;
    if (page.length < pageSize) return { runs, leftOut };
    if (runs.length >= mostRuns)
      return { runs, leftOut: leftOut + ((await storage.runs.count({ statuses })) - runs.length - leftOut) };
  }
}

const startOf = ({ status, startedAtMs, launchedAtMs, createdAtMs }: Run): number | null =>
  status === "QUEUED" ? null : (startedAtMs ?? launchedAtMs ?? createdAtMs);

async function planAgain(run: Run, locations: readonly LocatedCode[], storage: Storage): Promise<NewRun | null> {
  const snapshot = locations.find(({ location }) => location === run.location)?.snapshot;
  const job = snapshot?.jobs.find(({ name }) => name === run.jobName);
  if (snapshot === undefined || job === undefined) return null;
  const { location, tags, runConfig, selection, partition } = run;
  try {
    const planned = prepareRun({ location, job, runConfig, tags, selection, ...(partition !== null && { partition }) });
    return await preparePartitions(planned, snapshot, storage);
  } catch (error) {
    // A step, an asset or a partition that is no longer there.
    if (error instanceof DomainError) return null;
    throw error;
  }
}
