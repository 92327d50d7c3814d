import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type BenchWorld, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { repeat } from "./measuring/samples.ts";

const project = fileURLToPath(new URL("projects/ten-thousand-eager.ts", import.meta.url));
/** Nothing is launched: what is measured is the tick. */
const closedQueue =
  "run_coordinator: {module: dagster.core.run_coordinator, class: QueuedRunCoordinator, config: {max_concurrent_runs: 0}}\n";
const changesPerTick = 10;
const rounds = 20;
const dynamicKeys = 50_000;

/**
 * Whole ticks of automation over 10,000 assets, as the daemon makes them: read what has happened, evaluate, plan the run, commit it. Ten assets
 * are told of at a time, from outside.
 */
export async function benchAutomationTicks(_world: BenchWorld): Promise<readonly Measurement[]> {
  await using bench = await startBenchStack(project, closedQueue);
  const { storage } = bench.stack;
  const client = new pg.Client({ connectionString: bench.connectionString, application_name: "dagwright/bench" });
  await client.connect();
  const ticks = async (): Promise<readonly { readonly id: string; readonly ms: number; readonly status: string }[]> =>
    (
      await client.query<{ id: string; ms: number; status: string }>(
        `select id::text, extract(epoch from ended_at - started_at)::float8 * 1000 as ms, status from dagwright.ticks where ended_at is not null order by id`,
      )
    ).rows;
  const runs = async (): Promise<number> =>
    (await client.query<{ n: number }>("select count(*)::int as n from dagwright.runs")).rows[0]!.n;
  /** Until the sensor has nothing to do. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0, seen = ""; quiet < 6;) {
      await delay(100);
      const { rows } = await client.query<{ sight: string }>(
        "select coalesce(cursor, '') || coalesce(lease_holder, '') || (next_at <= now())::text as sight from dagwright.instigators where kind = 'AUTOMATION'",
      );
      const sight = rows.map((row) => row.sight).join();
      quiet = sight === seen && sight.endsWith("false") ? quiet + 1 : 0;
      seen = sight;
    }
  };
  const report = async (indexes: readonly number[]): Promise<void> => {
    const event = { type: "ASSET_MATERIALIZATION", message: "", stepKey: null, partition: null, description: null } as const;
    await storage.assets.report(
      indexes.map((index) => ({ ...event, atMs: Date.now(), assetKey: [`asset_${index}`], metadata: {}, tags: {} })),
    );
  };
  try {
    // Everything is there, so that nothing is asked for because it is missing.
    for (let from = 0; from < 10_000; from += 1_000) await report(Array.from({ length: 1_000 }, (_, index) => from + index));
    await client.query(
      `with added as (
        insert into dagwright.dynamic_partitions (name, key, version) select 'many', 'key ' || n, 1 from generate_series(1, ${dynamicKeys}) n),
      made as (
        insert into dagwright.asset_partitions (asset_key, partition, version, last_materialization_id, last_materialization_at_ms)
        select '["many"]', 'key ' || n, 1, 1, 1 from generate_series(1, ${dynamicKeys}) n)
      insert into dagwright.dynamic_partition_names (name, version) values ('many', 1)`,
    );
    await client.query(
      `insert into dagwright.assets (key, partitions_version) values ('["many"]', 1) on conflict (key) do update set partitions_version = 1`,
    );
    while ((await ticks()).length === 0) await delay(200);
    await settle();
    const latencies: number[] = [];
    const samples = await repeat(rounds, async (round) => {
      const [before, runsBefore] = [new Set((await ticks()).map(({ id }) => id)), await runs()];
      const startedAt = performance.now();
      await report(Array.from({ length: changesPerTick }, (_, index) => ((round * changesPerTick + index) % 1_000) * 10));
      while ((await runs()) === runsBefore) await delay(2);
      latencies.push(performance.now() - startedAt);
      await settle();
      const [tick] = (await ticks()).filter(({ id, status }) => !before.has(id) && status === "SUCCESS");
      if (tick === undefined) throw new Error("No tick asked for runs");
      return tick.ms;
    });
    const name = `automation/10,000 assets and ${dynamicKeys} dynamic keys, ${changesPerTick} changes`;
    return [
      {
        name: `${name}: a whole tick`,
        unit: "ms",
        samples,
        target: { atMost: 100 },
        note: "from its claim until it is committed, with the run of ninety assets that it asks for",
      },
      { name: `${name}: from the report until the run is queued`, unit: "ms", samples: latencies },
    ];
  } finally {
    await client.end();
  }
}
