export const logLevels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
/** Levels of a run's log lines, spelled as Dagster's GraphQL enum `LogLevel`. */
export type LogLevel = (typeof logLevels)[number];
