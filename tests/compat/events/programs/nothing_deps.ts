import { executeInProcess, inProcessExecutor, job, type JobDefinition, nothing, op } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition) => () => executeInProcess(one, { raiseOnError: false });
const inProcess = { executor: inProcessExecutor };

const prepare = op("prepare", { out: nothing }, () => {});
const load = op("load", { out: number }, () => 1);
const work = op("work", { ins: { ready: nothing }, out: number }, () => 2);
const workOn = op("work_on", { ins: { ready: nothing, number }, out: number }, (ins) => ins.number);
const cleanUp = op("clean_up", { ins: { done: nothing }, out: nothing }, () => {});
const broken = op("broken", { out: nothing }, () => {
  throw new Error("broken");
});

const inOrder = job("in_order", inProcess, () => {
  cleanUp({ done: work({ ready: prepare() }) });
});
const afterSeveral = job("after_several", inProcess, () => {
  const first = prepare();
  const second = load();
  cleanUp({ done: [first, second, workOn({ ready: first, number: second })] });
});
const afterFailure = job("after_failure", inProcess, () => {
  cleanUp({ done: work({ ready: broken() }) });
});

export const cases: Cases = {
  "an order without values": run(inOrder),
  "after several, beside a value": run(afterSeveral),
  "after a failure": run(afterFailure),
};
