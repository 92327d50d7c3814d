// The project that the tests of several processes run: ops that do what users' ops do on a bad day.
import { spawnSync } from "node:child_process";
import { existsSync, openSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  asset,
  definitions,
  inProcessExecutor,
  job,
  multiprocessExecutor,
  op,
  runFailureSensor,
  runRequest,
  schedule,
  sensor,
  skipReason,
} from "dagwright";
import { z } from "zod";

const inOneProcess = { executor: inProcessExecutor };

const one = op("one", { out: z.number() }, () => 1);
const addOne = op("add_one", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n + 1);
const chain = job("chain", inOneProcess, () => {
  let n = one();
  for (let index = 0; index < 5; index += 1) n = addOne({ n });
});
const chainOfProcesses = job("chain_of_processes", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, () => {
  addOne({ n: addOne({ n: one() }) });
});

/** Logs a line every 20 ms until the file of its config is there, or it is told to stop. */
const waitForFile = op("wait_for_file", { config: z.object({ file: z.string() }) }, async (_ins, context) => {
  for (let index = 0; !existsSync(context.op.config.file); index += 1) {
    context.log.info(`waiting ${index}`);
    await delay(20, undefined, { signal: context.signal });
  }
});
const waiting = job("waiting", inOneProcess, () => {
  waitForFile();
});
const waitingAlone = job("waiting_alone", { ...inOneProcess, whenRunning: "skip" }, () => {
  waitForFile();
});
const waitingInProcesses = job("waiting_in_processes", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, () => {
  waitForFile();
});

/** Logs as fast as a timer allows, and writes into a file beside the log which line it has logged when. */
const logTightly = op("log_tightly", { config: z.object({ file: z.string() }) }, async (_ins, context) => {
  const file = openSync(context.op.config.file, "a");
  for (let index = 0; ; index += 1) {
    context.log.info(`tight ${index}`);
    writeSync(file, `${index} ${Date.now()}\n`);
    await delay(1, undefined, { signal: context.signal });
  }
});
const loggingTightly = job("logging_tightly", inOneProcess, () => {
  logTightly();
});

/** Holds the main thread without a pause, logging all the while. */
const block = op("block", { config: z.object({ seconds: z.number() }) }, (_ins, context) => {
  const until = Date.now() + context.op.config.seconds * 1000;
  let said = 0;
  while (Date.now() < until) {
    if (Date.now() - said < 100) continue;
    said = Date.now();
    context.log.info("still here");
  }
});
const blocking = job("blocking", inOneProcess, () => {
  block();
});

const throwNonError = op("throw_non_error", () => {
  // oxlint-disable-next-line typescript/only-throw-error -- what a user's code may do all the same
  throw { code: 7 };
});
const throwing = job("throwing", inOneProcess, () => {
  throwNonError();
});

const exit = op("exit", { config: z.object({ code: z.number() }) }, (_ins, context): void => {
  process.stderr.write("last words before the exit\n");
  process.exit(context.op.config.code);
});
const exiting = job("exiting", inOneProcess, () => {
  exit();
});
const exitingInProcesses = job("exiting_in_processes", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, () => {
  exit();
});

const killItself = op("kill_itself", () => {
  process.kill(process.pid, "SIGKILL");
});
const dying = job("dying", inOneProcess, () => {
  killItself();
});

const speak = op("speak", { config: z.object({ text: z.string(), megabytes: z.number().default(0) }) }, (_ins, context) => {
  const { text, megabytes } = context.op.config;
  context.log.info(megabytes > 0 ? "x".repeat(megabytes * 1024 * 1024) : text);
  context.addOutputMetadata({ text });
});
const speaking = job("speaking", inOneProcess, () => {
  speak();
});

const fail = op("fail", { config: z.object({ text: z.string() }) }, (_ins, context) => {
  throw new Error(context.op.config.text);
});
const failing = job("failing", inOneProcess, () => {
  fail();
});

const print = op("print", () => {
  console.log("to stdout");
  console.error("to stderr");
  spawnSync("sh", ["-c", "echo from a child"], { stdio: "inherit" });
});
const printing = job("printing", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => {
  print();
});

const strict = op(
  "strict",
  { config: z.object({ name: z.string(), count: z.number(), nested: z.object({ flag: z.boolean() }) }) },
  (_ins, context): void => context.log.info(context.op.config.name),
);
const strictJob = job("strict_job", inOneProcess, () => {
  strict();
});

const mismatch = op("mismatch", { out: z.number() }, () => "seven" as unknown as number);
const mismatched = job("mismatched", inOneProcess, () => {
  mismatch();
});

const words = asset("words", { group: "text" }, () => ["one", "two"]);
const wordCount = asset("word_count", { group: "text", ins: { words } }, ({ words: list }) => list.length);

export default definitions({
  assets: [words, wordCount],
  jobs: [
    chain,
    chainOfProcesses,
    waiting,
    waitingAlone,
    waitingInProcesses,
    loggingTightly,
    blocking,
    throwing,
    exiting,
    exitingInProcesses,
    dying,
    speaking,
    failing,
    printing,
    strictJob,
    mismatched,
  ],
  schedules: [schedule("every_minute", { job: chain, cron: "* * * * *" })],
  sensors: [
    sensor("file_sensor", { job: chain, minimumIntervalSeconds: 1 }, function* () {
      const file = process.env["SENSOR_FILE"] ?? "/nonexistent";
      if (existsSync(file)) yield runRequest({ runKey: "file" });
      else yield skipReason("no file");
    }),
    runFailureSensor("after_failure", { monitoredJobs: [throwing], requestJob: chain }, ({ run, stepFailureEvents }) =>
      runRequest({ runKey: run.id, tags: { failed: run.id, steps: stepFailureEvents.map(({ stepKey }) => stepKey).join() } }),
    ),
    sensor("asks_its_instance", {}, async ({ instance }) =>
      skipReason(`regions: ${(await instance.dynamicPartitions("regions")).join()}`),
    ),
  ],
});
