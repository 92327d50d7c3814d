import type { EvaluationResult } from "@dagwright/model";
import { showLogged } from "../direct-context.ts";
import type { Logger } from "../op-context.ts";

/** A logger whose lines are kept for the result of an evaluation. */
export function collectingLogger(): { readonly log: Logger; readonly lines: EvaluationResult["logs"] } {
  const lines: EvaluationResult["logs"][number][] = [];
  const at = (level: string) => (message: unknown) => void lines.push({ level, message: showLogged(message), atMs: Date.now() });
  return {
    log: { debug: at("DEBUG"), info: at("INFO"), warning: at("WARNING"), error: at("ERROR"), critical: at("CRITICAL") },
    lines,
  };
}
