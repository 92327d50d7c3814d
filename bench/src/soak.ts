import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isFinalRunStatus } from "@dagwright/model";
import { type BenchStack, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { processTree, proportionalMemory, residentMemory } from "./measuring/processes.ts";
import { slopePerMinute } from "./measuring/slope.ts";

export interface SoakOptions {
  readonly minutes: number;
  /** Runs over GraphQL, each second; schedules and sensors start some besides. */
  readonly runsPerSecond: number;
  /** `real`: each run has its worker. `no-op`: runs end as soon as they are launched. */
  readonly launcher: "real" | "no-op";
}

const soakFile = fileURLToPath(new URL("projects/soak.ts", import.meta.url));
const liveHeapPreload = new URL("preload/live-heap.ts", import.meta.url).href;
const launcherFile = fileURLToPath(new URL("projects/no-op-launcher.ts", import.meta.url));
const sampleEveryMs = 5_000;
/** Collecting garbage stops a process for a moment, so it is asked for seldom. */
const collectEverySamples = 4;
/** Caches, compiled code and pools fill in the beginning; growth counts from here on. */
const warmUpShare = 1 / 3;
/** More than this, and in a month of such a load the process would have grown by gigabytes. */
const mostMbPerMinute = 0.5;

interface Sample {
  readonly atMinutes: number;
  readonly residentMb: number;
  readonly proportionalMb: number;
  /** What was alive after the last collection that was asked for. */
  readonly liveMb: number | null;
}

/** A steady load for minutes: whether memory of the processes that stay grows with what they have done. */
export async function benchSoak({ minutes, runsPerSecond, launcher }: SoakOptions): Promise<readonly Measurement[]> {
  // The launcher's own way to the database is known only once the stack has it: the environment says it to the daemon.
  const block = launcher === "real" ? "" : `run_launcher:\n  module: ${launcherFile}\n  class: NoOpLauncher\n`;
  const heaps = await mkdtemp(join(tmpdir(), "dagwright-heaps-"));
  await using removing = new AsyncDisposableStack();
  removing.defer(() => rm(heaps, { recursive: true, force: true }));
  await using world: BenchStack = await startBenchStack(soakFile, block, (url) => ({
    SOAK_DATABASE: url,
    NODE_OPTIONS: `--import=${liveHeapPreload}`,
    DAGWRIGHT_BENCH_HEAPS: heaps,
  }));
  const { stack } = world;
  const samples = new Map<string, Sample[]>();
  const startedAt = performance.now();
  const elapsedMinutes = (): number => (performance.now() - startedAt) / 60_000;
  let launched = 0;
  let failed = 0;

  const launching = (async (): Promise<void> => {
    const underWay = new Set<Promise<void>>();
    while (elapsedMinutes() < minutes) {
      const due = Math.floor(elapsedMinutes() * 60 * runsPerSecond);
      // Late launches are made up for a few at a time: a stall must not end in a storm.
      for (let index = launched; index < Math.min(due, launched + 4); index += 1) {
        const launch = stack
          .launch("three_ops")
          .then(
            () => undefined,
            () => void (failed += 1),
          )
          .finally(() => underWay.delete(launch));
        underWay.add(launch);
        launched += 1;
      }
      await delay(1_000 / runsPerSecond);
    }
    await Promise.all(underWay);
  })();

  for (let taken = 1; elapsedMinutes() < minutes; taken += 1) {
    await delay(sampleEveryMs);
    const atMinutes = elapsedMinutes();
    for (const [name, pid] of longLived(stack)) {
      try {
        const liveMb = taken % collectEverySamples === 0 ? await liveHeap(heaps, pid) : null;
        const sample = { atMinutes, residentMb: residentMemory(pid).nowMb, proportionalMb: proportionalMemory(pid), liveMb };
        samples.set(name, [...(samples.get(name) ?? []), sample]);
      } catch {
        // It has ended since it was listed.
      }
    }
    process.stderr.write(`  ${atMinutes.toFixed(1)} min, ${launched} launched\n`);
  }
  await launching;
  const tail = Math.max(1, Math.floor(minutes * 60 * runsPerSecond * 0.1));
  const newest = await stack.storage.runs.list({}, { limit: Math.min(tail, 500) });
  const open = newest.filter(({ status }) => !isFinalRunStatus(status)).length;

  const growth = [...samples].flatMap(([name, all]): Measurement[] => {
    const settled = all.filter(({ atMinutes }) => atMinutes >= minutes * warmUpShare);
    const slope = (of: (sample: Sample) => number | null): number =>
      slopePerMinute(
        settled.flatMap((sample) => {
          const y = of(sample);
          return y === null ? [] : [{ x: sample.atMinutes, y }];
        }),
      );
    const live = settled.flatMap(({ liveMb }) => liveMb ?? []);
    return [
      {
        name: `soak/${name}, alive after collection`,
        unit: "MB/min",
        samples: [slope(({ liveMb }) => liveMb)],
        target: { atMost: mostMbPerMinute },
        note: `from ${live[0]?.toFixed(1)} to ${live.at(-1)?.toFixed(1)} MB in ${live.length} collections`,
      },
      {
        name: `soak/${name}, RSS`,
        unit: "MB/min",
        samples: [slope(({ residentMb }) => residentMb)],
        note: `over the whole time ${spread(all, 12)
          .map(({ residentMb }) => residentMb.toFixed(0))
          .join(", ")} MB; PSS ${slope(({ proportionalMb }) => proportionalMb).toFixed(2)} MB/min`,
      },
    ];
  });
  return [
    {
      name: `soak/runs launched, ${launcher} launcher`,
      unit: "runs/s",
      samples: [(launched - failed) / (minutes * 60)],
      note: `${minutes} minutes, ${failed} launches failed; of the newest ${newest.length} runs ${open} had not ended when the launching did`,
    },
    ...growth,
  ];
}

/** So many of them in equal steps, the last among them. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  Array.from(
    { length: Math.min(count, items.length) },
    (_, index) => items[Math.ceil(((index + 1) * items.length) / Math.min(count, items.length)) - 1]!,
  );

/** Collects a process's garbage, and reads what is left. */
async function liveHeap(folder: string, pid: number): Promise<number> {
  const read = async (): Promise<{ readonly asked: number; readonly liveMb: number }> => {
    try {
      return JSON.parse(await readFile(join(folder, `${pid}.json`), "utf8")) as { asked: number; liveMb: number };
    } catch {
      return { asked: 0, liveMb: 0 };
    }
  };
  const before = await read();
  process.kill(pid, "SIGUSR2");
  for (let waited = 0; waited < 10_000; waited += 50) {
    await delay(50);
    const now = await read();
    if (now.asked > before.asked) return now.liveMb;
  }
  throw new Error(`Process ${pid} did not say what is alive in it`);
}

/** The processes that outlive runs, each by a name of its own. A restart would begin a new one under the same name, and is seen as a leap. */
function longLived({ webserver, daemons, codeLocation }: BenchStack["stack"]): readonly (readonly [name: string, pid: number])[] {
  const evaluators = processTree([codeLocation.pid]).filter(({ title }) => title.includes("evaluator"));
  return [
    ["webserver", webserver.pid],
    ...daemons.map((daemon, index) => [`daemon ${index + 1}`, daemon.pid] as const),
    ["code-location front", codeLocation.pid],
    ...evaluators.map(({ pid }, index) => [`evaluator ${index + 1}`, pid] as const),
  ];
}
