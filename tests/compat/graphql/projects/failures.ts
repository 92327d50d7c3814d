import { existsSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { failure, inProcessExecutor, job, op, retryRequested } from "dagwright";
import { z } from "zod";

const int = z.int();
const isFirstTime = (name: string): boolean => {
  const marker = `${process.env["COMPAT_MARKER"]}${name}`;
  if (existsSync(marker)) return false;
  writeFileSync(marker, "");
  return true;
};

const sound = op("sound", { out: int }, () => 1);
const broken = op("broken", { ins: { n: int }, out: int }, ({ n }) => {
  if (isFirstTime("broken")) throw new Error("broken");
  return n;
});
const after = op("after", { ins: { n: int }, out: int }, ({ n }) => n);
const flakyOp = op("flaky_op", { retryPolicy: { maxRetries: 2 } }, () => {
  if (isFirstTime("flaky")) throw new Error("not yet");
});
const asksAgain = op("asks_again", () => {
  if (isFirstTime("asks")) throw retryRequested({ maxRetries: 1 });
});
const givesUp = op("gives_up", () => {
  throw failure({ description: "given up", metadata: { rows: 0 }, allowRetries: false });
});
const waitLong = op("wait_long", (_, { signal }) => setTimeout(60_000, undefined, { signal }));

const options = { executor: inProcessExecutor };
export const jobs = [
  job("failing", options, () => {
    after({ n: broken({ n: sound() }) });
  }),
  job("flaky", options, () => {
    flakyOp();
    asksAgain();
  }),
  job("giving_up", options, () => {
    givesUp();
  }),
  job("endless", options, () => {
    waitLong();
  }),
];
