import { executeInProcess, inProcessExecutor, job, type JobDefinition, op, opOut, output } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition) => () => executeInProcess(one, { raiseOnError: false });
const inProcess = { executor: inProcessExecutor };

const branch = op(
  "branch",
  { outs: { left: opOut(number, { isRequired: false }), right: opOut(number, { isRequired: false }) } },
  function* () {
    yield output(1, { outputName: "left" });
  },
);
const onLeft = op("on_left", { ins: { number }, out: number }, (ins) => ins.number);
const onRight = op("on_right", { ins: { number }, out: number }, (ins) => ins.number);
const afterRight = op("after_right", { ins: { number }, out: number }, (ins) => ins.number);
const join = op("join", { ins: { parts: z.array(number) }, out: number }, ({ parts }) => parts.reduce((a, b) => a + b, 0));
const needBoth = op("need_both", { ins: { first: number, second: number }, out: number }, ({ first, second }) => first + second);
const nothingMade = op("nothing_made", { out: opOut(number, { isRequired: false }) }, () => undefined);
const forgetsOne = op("forgets_one", { outs: { first: number, second: number } }, function* () {
  yield output(1, { outputName: "first" });
});
const broken = op("broken", { ins: { number }, out: number }, () => {
  throw new Error("broken");
});

const branching = job("branching", inProcess, () => {
  const { left, right } = branch();
  onLeft({ number: left });
  afterRight({ number: onRight({ number: right }) });
});
const joining = job("joining", inProcess, () => {
  const { left, right } = branch();
  join({ parts: [onLeft({ number: left }), onRight({ number: right })] });
  needBoth({ first: onLeft.alias("left_again")({ number: left }), second: onRight.alias("right_again")({ number: right }) });
});
const allAbsent = job("all_absent", inProcess, () => {
  const made = nothingMade();
  join({ parts: [onLeft({ number: made }), onRight({ number: made })] });
});
const oneMissing = job("one_missing", inProcess, () => {
  const { first, second } = forgetsOne();
  onLeft({ number: first });
  onRight({ number: second });
});
const skippedAndFailed = job("skipped_and_failed", inProcess, () => {
  const { left, right } = branch();
  needBoth({ first: broken({ number: left }), second: onRight({ number: right }) });
});

export const cases: Cases = {
  "what needs an absent output is skipped, and what needs that": run(branching),
  "a fan-in takes what there is": run(joining),
  "a fan-in of nothing is skipped": run(allAbsent),
  "a required output that is not made fails the step": run(oneMissing),
  "an absent output goes before a failed step": run(skippedAndFailed),
};
