import { type BenchStack, type BenchWorld, direct, startBenchStack, thousandOpsFile } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { observeRun, type ObservedRun } from "./measuring/observed-run.ts";
import { untilWarm } from "./measuring/processes.ts";
import { median } from "./measuring/samples.ts";

/** What a step costs besides what it does. */
export async function benchSteps(world: BenchWorld): Promise<readonly Measurement[]> {
  const runs = async ({ stack }: BenchStack, job: string, times: number): Promise<readonly ObservedRun[]> => {
    const observed: ObservedRun[] = [];
    for (let index = 0; index < times; index += 1) {
      await untilWarm(stack.codeLocation.pid, 1);
      observed.push(await observeRun(stack, job));
    }
    return observed;
  };
  const row = (name: string, samples: readonly number[], atMost: number, note?: string): Measurement => ({
    name: `steps/${name}`,
    unit: "ms",
    samples,
    target: { atMost },
    ratios: { "node start": median(samples) / world.costs.nodeStartMs },
    ...(note !== undefined && { note }),
  });
  const inProcess = await thousandOps(runs);
  const jobs = await world.stack("direct");
  const across = (await runs(jobs, "hundred_across_processes", 5)).map(({ stepsMs }) => stepsMs / 100);
  const reused = (await runs(jobs, "fibonacci_reused", 5)).map(({ successMs }) => successMs);
  const isolated = (await runs(jobs, "fibonacci_isolated", 7)).map(({ successMs }) => successMs);
  return [
    row("in process, each of 1,000", inProcess, 1, "from the first STEP_START to the last STEP_SUCCESS"),
    row("across processes, each of 100", across, 15, "from the first STEP_START to the last STEP_SUCCESS"),
    row("40 chained, workers reused", reused, 1_000, "from the mutation to SUCCESS"),
    row("40 chained, a process each", isolated, 1_500, "from the mutation to SUCCESS"),
  ];
}

async function thousandOps(
  runs: (stack: BenchStack, job: string, times: number) => Promise<readonly ObservedRun[]>,
): Promise<readonly number[]> {
  await using stack = await startBenchStack(thousandOpsFile, direct);
  return (await runs(stack, "thousand_ops", 5)).map(({ stepsMs }) => stepsMs / 1_000);
}
