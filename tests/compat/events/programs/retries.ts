import { executeInProcess, failure, inProcessExecutor, job, type JobDefinition, op, output, retryRequested } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition) => () => executeInProcess(one, { raiseOnError: false });
const inProcess = { executor: inProcessExecutor };
const throwNever = (): never => {
  throw new Error("never");
};

const thirdTime = op("third_time", { out: number, retryPolicy: { maxRetries: 2 } }, (_, context) => {
  if (context.step.retryNumber < 2) throw new Error("not yet");
  return context.step.retryNumber;
});
const never = op("never", { retryPolicy: { maxRetries: 1 } }, throwNever);
const linear = op("linear", { retryPolicy: { maxRetries: 2, delaySeconds: 0.25, backoff: "LINEAR" } }, throwNever);
const exponential = op("exponential", { retryPolicy: { maxRetries: 2, delaySeconds: 0.25, backoff: "EXPONENTIAL" } }, throwNever);
const asksForIt = op("asks_for_it", { out: number }, (_, context) => {
  if (context.step.retryNumber < 2) throw retryRequested({ maxRetries: 3, secondsToWait: 0.25 });
  return 1;
});
const asksTooOften = op("asks_too_often", () => {
  throw retryRequested({ maxRetries: 1 });
});
const asksAgainstPolicy = op("asks_against_policy", { retryPolicy: { maxRetries: 5 } }, () => {
  throw retryRequested({ maxRetries: 1 });
});
const fails = op("fails", () => {
  throw failure({ description: "on purpose", metadata: { rows: 3 } });
});
const failsWithRetries = op("fails_with_retries", { retryPolicy: { maxRetries: 1 } }, () => {
  throw failure({ description: "on purpose" });
});
const failsWithoutRetries = op("fails_without_retries", { retryPolicy: { maxRetries: 1 } }, () => {
  throw failure({ description: "on purpose", allowRetries: false });
});
const wrongType = op("wrong_type", { out: number, retryPolicy: { maxRetries: 1 } }, () => "text" as unknown as number);
const forgetsOne = op("forgets_one", { outs: { first: number, second: number }, retryPolicy: { maxRetries: 1 } }, function* () {
  yield output(1, { outputName: "first" });
});
const after = op("after", { ins: { number }, out: number }, (ins) => ins.number);
const plain = op("plain", throwNever);

const succeedsLater = job("succeeds_later", inProcess, () => {
  after({ number: thirdTime() });
});
const givesUp = job("gives_up", inProcess, () => {
  never();
});
const backsOff = job("backs_off", inProcess, () => {
  linear();
  exponential();
});
const requested = job("requested", inProcess, () => {
  after({ number: asksForIt() });
});
const requestedTooOften = job("requested_too_often", inProcess, () => {
  asksTooOften();
});
const requestedAgainstPolicy = job("requested_against_policy", inProcess, () => {
  asksAgainstPolicy();
});
const failures = job("failures", inProcess, () => {
  fails();
  failsWithRetries();
  failsWithoutRetries();
});
const wrong = job("wrong", inProcess, () => {
  wrongType();
  forgetsOne();
});
const ofTheJob = job("of_the_job", { ...inProcess, opRetryPolicy: { maxRetries: 1 } }, () => {
  plain();
  never();
  plain.withRetryPolicy({ maxRetries: 2 }).alias("of_its_own")();
});

export const cases: Cases = {
  "a policy, and success in the end": run(succeedsLater),
  "a policy, and no success": run(givesUp),
  "delays that grow": run(backsOff),
  "requested by the op": run(requested),
  "requested too often": run(requestedTooOften),
  "a request goes before the policy": run(requestedAgainstPolicy),
  "failures on purpose": run(failures),
  "what is wrong with outputs is not tried again": run(wrong),
  "policies of job, op and use": run(ofTheJob),
};
