// The same program as program.py.
import { dynamicOut, dynamicOutput, inProcessExecutor, job, op, type OpContext } from "dagwright";
import { z } from "zod";

const isFirst = (context: Pick<OpContext, "run">): boolean => !("dagster/parent_run_id" in context.run.tags);

const a = op("a", { out: z.number() }, () => 1);
const b = op("b", { ins: { n: z.number() }, out: z.number(), retryPolicy: { maxRetries: 1 } }, ({ n }, context) => {
  if (isFirst(context)) throw new Error("not yet");
  return n;
});
const c = op("c", { ins: { n: z.number() } }, ({ n }) => n);
const apart = op("apart", () => 1);
const parts = op("parts", { out: dynamicOut(z.string()) }, () =>
  ["x", "y", "z"].map((key) => dynamicOutput(key, { mappingKey: key })),
);
const m = op("m", { ins: { part: z.string() }, out: z.string() }, ({ part }, context) => {
  if (part === "y" && isFirst(context)) throw new Error("not yet");
  return part;
});
const total = op("total", { ins: { all: z.array(z.string()) } }, ({ all }) => all.length);

export const jobs = {
  chain: job("chain", { executor: inProcessExecutor }, () => {
    apart();
    c({ n: b({ n: a() }) });
  }),
  mapped: job("mapped", { executor: inProcessExecutor }, () => {
    total({
      all: parts()
        .map((part) => m({ part }))
        .collect(),
    });
  }),
};
