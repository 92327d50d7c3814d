import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { codeLocationName, type DynamicPartitionsResult, type InstigatorId, instigatorIdOf, type Run } from "@dagwright/model";
import type { Storage, Tick } from "@dagwright/storage";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { until } from "../../graphql.ts";
import { locationName, startStack } from "../../stack/stack.ts";

const sensors = ["keys", "without_keys", "partitions", "failing", "seen_keys", "of_orders", "of_both"] as const;

/** What is made before the sensors come to rest, one step after the other. */
const steps = [
  { materialize: [], iterations: 5 },
  { materialize: [["orders", 3]], iterations: 2 },
  {
    materialize: [
      ["customers", 4],
      ["orders", 5],
    ],
    iterations: 2,
  },
] as const;

interface Told {
  readonly status: string;
  readonly runs: readonly object[];
  readonly cursor: string | null;
  readonly error: string | null;
  readonly partitions: readonly object[];
}

/** Ids of events are the instance's own, and the form of a multi-asset sensor's cursor is nobody's business: which assets it is about counts. */
function withoutIds(name: string, cursor: string | null): string | null {
  if (cursor === null || name === "of_orders") return cursor === null ? null : "an id";
  if (!cursor.startsWith("{")) return cursor;
  return `of ${["orders", "customers"].filter((asset) => cursor.includes(asset)).join(" and ")}`;
}

/**
 * Ticks that came to something; of failures that repeat, one. Skips between them depend on the clock alone. A tick that failed leaves the cursor as
 * it is: ours tells it, Dagster's tells none.
 */
function story(name: string, ticks: readonly Told[]): readonly Told[] {
  const told = ticks
    .filter(({ status }) => status !== "SKIPPED")
    .map(({ status, runs, cursor, error, partitions }) => ({
      status,
      runs,
      cursor: status === "FAILURE" ? null : withoutIds(name, cursor),
      error: error?.replace(/^\w+: /, "") ?? null,
      partitions,
    }));
  return told.filter((each, index) => index === 0 || JSON.stringify(each) !== JSON.stringify(told[index - 1]));
}

const toRun = ({ jobName, partition, tags }: Run): object => ({
  job: jobName,
  partition: partition ?? null,
  tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(\.|dagster\/)/.test(key))),
  runKey: tags["dagster/run_key"] ?? null,
  sensor: tags["dagster/sensor_name"] ?? null,
});

const toPartitions = ({ kind, keys, skippedKeys }: DynamicPartitionsResult): object => ({ kind, keys, skipped: skippedKeys });

async function toTold(tick: Tick, storage: Storage): Promise<Told> {
  const runs = new Map((await storage.runs.getMany(tick.runIds)).map((run) => [run.id, run]));
  return {
    status: tick.status,
    runs: tick.runIds.map((id) => toRun(runs.get(id)!)),
    cursor: tick.cursor,
    error: tick.error?.message ?? null,
    partitions: tick.dynamicPartitions.map(toPartitions),
  };
}

function askDagster(python: string): Readonly<Record<string, readonly Told[]>> & { readonly "keys of regions": unknown } {
  const asked = spawnSync(python, [fileURLToPath(new URL("dagster_sensors.py", import.meta.url))], {
    input: JSON.stringify(steps),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as ReturnType<typeof askDagster>;
}

describeWithEngine("python", "sensors beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("ticks ask for the same runs, with the same tags, keys, partitions and cursors", { timeout: 300_000 }, async () => {
    const theirs = askDagster(DAGSTER_PYTHON);
    await using stack = await startStack({
      definitions: fileURLToPath(new URL("program.ts", import.meta.url)),
      // What sensors ask for stays in the queue.
      instanceFile: "run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: 0}}\n",
    });
    const { storage } = stack;
    const idOf = (name: string): InstigatorId => instigatorIdOf(codeLocationName(locationName), name);
    for (const { materialize } of steps) {
      for (const [name, rows] of materialize)
        await storage.assets.report([
          {
            type: "ASSET_MATERIALIZATION",
            atMs: Date.now(),
            message: "",
            stepKey: null,
            assetKey: [name],
            partition: null,
            description: null,
            metadata: { rows: { type: "int", int: String(rows) } },
            tags: {},
          },
        ]);
      const madeAtMs = await storage.nowMs();
      for (const name of sensors)
        await until(`${name} has nothing more to ask for`, async () => {
          const [newest] = await storage.instigators.ticks(idOf(name), { limit: 1 });
          const isAtRest = newest !== undefined && newest.scheduledAtMs > madeAtMs && newest.status !== "SUCCESS";
          return isAtRest ? true : undefined;
        });
    }
    for (const name of sensors) {
      const ticks = await storage.instigators.ticks(idOf(name), { limit: 200 });
      const ours = await Promise.all(ticks.toReversed().map((tick) => toTold(tick, storage)));
      expect(story(name, ours), name).toEqual(story(name, theirs[name]!));
      const kept = name === "failing" ? "one" : withoutIds(name, theirs[name]!.at(-1)!.cursor);
      expect(withoutIds(name, (await storage.instigators.get(idOf(name)))!.cursor), name).toEqual(kept);
    }
    expect(await storage.dynamicPartitions.keys("regions")).toEqual(theirs["keys of regions"]);
  });
});
