import { codeLocationName, holderId, type RunEvent, stepKey } from "@dagwright/model";
import { openStorage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import pg from "pg";
import type { BenchWorld } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { median, repeat, timed } from "./measuring/samples.ts";

const batches = 20;
/** What a run worker sends at most in one transaction. */
const batchSize = 500;

/** Events that one worker writes through the event store, against the plainest table with the same text and the same batches. */
export async function benchEvents(_world: BenchWorld): Promise<readonly Measurement[]> {
  await using database = await createTestDatabase();
  const { connectionString } = database;
  await using storage = await openStorage({ connectionString, role: "test", listen: false, maxConnections: 1 });
  const events = Array.from({ length: batchSize }, (_, index) => stepStart(`step_${index}`));

  const throughStore = await repeat(5, async () => {
    const [claim] = await storage.runs.submit([emptyRun], { kind: "launch", holder: holderId("bench"), claimMs: 60_000 });
    if (claim === undefined) throw new Error("No run was submitted");
    const { id } = claim.run;
    await storage.runs.beginWork({ runId: id, attempt: 1, fence: claim.fence, worker: {}, leaseMs: 60_000, entries: [runStart] });
    const ms = await timed(async () => {
      for (let index = 0; index < batches; index += 1) {
        await storage.events.append({ runId: id, attempt: 1, entries: events, batchId: crypto.randomUUID(), leaseMs: 60_000 });
      }
    });
    return perSecond(ms);
  });

  const client = new pg.Client({ connectionString, application_name: "dagwright/bench" });
  await client.connect();
  await client.query("create table plain_events (run uuid, seq int, body jsonb, primary key (run, seq))");
  const plain = await repeat(5, async () => {
    const run = crypto.randomUUID();
    const ms = await timed(async () => {
      for (let batch = 0; batch < batches; batch += 1) {
        const values = events.flatMap((event, index) => [run, batch * batchSize + index, JSON.stringify(event)]);
        const places = events.map((_, index) => `($${index * 3 + 1},$${index * 3 + 2},$${index * 3 + 3})`).join(",");
        await client.query(`insert into plain_events (run, seq, body) values ${places}`, values);
      }
    });
    return perSecond(ms);
  });
  await client.end();
  return [
    {
      name: "events/one worker's, event store",
      unit: "events/s",
      samples: throughStore,
      // Dagster 1.13 writes 45 to 71; a target of our own: half of what plain inserts could do.
      target: { atLeast: median(plain) / 2 },
      ratios: { "plain inserts": median(throughStore) / median(plain) },
    },
    { name: "events/plain batched inserts", unit: "events/s", samples: plain },
  ];
}

const perSecond = (ms: number): number => (batches * batchSize * 1_000) / ms;

const stepStart = (key: string): RunEvent => ({
  type: "STEP_START",
  atMs: Date.now(),
  message: `Started execution of step "${key}".`,
  stepKey: stepKey(key),
});
const runStart: RunEvent = { type: "RUN_START", atMs: Date.now(), message: "Started execution of run.", stepKey: null };
const executor = { name: "in_process", options: {} };
const emptyRun = {
  jobName: "bench",
  location: codeLocationName("bench"),
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshot: {
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
  },
  plan: { jobName: "bench", steps: [], executor },
};
