// All of the projects as one code location; the same as project.py.
import { definitions, inProcessExecutor } from "dagwright";
import * as checks from "./checks.ts";
import * as failures from "./failures.ts";
import * as graphs from "./graphs.ts";
import * as numbers from "./numbers.ts";
import * as partitions from "./partitions.ts";
import * as resources from "./resources.ts";
import * as triggers from "./triggers.ts";

export const project = definitions({
  assets: [...numbers.assets, ...partitions.assets, ...checks.assets, ...triggers.assets],
  assetChecks: checks.assetChecks,
  jobs: [...numbers.jobs, ...partitions.jobs, ...resources.jobs, ...graphs.jobs, ...failures.jobs, ...triggers.jobs],
  executor: inProcessExecutor,
  resources: resources.resources,
  schedules: triggers.schedules,
  sensors: triggers.sensors,
});
