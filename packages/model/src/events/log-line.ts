import type { LogLevel } from "../log-level.ts";
import type { EventBase } from "./event-base.ts";

/** A line that user code logged through `context.log`. It shares the run's sequence with the events but is kept apart. */
export interface LogLine extends EventBase {
  readonly type: "LOG_LINE";
  readonly level: LogLevel;
}
