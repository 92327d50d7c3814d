import { codeLocationName, holderId, systemTags } from "@dagwright/model";
import { type NewRun, openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { queueDecision, type QueueLimits } from "@dagwright/workspace";
import type { BenchWorld } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { median, repeat, timed } from "./measuring/samples.ts";

const queued = 10_000;
/** What one pass of a daemon starts at most. */
const perPass = 100;
/** One in ten runs has the tag of which so many may be under way: nearly a thousand are held back. */
const scarce = 5;

const dequeuer = { holder: holderId("bench"), claimMs: 600_000 };
const limits: QueueLimits = {
  maxConcurrentRuns: null,
  tagConcurrencyLimits: [
    { key: "team", value: null, perUniqueValue: true, limit: queued },
    { key: "db", value: "main", perUniqueValue: false, limit: scarce },
  ],
  locationWeights: {},
  pools: { granularity: null, defaultLimit: null, runBuffer: 0 },
};

/**
 * The run queue with 10,000 runs in it, of three priorities and five code locations, with limits by tag: how many a second leave it when
 * launching costs nothing, and what a pass takes that has ten places to fill.
 */
export async function benchQueue({ costs }: BenchWorld): Promise<readonly Measurement[]> {
  await using database = await createTestDatabase();
  const options = { connectionString: database.connectionString, role: "test", listen: false, maxConnections: 1 } as const;
  await using storage = await openStorage(options);
  await fill(storage);

  const ten = queueDecision({ ...limits, maxConcurrentRuns: 10 }, perPass);
  const passes = await repeat(20, async () => {
    const startedAt = performance.now();
    const { launches } = await storage.runs.dequeue(dequeuer, ten);
    const ms = performance.now() - startedAt;
    // They end at once, so that the next pass has its places again.
    for (const { run } of launches) {
      await storage.events.append({
        runId: run.id,
        attempt: null,
        entries: [{ type: "RUN_CANCELED", atMs: Date.now(), message: "", stepKey: null, error: null }],
      });
    }
    return ms;
  });

  let left = 0;
  const drainMs = await timed(async () => {
    for (;;) {
      const { launches, moved } = await storage.runs.dequeue(dequeuer, queueDecision(limits, perPass));
      left += launches.length;
      if (moved === 0) break;
    }
  });
  const perSecond = (left * 1_000) / drainMs;
  return [
    {
      name: "queue/runs taken, no-op launcher",
      unit: "runs/s",
      samples: [perSecond],
      target: { atLeast: 2_000 },
      ratios: { "single commits": perSecond / (100_000 / costs.hundredCommitsMs) },
      note: `${left} of ${queued} runs in passes of at most ${perPass}; ${queued - left} others ended before, or a limit by tag holds them back.`,
    },
    {
      name: "queue/a pass with ten places, 10,000 queued",
      unit: "ms",
      samples: passes,
      ratios: { commits: median(passes) / (costs.hundredCommitsMs / 100) },
    },
  ];
}

async function fill(storage: Storage): Promise<void> {
  const batch = 500;
  for (let from = 0; from < queued; from += batch) {
    const runs = Array.from({ length: batch }, (_, index) => newRun(from + index));
    await storage.runs.submit(runs, { kind: "queue" });
  }
}

const executor = { name: "in_process", options: {} };
const jobSnapshot = {
  name: "bench",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: "bench",
  graphs: [],
  ops: [],
  assets: [],
  executor,
  resources: [],
  configTypes: [],
  runConfigType: "run",
};
const plan = { jobName: "bench", steps: [], executor };

const newRun = (n: number): NewRun => ({
  jobName: "bench",
  location: codeLocationName(`location_${n % 5}`),
  tags: {
    team: `team_${n % 7}`,
    ...(n % 10 === 0 && { db: "main" }),
    [systemTags.priority]: String(n % 3),
  },
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshot,
  plan,
});
