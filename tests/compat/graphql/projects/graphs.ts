import { existsSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { dynamicOut, dynamicOutput, graph, inProcessExecutor, job, multiprocessExecutor, op, successHook } from "dagwright";
import { z } from "zod";

const int = z.int();
const parts = op("parts", { out: dynamicOut(int) }, function* () {
  yield dynamicOutput(1, { mappingKey: "one" });
  yield dynamicOutput(2, { mappingKey: "two" });
});
const double = op("double", { ins: { n: int }, out: int }, ({ n }) => n * 2);
const onceBroken = op("once_broken", { ins: { n: int }, out: int }, ({ n }) => {
  const marker = process.env["COMPAT_MARKER"]!;
  if (n === 2 && !existsSync(marker)) {
    writeFileSync(marker, "");
    throw new Error("not yet");
  }
  return n + 1;
});
const seed = op("seed", { out: int }, () => 1);
const total = op("total", { ins: { numbers: z.array(int) }, out: int }, ({ numbers }) => numbers.reduce((a, b) => a + b, 0));
const twice = graph("twice", { ins: { n: int } }, ({ n }) => double.alias("second")({ n: double.alias("first")({ n }) }));
const told = successHook("told", () => undefined);

const mapped = job("mapped", { executor: inProcessExecutor }, () => {
  const made = parts();
  const changed = made.map((n) => onceBroken({ n: double({ n }) }));
  total({ numbers: changed.collect() });
  total.alias("total_of_parts")({ numbers: made.collect() });
  double.alias("apart").withHooks(told)({ n: seed() });
});
const within = job("within", { executor: inProcessExecutor, hooks: [told] }, () => {
  total({
    numbers: parts()
      .map((n) => twice({ n }))
      .collect(),
  });
});

const wait = (): Promise<void> => setTimeout(500);
const left = op("left", { pool: "db" }, wait);
const right = op("right", { pool: "db" }, wait);
const pooled = job("pooled", { executor: multiprocessExecutor() }, () => {
  left();
  right();
});

export const jobs = [mapped, within, pooled];
