import { writeSync } from "node:fs";

/** Tells of the engine in the worker's stderr. Straight to the file: a thread's own stderr passes through the main thread, which may be busy for minutes. */
export function log(message: string): void {
  try {
    writeSync(2, `dagwright run worker ${process.pid}: ${message}\n`);
  } catch {
    // Nobody reads stderr any more; the run goes on.
  }
}

export const describe = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
