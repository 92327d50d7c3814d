import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type BenchWorld, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { processTree } from "./measuring/processes.ts";
import { quantile } from "./measuring/samples.ts";

const project = fileURLToPath(new URL("projects/thousand-sensors.ts", import.meta.url));
const intervalMs = 5_000;
const rounds = 3;

/** A thousand sensors at five seconds: how late each evaluation's tick is written, and what the daemon takes for it. */
export async function benchSensors(_world: BenchWorld): Promise<readonly Measurement[]> {
  await using bench = await startBenchStack(project, "");
  const client = new pg.Client({ connectionString: bench.connectionString, application_name: "dagwright/bench" });
  await client.connect();
  try {
    const count = async (): Promise<number> =>
      (await client.query<{ n: number }>("select count(*)::int as n from dagwright.instigators")).rows[0]!.n;
    while ((await count()) < 1_000) await delay(200);
    await client.query(`
      with due as (update dagwright.instigators set status = 'RUNNING', next_at = now() returning 1)
      select pg_notify('dagwright_work', 'instigator ') from (select count(*) from due) d`);
    // Those that were due at one moment spread as they are taken up.
    await delay(3 * intervalMs);
    const daemon = bench.stack.daemons[0]!.pid;
    const cpuOf = (): number => processTree([daemon]).reduce((sum, { pid, cpuMs }) => sum + (pid === daemon ? cpuMs : 0), 0);
    const [startedAt, cpuBefore] = [performance.now(), cpuOf()];
    const lags: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await delay(intervalMs);
      // A series of skips is one row, which tells of the newest.
      const { rows } = await client.query<{ lag: number }>(
        "select extract(epoch from ended_at - scheduled_at)::float8 * 1000 as lag from dagwright.ticks",
      );
      lags.push(...rows.map(({ lag }) => lag));
    }
    const cores = (cpuOf() - cpuBefore) / (performance.now() - startedAt);
    return [
      {
        name: "sensors/1,000 at 5 s, lag p99",
        unit: "ms",
        samples: [quantile(lags, 0.99)],
        target: { atMost: 200 },
        note: `from the time that a sensor is due until its tick is written; ${lags.length} ticks`,
      },
      { name: "sensors/1,000 at 5 s, lag", unit: "ms", samples: lags },
      { name: "sensors/1,000 at 5 s, daemon", unit: "cores", samples: [cores], target: { atMost: 0.5 } },
    ];
  } finally {
    await client.end();
  }
}
