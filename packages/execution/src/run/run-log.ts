import { inspect } from "node:util";
import type { Logger } from "@dagwright/definitions";
import type { LogLevel, RunLogEntry, StepKey } from "@dagwright/model";

/** The `context.log` of a step or resource: each call is a line of the run's log. It never throws, whatever it is given. */
export function runLog(emit: (entry: RunLogEntry) => void, stepKey: StepKey | null): Logger {
  const line = (level: LogLevel) => (message: unknown) =>
    emit({ type: "LOG_LINE", atMs: Date.now(), stepKey, level, message: showLogged(message) });
  return { debug: line("DEBUG"), info: line("INFO"), warning: line("WARNING"), error: line("ERROR"), critical: line("CRITICAL") };
}

function showLogged(message: unknown): string {
  if (typeof message === "string") return message;
  try {
    return inspect(message, { depth: 6 });
  } catch {
    return `a value of type ${typeof message} that cannot be shown`;
  }
}
