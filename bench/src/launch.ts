import type { BenchWorld } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { observeRun, type ObservedRun } from "./measuring/observed-run.ts";
import { untilWarm } from "./measuring/processes.ts";
import { median } from "./measuring/samples.ts";

const launches = 20;

/** From the GraphQL mutation to the first step and to SUCCESS of six ops in one process, each launch with a warm worker. */
export async function benchLaunch(world: BenchWorld): Promise<readonly Measurement[]> {
  const { costs } = world;
  const measurements: Measurement[] = [];
  for (const coordinator of ["direct", "queued"] as const) {
    const { stack } = await world.stack(coordinator);
    // The first ones also make what later ones find: compiled queries, two warm workers.
    for (let index = 0; index < 2; index += 1) await observeRun(stack, "six_ops");
    const runs: ObservedRun[] = [];
    for (let index = 0; index < launches; index += 1) {
      await untilWarm(stack.codeLocation.pid, 1);
      runs.push(await observeRun(stack, "six_ops"));
    }
    const how = coordinator === "direct" ? "no queue" : "queue";
    const row = (what: string, samples: readonly number[], atMost?: number): Measurement => ({
      name: `launch/${what}, ${how}`,
      unit: "ms",
      samples,
      ...(atMost !== undefined && { target: { atMost } }),
      ratios: { "100 commits": median(samples) / costs.hundredCommitsMs, "node start": median(samples) / costs.nodeStartMs },
    });
    measurements.push(
      row(
        "first step",
        runs.map(({ firstStepMs }) => firstStepMs),
        50,
      ),
      row(
        "SUCCESS",
        runs.map(({ successMs }) => successMs),
      ),
    );
  }
  return measurements;
}
