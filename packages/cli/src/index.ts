export { createProgram } from "./program.ts";
export { reportFailure } from "./report-failure.ts";
