// What the benchmarks run: ops that do nothing worth mentioning, so that what is measured is everything around them.
import { definitions, inProcessExecutor, job, multiprocessExecutor, op } from "dagwright";
import { z } from "zod";

const one = op("one", { out: z.number() }, () => 1);
const addOne = op("add_one", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n + 1);
const nothing = op("nothing", () => undefined);

const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
const firstFibonacci = op("first_fibonacci", { out: z.number() }, () => fibonacci(10));
const nextFibonacci = op("next_fibonacci", { ins: { before: z.number() }, out: z.number() }, () => fibonacci(10));

const sixOps = job("six_ops", { executor: inProcessExecutor }, () => {
  let n = one();
  for (let index = 0; index < 5; index += 1) n = addOne({ n });
});

const hundredAcrossProcesses = job("hundred_across_processes", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, () => {
  for (let index = 0; index < 100; index += 1) nothing();
});

const fibonacciChain = (): void => {
  let before = firstFibonacci();
  for (let index = 1; index < 40; index += 1) before = nextFibonacci({ before });
};
const fibonacciReused = job("fibonacci_reused", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, fibonacciChain);
const fibonacciIsolated = job(
  "fibonacci_isolated",
  { executor: multiprocessExecutor({ maxConcurrent: 2, isolation: "step" }) },
  fibonacciChain,
);

/** Long enough to look at its worker. */
const wait = op("wait", () => new Promise((resolve) => setTimeout(resolve, 1_500)));
const waiting = job("waiting", { executor: inProcessExecutor }, () => {
  wait();
});

export default definitions({
  jobs: [sixOps, hundredAcrossProcesses, fibonacciReused, fibonacciIsolated, waiting],
});
