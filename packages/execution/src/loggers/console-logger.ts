import type { LogHandler } from "@dagwright/definitions";
import { type LogLevel, logLevels } from "@dagwright/model";

/**
 * The logger `console`: a line on stderr for each record of its level or above. Config as in Dagster: `log_level` (default INFO) and
 * `name` (default `dagwright`).
 */
export function consoleHandler(config: unknown): LogHandler {
  const { log_level: level = "INFO", name = "dagwright" } = (config ?? {}) as {
    readonly log_level?: string;
    readonly name?: string;
  };
  const least = logLevels.indexOf(level.toUpperCase() as LogLevel);
  if (least === -1) throw new Error(`its \`log_level\` is "${level}"; it must be one of ${logLevels.join(", ")}`);
  return ({ level: own, at, jobName, runId, stepKey, message }) => {
    if (logLevels.indexOf(own) < least) return;
    const where = stepKey === null ? jobName : `${jobName} - ${stepKey}`;
    process.stderr.write(`${at.toISOString()} - ${name} - ${own} - ${where} - ${runId} - ${message}\n`);
  };
}
