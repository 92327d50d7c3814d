import {
  dynamicOut,
  dynamicOutput,
  executeInProcess,
  failureHook,
  graph,
  inProcessExecutor,
  job,
  type JobDefinition,
  op,
  opOut,
  resource,
  retryRequested,
  successHook,
} from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition) => () => executeInProcess(one, { raiseOnError: false });
const inProcess = { executor: inProcessExecutor };

const tellSuccess = successHook("tell_success", () => {});
const tellFailure = failureHook("tell_failure", () => {});
const brokenHook = successHook("broken_hook", () => {
  throw new Error("broken hook");
});

const good = op("good", { out: number }, () => 1);
const bad = op("bad", { out: number }, () => {
  throw new Error("bad");
});
const secondTime = op("second_time", { retryPolicy: { maxRetries: 1 } }, (_, context) => {
  if (context.step.retryNumber === 0) throw new Error("not yet");
});
const never = op("never", { retryPolicy: { maxRetries: 2 } }, () => {
  throw new Error("never");
});
const brokenFailureHook = failureHook("broken_failure_hook", () => {
  throw new Error("broken hook");
});
const bell = resource("bell", () => "bell");
const ring = successHook("ring", { resources: { bell } }, ({ resources }) => {
  if (resources.bell !== "bell") throw new Error("no bell");
});
const asksAgain = op("asks_again", (_, context) => {
  if (context.step.retryNumber === 0) throw retryRequested({ maxRetries: 1 });
});
const several = op("several", { out: dynamicOut(number) }, function* () {
  yield dynamicOutput(1, { mappingKey: "a" });
  yield dynamicOutput(2, { mappingKey: "b" });
});
const after = op("after", { ins: { number }, out: number }, (ins) => ins.number);
const makesNothing = op("makes_nothing", { out: opOut(number, { isRequired: false }) }, () => undefined);
const inner = graph("inner", () => good());

const successOnJob = job("success_on_job", { ...inProcess, hooks: [tellSuccess] }, () => {
  good();
  after({ number: bad() });
});
const failureOnJob = job("failure_on_job", { ...inProcess, hooks: [tellFailure] }, () => {
  good();
  after({ number: bad() });
});
const onNode = job("on_node", inProcess, () => {
  good.withHooks(tellSuccess)();
  bad.withHooks(tellSuccess)();
  good.alias("without")();
});
const thatThrows = job("that_throws", { ...inProcess, hooks: [brokenHook] }, () => {
  after({ number: good() });
});
const withRetry = job("with_retry", { ...inProcess, hooks: [tellSuccess] }, () => {
  secondTime();
});
const withSkip = job("with_skip", { ...inProcess, hooks: [tellSuccess] }, () => {
  after({ number: makesNothing() });
});
const onGraph = job("on_graph", inProcess, () => {
  after({ number: inner.withHooks(tellSuccess)() });
});

const givesUp = job("gives_up", { ...inProcess, hooks: [tellFailure] }, () => {
  never();
});
const asksForIt = job("asks_for_it", { ...inProcess, hooks: [tellSuccess] }, () => {
  asksAgain();
});
const throwsAfterFailure = job("that_throws_after_failure", { ...inProcess, hooks: [brokenFailureHook] }, () => {
  never();
  good();
});
const withResource = job("with_resource", { ...inProcess, hooks: [ring], resources: [bell] }, () => {
  good();
});
const mapped = job("mapped", { ...inProcess, hooks: [tellSuccess] }, () => {
  several().map((one) => after({ number: one }));
});
const behindFailure = job("behind_failure", { ...inProcess, hooks: [tellFailure] }, () => {
  after({ number: after.alias("between")({ number: bad() }) });
});
const ofTheOtherEnd = job("on_both", inProcess, () => {
  good.withHooks(tellFailure)();
});

export const cases: Cases = {
  "of success, on a job": run(successOnJob),
  "of failure, on a job": run(failureOnJob),
  "on a node": run(onNode),
  "a hook that throws fails nothing": run(thatThrows),
  "a step that is tried again": run(withRetry),
  "a step that is skipped": run(withSkip),
  "on a graph": run(onGraph),
  "a step that is tried again and gives up": run(givesUp),
  "a step that asks to be tried again": run(asksForIt),
  "a hook that throws after a failure": run(throwsAfterFailure),
  "a hook with a resource": run(withResource),
  "mapped steps": run(mapped),
  "steps behind a failure": run(behindFailure),
  "a hook of the other end": run(ofTheOtherEnd),
};
