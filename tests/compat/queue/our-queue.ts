import { buildRepository, definitions, job, op, toLocationSnapshot } from "@dagwright/definitions";
import { codeLocationName, holderId, type JobSnapshot, type RunId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { prepareRun, queueDecision, type QueueLimits } from "@dagwright/workspace";
import type { QueueCase, QueuedCase } from "./cases.ts";

const location = codeLocationName("queue");
const nameOf = (pools: readonly string[]): string => `uses_${pools.join("_")}`;

const free = op("free", () => null);
const inPool = new Map(["a", "b", "c"].map((pool) => [pool, op(`in_${pool}`, { pool }, () => null)]));
const poolSets: readonly (readonly string[])[] = [[], ["a"], ["b"], ["c"], ["a", "b"], ["a", "c"], ["b", "c"], ["a", "b", "c"]];

/** A job for each set of pools, whose steps wait for nothing. */
const jobs: ReadonlyMap<string, JobSnapshot> = new Map(
  toLocationSnapshot(
    buildRepository(
      definitions({
        jobs: poolSets.map((pools) =>
          job(nameOf(pools), () => {
            if (pools.length === 0) free();
            for (const pool of pools) inPool.get(pool)!();
          }),
        ),
      }),
    ),
  ).jobs.map((each) => [each.name, each]),
);

const limitsOf = ({ maxConcurrentRuns, tagLimits, defaultPoolLimit }: QueueCase): QueueLimits => ({
  maxConcurrentRuns,
  tagConcurrencyLimits: tagLimits,
  locationWeights: {},
  pools: { granularity: "run", defaultLimit: defaultPoolLimit, runBuffer: 0 },
});

const toRun = ({ priority, tags, pools }: QueuedCase) =>
  prepareRun({
    location,
    job: jobs.get(nameOf(pools))!,
    runConfig: {},
    tags: { ...tags, ...(priority !== null && { "dagster/priority": String(priority) }) },
  });

/** What starts in each round, by its place in the case; after each the one that has run longest ends. */
export async function roundsOf(queueCase: QueueCase, storage: Storage): Promise<readonly (readonly number[])[]> {
  for (const pool of ["a", "b", "c"])
    await storage.pools.setLimit(pool, queueCase.poolLimits[pool] ?? null, queueCase.defaultPoolLimit);
  const places = new Map<RunId, number>();
  for (const [place, each] of queueCase.runs.entries()) {
    const [claim] = await storage.runs.submit([toRun(each)], { kind: "queue" });
    const id = claim?.run.id ?? (await storage.runs.list({}, { limit: 1 }))[0]!.id;
    places.set(id, place);
  }
  const decision = queueDecision(limitsOf(queueCase), 100);
  const dequeuer = { holder: holderId("queue"), claimMs: 60_000 };
  const running: RunId[] = [];
  const rounds: number[][] = [];
  for (;;) {
    const started: RunId[] = [];
    for (;;) {
      const { launches, moved } = await storage.runs.dequeue(dequeuer, decision);
      started.push(...launches.map(({ run }) => run.id));
      if (moved === 0) break;
    }
    running.push(...started);
    rounds.push(started.map((id) => places.get(id)!));
    const ended = running.shift();
    if (ended === undefined) return rounds;
    const end = { type: "RUN_CANCELED", atMs: 0, message: "", stepKey: null, error: null } as const;
    await storage.events.append({ runId: ended, attempt: null, entries: [end] });
  }
}
