/**
 * Runs the benchmarks, all or those that are named, and prints one table; see docs/performance.md.
 *
 *     pnpm bench [launch|steps|throughput|transactions|events|queue|reload|memory|scale|partitions|backfills|schedules|sensors|automation|automation-ticks]...
 *     pnpm bench graphql [--levels small,large,assets,memory] [--runs 100000] [--events 5000000] [--assets 10000] [--seconds 2] [--only NAME,…] [--alone] [--requests 100000]
 *                        beside real Dagster (DAGSTER_PYTHON), only when it is named
 *     pnpm bench soak [--minutes 10] [--rate 8] [--launcher real|no-op]      only when it is named: it takes long
 */
import { mkdir, mkdtemp, rm, writeFile, chmod } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import { openEmbeddedPostgres } from "@dagwright/instance";
import { benchAutomation } from "./automation.ts";
import { benchAutomationTicks } from "./automation-ticks.ts";
import { type BenchWorld, createBenchWorld } from "./bench-world.ts";
import { benchBackfills } from "./backfills.ts";
import { benchGraphql, type GraphqlLevel } from "./graphql/bench-graphql.ts";
import { benchEvents } from "./events.ts";
import { benchLaunch } from "./launch.ts";
import { isMet, type Measurement } from "./measuring/measurement.ts";
import { measureReferenceCosts } from "./measuring/reference-costs.ts";
import { median } from "./measuring/samples.ts";
import { renderTable } from "./measuring/table.ts";
import { benchMemory } from "./memory.ts";
import { benchPartitions } from "./partitions.ts";
import { benchQueue } from "./queue.ts";
import { benchReload } from "./reload.ts";
import { benchScale } from "./scale.ts";
import { benchSchedules } from "./schedules.ts";
import { benchSensors } from "./sensors.ts";
import { benchSoak } from "./soak.ts";
import { benchSteps } from "./steps.ts";
import { benchThroughput } from "./throughput.ts";
import { benchTransactions } from "./transactions.ts";

const benchmarks: Readonly<Record<string, (world: BenchWorld) => Promise<readonly Measurement[]>>> = {
  launch: benchLaunch,
  // Those that use the stack without a queue, one after the other.
  steps: benchSteps,
  transactions: benchTransactions,
  throughput: benchThroughput,
  events: benchEvents,
  queue: benchQueue,
  reload: benchReload,
  memory: benchMemory,
  scale: benchScale,
  partitions: benchPartitions,
  schedules: benchSchedules,
  sensors: benchSensors,
  backfills: benchBackfills,
  automation: benchAutomation,
  "automation-ticks": benchAutomationTicks,
};

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string" },
    rate: { type: "string" },
    launcher: { type: "string" },
    levels: { type: "string" },
    runs: { type: "string" },
    events: { type: "string" },
    assets: { type: "string" },
    seconds: { type: "string" },
    only: { type: "string" },
    requests: { type: "string" },
    alone: { type: "boolean" },
  },
});
const launcher = values.launcher === "no-op" ? "no-op" : "real";
/** Not among those that run when none is named. */
const longBenchmarks: typeof benchmarks = {
  graphql: ({ postgres }) =>
    benchGraphql({
      serverUrl: postgres.url.reveal(),
      dataDir: postgres.dataDir,
      large: { runs: Number(values.runs ?? 100_000), events: Number(values.events ?? 5_000_000) },
      assets: Number(values.assets ?? 10_000),
      levels: (values.levels ?? "small,large,assets").split(",") as GraphqlLevel[],
      seconds: Number(values.seconds ?? 2),
      only: values.only?.split(",") ?? [],
      alone: values.alone === true,
      requests: Number(values.requests ?? 100_000),
    }),
  soak: () =>
    benchSoak({
      minutes: Number(values.minutes ?? 10),
      runsPerSecond: Number(values.rate ?? (launcher === "real" ? 8 : 20)),
      launcher,
    }),
};
const known = { ...benchmarks, ...longBenchmarks };
const unknown = asked.find((name) => !(name in known));
if (unknown !== undefined) {
  process.stderr.write(`There is no benchmark "${unknown}"; there are ${Object.keys(known).join(", ")}\n`);
  process.exit(2);
}

// A Postgres of its own, with Postgres's own settings as `dagwright dev` starts it: what others do with theirs is not measured.
const home = await mkdtemp(join(tmpdir(), "dagwright-bench-"));
await chmod(home, 0o755);
const startedAt = new Date();
const loads: number[] = [];
const measurements: Measurement[] = [];
const failures: string[] = [];
try {
  await using postgres = await openEmbeddedPostgres({ home, log: () => undefined }, new AbortController().signal);
  process.env["POSTGRES_URL"] = postgres.url.reveal();
  const costs = await measureReferenceCosts(postgres.url.reveal());
  await using world = createBenchWorld(costs, postgres);
  for (const [name, bench] of Object.entries(asked.length > 0 ? known : benchmarks)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    loads.push(loadavg()[0] ?? 0);
    process.stderr.write(`${name} … (load ${loads.at(-1)?.toFixed(1)})\n`);
    try {
      measurements.push(...(await bench(world)));
    } catch (error) {
      // The others' figures are still worth having.
      failures.push(`${name}: ${inspect(error)}`);
    }
  }
  loads.push(loadavg()[0] ?? 0);
  measurements.push(
    { name: "reference/100 commits", unit: "ms", samples: [costs.hundredCommitsMs] },
    { name: "reference/node start", unit: "ms", samples: [costs.nodeStartMs] },
  );
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "?"}, Node ${process.versions.node}`;
const load = `load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
process.stdout.write(`\n${machine}, ${load}\n\n${renderTable(measurements)}\n`);
for (const { name, note } of measurements) if (note !== undefined) process.stdout.write(`\n${name}: ${note}`);
process.stdout.write("\n");

const results = join(import.meta.dirname, "../results");
await mkdir(results, { recursive: true });
const rows = measurements.map((row) => ({ ...row, p50: median(row.samples), met: isMet(row, median(row.samples)) }));
const file = join(results, `${startedAt.toISOString().replaceAll(/[:.]/g, "-")}.json`);
await writeFile(file, `${JSON.stringify({ startedAt, machine, loads, measurements: rows }, null, 2)}\n`);
for (const failure of failures) process.stderr.write(`\nIt failed: ${failure}\n`);
if (failures.length > 0) process.exitCode = 1;
