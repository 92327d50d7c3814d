import { redactRunConfig, type Run, type RunId, type StoredEntry } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { type QueueLimits, readWaits } from "@dagwright/workspace";
import type { RunIds } from "./find-run-id.ts";
import type { RunListing, RunSource } from "./run-source.ts";
import { toProgressEntry } from "./run-progress.ts";
import { type QueueReport, toRunDetailsReport, toRunReport } from "./run-report.ts";

/** The runs of an instance's database, without any server. */
export function storedRuns(storage: Storage, limits: QueueLimits): RunSource {
  const waitsOf = async (runs: readonly Run[]): Promise<ReadonlyMap<string, QueueReport>> => {
    const queued = runs.filter(({ status }) => status === "QUEUED").map(({ id }) => id);
    const waits = queued.length === 0 ? [] : await readWaits(queued, storage, limits);
    return new Map(
      waits.map(({ runId, priority, ahead, reasons }) => [
        runId,
        { priority, ahead, reasons: reasons.map(({ message, runIds }) => ({ message, runIds })) },
      ]),
    );
  };
  const ids: RunIds = {
    async list({ limit, cursor, ...filter }) {
      return (await storage.runs.list(filter, { limit, ...(cursor !== undefined && { cursor }) })).map(({ id }) => id);
    },
  };
  return {
    ids,
    nowMs: () => storage.nowMs(),
    async list({ statuses, job, tags, limit, cursor }: RunListing) {
      const filter = {
        ...(statuses.length > 0 && { statuses }),
        ...(job !== undefined && { jobName: job }),
        ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, values: [value] })) }),
      };
      const runs = await storage.runs.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
      const waits = await waitsOf(runs);
      return runs.map((run) => toRunReport(run, waits.get(run.id)));
    },
    async details(id) {
      const [run, steps] = [await storage.runs.get(id), await storage.events.stepStats([id])];
      const job = await storage.runs.jobSnapshot(run.jobSnapshotId);
      const waits = await waitsOf([run]);
      return toRunDetailsReport({ ...run, runConfig: redactRunConfig(run.runConfig, job) }, steps, waits.get(id));
    },
    async *log(id) {
      await storage.runs.get(id);
      for await (const entry of readLog(storage, id)) yield toProgressEntry(entry);
    },
  };
}

const pageSize = 1_000;

async function* readLog(storage: Storage, id: RunId): AsyncGenerator<StoredEntry> {
  let afterSeq = 0;
  for (;;) {
    const page = await storage.events.read(id, { afterSeq, limit: pageSize });
    yield* page;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
    if (page.length < pageSize) return;
  }
}
