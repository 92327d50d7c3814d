import { block, list } from "../config-file/block.ts";
import { opaqueMapping, text, word } from "../config-file/scalars.ts";

/** `python_logs`: which log lines of user code become events. */
export interface PythonLogsConfig {
  /** Logger names whose lines are captured. */
  readonly managedPythonLoggers: readonly string[];
  /** Least severe level that is captured; null for all. */
  readonly pythonLogLevel: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL" | null;
  /** Python handlers, formatters and filters. They cannot apply here and are kept as they are written. */
  readonly handlerConfig: Readonly<Record<string, unknown>>;
}

const level = word("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "debug", "info", "warning", "error", "critical", "NOTSET");

export const pythonLogs = block({
  managed_python_loggers: list(text()).default([]),
  python_log_level: level.optional(),
  dagster_handler_config: block({
    handlers: opaqueMapping().optional(),
    formatters: opaqueMapping().optional(),
    filters: opaqueMapping().optional(),
  }).prefault({}),
}).transform((given): PythonLogsConfig => {
  const upper = given.python_log_level?.toUpperCase();
  return {
    managedPythonLoggers: given.managed_python_loggers,
    pythonLogLevel: upper === undefined || upper === "NOTSET" ? null : (upper as PythonLogsConfig["pythonLogLevel"]),
    handlerConfig: given.dagster_handler_config,
  };
});
