// A project of its own: every process that loads code checks all of it, and this job would be most of it.
import { definitions, inProcessExecutor, job, op } from "dagwright";

const nothing = op("nothing", () => undefined);

const thousandOps = job("thousand_ops", { executor: inProcessExecutor }, () => {
  for (let index = 0; index < 1_000; index += 1) nothing();
});

export default definitions({ jobs: [thousandOps] });
