export { type ExecuteRunOptions, executeRunInThisProcess } from "./run-worker/execute-run-in-this-process.ts";
