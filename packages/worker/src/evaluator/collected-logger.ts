import { inspect } from "node:util";
import type { Logger } from "@dagwright/definitions";
import type { EvaluationResult, LogLevel } from "@dagwright/model";

type CollectedLine = EvaluationResult["logs"][number];

/** Most lines of one evaluation; what a tick logs lies in the database with the tick. */
const maxLines = 1_000;

/** A logger whose lines travel with the evaluation's result. */
export function collectedLogger(): { readonly log: Logger; readonly lines: readonly CollectedLine[] } {
  const lines: CollectedLine[] = [];
  const at =
    (level: LogLevel) =>
    (message: unknown): void => {
      if (lines.length > maxLines) return;
      const text =
        lines.length === maxLines
          ? `More than ${maxLines} lines; the others were dropped`
          : typeof message === "string"
            ? message
            : inspect(message);
      lines.push({ level, message: text, atMs: Date.now() });
    };
  return {
    log: { debug: at("DEBUG"), info: at("INFO"), warning: at("WARNING"), error: at("ERROR"), critical: at("CRITICAL") },
    lines,
  };
}
