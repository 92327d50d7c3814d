// What runs while processes die: quick runs and slow ones, in one process and in several, with pools, assets, schedules and sensors.
import { setTimeout as delay } from "node:timers/promises";
import {
  asset,
  AutomationCondition,
  automationConditionSensor,
  defineAssetJob,
  definitions,
  freshnessPolicy,
  inProcessExecutor,
  job,
  multiprocessExecutor,
  op,
  runRequest,
  schedule,
  sensor,
  staticPartitions,
} from "dagwright";
import { z } from "zod";
import { cells } from "./cells.ts";
import { failSeconds, gauges, warnSeconds } from "./gauges.ts";

const inOneProcess = { executor: inProcessExecutor };

const one = op("one", { out: z.number() }, () => 1);
const addOne = op("add_one", { ins: { n: z.number() }, out: z.number() }, async ({ n }, context) => {
  context.log.info(`adding one to ${n}`);
  await delay(20, undefined, { signal: context.signal });
  return n + 1;
});
const inPool = op("in_pool", { ins: { n: z.number() }, out: z.number(), pool: "narrow" }, async ({ n }, context) => {
  await delay(50, undefined, { signal: context.signal });
  return n;
});

const quick = job("quick", inOneProcess, () => {
  addOne({ n: one() });
});
const chain = job("chain", inOneProcess, () => {
  let n = one();
  for (let index = 0; index < 5; index += 1) n = addOne({ n });
});
const pooled = job("pooled", inOneProcess, () => {
  const n = one();
  inPool({ n });
  inPool({ n });
});
const inProcesses = job("in_processes", { executor: multiprocessExecutor({ maxConcurrent: 2 }) }, () => {
  addOne({ n: addOne({ n: one() }) });
});

const cell = job("cell", { ...inOneProcess, partitions: staticPartitions(cells) }, () => {
  addOne({ n: one() });
});

const words = asset("words", () => ["one", "two"]);
const wordCount = asset("word_count", { ins: { words } }, ({ words: list }) => list.length);
const counting = defineAssetJob("counting", { selection: [words, wordCount], executor: inProcessExecutor });

const policy = freshnessPolicy.timeWindow({ failWindowSeconds: failSeconds, warnWindowSeconds: warnSeconds });
const measured = gauges.map((name) => asset(name, { freshnessPolicy: policy }, () => 1));
const read = measured.map((gauge, index) =>
  asset(`reading_${index}`, { deps: [gauge], automationCondition: AutomationCondition.eager() }, () => index),
);
const automation = automationConditionSensor("sensor_automation", {
  target: "*",
  minimumIntervalSeconds: 1,
  defaultStatus: "RUNNING",
});

const schedules = Array.from({ length: 8 }, (_, index) =>
  schedule(`schedule_${index}`, { job: quick, cron: "* * * * *", defaultStatus: "RUNNING" }, ({ scheduledAt }) =>
    runRequest({ tags: { "chaos/due": String(scheduledAt.getTime()) } }),
  ),
);

/** Asks at each tick for the key of the tick before, for its own and for the next one's: only one run of each may come of that. */
const sensors = Array.from({ length: 3 }, (_, index) =>
  sensor(
    `sensor_${index}`,
    { job: quick, minimumIntervalSeconds: 2 + 2 * index, defaultStatus: "RUNNING" },
    function* ({ cursor, updateCursor }) {
      const place = Number(cursor ?? 0);
      for (const key of [place - 1, place, place + 1]) if (key >= 0) yield runRequest({ runKey: String(key) });
      updateCursor(String(place + 1));
    },
  ),
);

export default definitions({
  assets: [words, wordCount, ...measured, ...read],
  executor: inProcessExecutor,
  jobs: [quick, chain, pooled, inProcesses, counting, cell],
  schedules,
  sensors: [...sensors, automation],
});
