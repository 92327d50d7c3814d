// The same program as retrying_program.py: what fails, fails always.
import { asset, defineAssetJob, definitions, inProcessExecutor, job, op } from "dagwright";
import { z } from "zod";

const first = op("first", { out: z.number() }, () => 1);
const second = op("second", { ins: { n: z.number() } }, () => {
  throw new Error("never");
});
const fails = job("fails", { executor: inProcessExecutor, tags: { of: "the job" } }, () => {
  second({ n: first() });
});

const good = asset("good", {}, () => 1);
const bad = asset("bad", {}, () => {
  throw new Error("never");
});
const make = defineAssetJob("make", { selection: [good, bad], executor: inProcessExecutor });

export default definitions({ assets: [good, bad], jobs: [fails, make] });
