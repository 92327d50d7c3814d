import { executeInProcess, inProcessExecutor, job, op } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const start = op("start", { out: z.number() }, () => 1);
const broken = op("broken", { ins: { number: z.number() }, out: z.number() }, () => {
  throw new Error("broken");
});
const afterBroken = op("after_broken", { ins: { number: z.number() } }, ({ number }) => number);
const sound = op("sound", { ins: { number: z.number() }, out: z.number() }, ({ number }) => number + 1);
const join = op("join", { ins: { left: z.number(), right: z.number() } }, ({ left, right }) => left + right);

const failingBranch = job("failing_branch", { executor: inProcessExecutor }, () => {
  afterBroken({ number: broken({ number: start() }) });
});
const failingSide = job("failing_side", { executor: inProcessExecutor }, () => {
  const number = start();
  join({ left: broken({ number }), right: sound({ number }) });
});

export const cases: Cases = {
  "what depends on a failed step is skipped": () => executeInProcess(failingBranch, { raiseOnError: false }),
  "the other branch finishes": () => executeInProcess(failingSide, { raiseOnError: false }),
};
