export { computeLogSuite } from "./compute-logs/compute-log-suite.ts";
