import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type BenchWorld, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { processTree } from "./measuring/processes.ts";
import { repeat } from "./measuring/samples.ts";

const project = fileURLToPath(new URL("projects/thousand-schedules.ts", import.meta.url));
const count = 1_000;
/** Runs stay in the queue: what is measured is their coming into being. */
const noRuns = "concurrency: {runs: {max_concurrent_runs: 0}}\n";

/** A thousand schedules that are due at once, until the last of their ticks and runs is written. */
export async function benchSchedules(world: BenchWorld): Promise<readonly Measurement[]> {
  await using bench = await startBenchStack(project, noRuns);
  const client = new pg.Client({ connectionString: bench.connectionString, application_name: "dagwright/bench" });
  await client.connect();
  try {
    await untilKnown(client, 2 * count);
    const daemon = bench.stack.daemons[0]!.pid;
    const measured: Measurement[] = [];
    for (const [what, prefix] of [
      ["without a function", "plain"],
      ["with one", "asking"],
    ] as const) {
      const cpuMs: number[] = [];
      const samples = await repeat(5, async () => {
        const before = cpuOf(daemon);
        const ms = await allDue(client, prefix);
        cpuMs.push(cpuOf(daemon) - before);
        return ms;
      });
      const ratios = { "100 commits": (samples.toSorted((a, b) => a - b)[2] ?? 0) / world.costs.hundredCommitsMs };
      measured.push(
        { name: `schedules/1,000 due at once, ${what}`, unit: "ms", samples, target: { atMost: 1_000 }, ratios },
        { name: `schedules/  of it the daemon, ${what}`, unit: "ms of CPU", samples: cpuMs },
      );
    }
    return measured;
  } finally {
    await client.end();
  }
}

async function untilKnown(client: pg.Client, wanted: number): Promise<void> {
  for (let known = 0; known < wanted; await delay(200)) {
    const { rows } = await client.query<{ known: number }>("select count(*)::int as known from dagwright.instigators");
    known = rows[0]?.known ?? 0;
  }
}

const cpuOf = (pid: number): number =>
  processTree([pid]).reduce((sum, { pid: each, cpuMs }) => sum + (each === pid ? cpuMs : 0), 0);

/** Makes them due now, as if their minute had come, and waits for the last tick. By the database's clock. */
async function allDue(client: pg.Client, prefix: string): Promise<number> {
  const { rows } = await client.query<{ at: Date }>(
    `with due as (update dagwright.instigators set status = 'RUNNING', next_at = date_trunc('milliseconds', now()) where name like $1 returning 1)
     select date_trunc('milliseconds', now()) as at, pg_notify('dagwright_work', 'instigator ') from (select count(*) from due) d`,
    [`${prefix}\\_%`],
  );
  const at = rows[0]!.at;
  for (;;) {
    await delay(50);
    const { rows: written } = await client.query<{ ticks: number; ms: number }>(
      `select count(r.id)::int as ticks, extract(epoch from max(t.ended_at) - $1::timestamptz)::float8 * 1000 as ms
       from dagwright.ticks t join dagwright.tick_runs tr on (tr.instigator_id, tr.scheduled_at) = (t.instigator_id, t.scheduled_at)
       join dagwright.runs r on r.id = tr.run_id where t.scheduled_at >= $1::timestamptz - interval '1 ms'`,
      [at],
    );
    const { ticks = 0, ms = 0 } = written[0] ?? {};
    if (ticks < count) continue;
    // Off again, and an empty queue for the next time.
    await client.query(`update dagwright.instigators set status = 'STOPPED', next_at = null`);
    await client.query(`update dagwright.runs set status = 'CANCELED' where status = 'QUEUED'`);
    await delay(500);
    return ms;
  }
}
