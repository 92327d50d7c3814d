// What the GraphQL benchmark serves; `history.py` is the same in Python, for Dagster.
import { asset, defineAssetJob, definitions, inProcessExecutor, job, op, schedule, sensor, skipReason } from "dagwright";
import { z } from "zod";

const names = ["raw", "cleaned", "joined", "scored", "reported"] as const;
const assets = names.reduce<ReturnType<typeof asset>[]>((made, name) => {
  const deps = made.slice(-1);
  return [
    ...made,
    asset(name, { deps, group: "nightly", tags: { tier: "1" }, description: `What is ${name}` }, (_, context) => {
      context.log.info(`${name} is made`);
      return 1;
    }),
  ];
}, []);
const nightly = defineAssetJob("nightly", { selection: assets, executor: inProcessExecutor });

const one = op(
  "one",
  { config: z.object({ table: z.string().default("numbers"), rows: z.number().int().default(10) }), out: z.number() },
  () => 1,
);
const jobs = Array.from({ length: 20 }, (_, index) =>
  job(`job_${index}`, { executor: inProcessExecutor }, () => {
    one();
  }),
);
const schedules = jobs.map((each, index) => schedule(`schedule_${index}`, { job: each, cron: "0 * * * *" }));
const sensors = jobs.slice(0, 5).map((each, index) =>
  sensor(`sensor_${index}`, { job: each }, function* () {
    yield skipReason("nothing to do");
  }),
);

export default definitions({ assets, jobs: [nightly, ...jobs], schedules, sensors });
