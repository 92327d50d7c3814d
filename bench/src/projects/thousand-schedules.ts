// A thousand schedules without a function, and a thousand with one; all off until the benchmark switches them on.
import { definitions, inProcessExecutor, job, op, runRequest, schedule } from "dagwright";

const nothing = op("nothing", () => undefined);
const work = job("work", { executor: inProcessExecutor }, () => {
  nothing();
});
const count = 1_000;
const cron = "* * * * *";

export default definitions({
  jobs: [work],
  schedules: [
    ...Array.from({ length: count }, (_, index) => schedule(`plain_${index}`, { job: work, cron })),
    ...Array.from({ length: count }, (_, index) =>
      schedule(`asking_${index}`, { job: work, cron }, ({ scheduledAt }) =>
        runRequest({ tags: { at: scheduledAt.toISOString() } }),
      ),
    ),
  ],
});
