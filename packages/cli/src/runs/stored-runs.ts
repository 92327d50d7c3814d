import { redactRunConfig, type RunId, type StoredEntry } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { RunIds } from "./find-run-id.ts";
import type { RunListing, RunSource } from "./run-source.ts";
import { toProgressEntry } from "./run-progress.ts";
import { toRunDetailsReport, toRunReport } from "./run-report.ts";

/** The runs of an instance's database, without any server. */
export function storedRuns(storage: Storage): RunSource {
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
      return (await storage.runs.list(filter, { limit, ...(cursor !== undefined && { cursor }) })).map(toRunReport);
    },
    async details(id) {
      const [run, steps] = [await storage.runs.get(id), await storage.events.stepStats([id])];
      const job = await storage.runs.jobSnapshot(run.jobSnapshotId);
      return toRunDetailsReport({ ...run, runConfig: redactRunConfig(run.runConfig, job) }, steps);
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
