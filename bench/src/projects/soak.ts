// What the soak runs for minutes: quick runs by every way that there is to start one.
import { definitions, inProcessExecutor, job, op, runRequest, schedule, sensor, skipReason } from "dagwright";
import { z } from "zod";

const one = op("one", { out: z.number() }, () => 1);
const addOne = op("add_one", { ins: { n: z.number() }, out: z.number() }, ({ n }, context) => {
  context.log.info(`one more than ${n}`);
  return n + 1;
});
const threeOps = job("three_ops", { executor: inProcessExecutor }, () => {
  addOne({ n: addOne({ n: one() }) });
});

const schedules = Array.from({ length: 20 }, (_, index) =>
  schedule(`every_minute_${index}`, { job: threeOps, cron: "* * * * *", defaultStatus: "RUNNING" }),
);
const sensors = Array.from({ length: 5 }, (_, index) =>
  sensor(`every_second_${index}`, { job: threeOps, minimumIntervalSeconds: 1, defaultStatus: "RUNNING" }, function* (context) {
    const place = Number(context.cursor ?? 0);
    context.updateCursor(String(place + 1));
    if (place % 10 === 0) yield runRequest({ runKey: String(place) });
    else yield skipReason("not this time");
  }),
);

export default definitions({ jobs: [threeOps], schedules, sensors });
