import type { Logger } from "@dagwright/definitions";
import type { LogLevel } from "@dagwright/model";

/** A line that code under test has logged. */
export interface RecordedLine {
  readonly level: LogLevel;
  readonly message: unknown;
}

/** A logger that keeps what it is given, as it is. */
export function recordingLogger(): { readonly log: Logger; readonly lines: readonly RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const at = (level: LogLevel) => (message: unknown) => void lines.push({ level, message });
  return {
    lines,
    log: { debug: at("DEBUG"), info: at("INFO"), warning: at("WARNING"), error: at("ERROR"), critical: at("CRITICAL") },
  };
}
