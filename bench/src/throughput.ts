import type { BenchWorld } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { observeRun } from "./measuring/observed-run.ts";
import { untilWarm } from "./measuring/processes.ts";
import { repeat, timed } from "./measuring/samples.ts";

const runsAtOnce = 40;

/** Many runs at once, each in a process of its own. */
export async function benchThroughput(world: BenchWorld): Promise<readonly Measurement[]> {
  const { stack } = await world.stack("direct");
  await observeRun(stack, "six_ops");
  const samples = await repeat(3, async () => {
    await untilWarm(stack.codeLocation.pid, 2);
    const ms = await timed(() => Promise.all(Array.from({ length: runsAtOnce }, () => observeRun(stack, "six_ops"))));
    return (runsAtOnce * 1_000) / ms;
  });
  return [{ name: `throughput/${runsAtOnce} runs at once`, unit: "runs/s", samples, target: { atLeast: 10 } }];
}
