// A thousand sensors that look every five seconds and find nothing; all off until the benchmark switches them on.
import { definitions, inProcessExecutor, job, op, sensor, skipReason } from "dagwright";

const nothing = op("nothing", () => undefined);
const work = job("work", { executor: inProcessExecutor }, () => {
  nothing();
});

export default definitions({
  jobs: [work],
  sensors: Array.from({ length: 1_000 }, (_, index) =>
    sensor(`sensor_${index}`, { job: work, minimumIntervalSeconds: 5 }, () => skipReason("nothing to do")),
  ),
});
