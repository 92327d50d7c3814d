import { isDeepStrictEqual } from "node:util";
import { type InstanceConfig, parseInstanceConfig } from "./instance-config.ts";

/** Keys that are read and kept and that nothing acts upon yet; the reference of `dagster.yaml` says of each that it is "read". */
const readOnly: Readonly<Record<string, (config: InstanceConfig) => unknown>> = {
  code_servers: ({ codeServers }) => codeServers,
  "python_logs.managed_python_loggers": ({ pythonLogs }) => pythonLogs.managedPythonLoggers,
  "backfills.num_workers": ({ backfills }) => backfills.numWorkers,
};

/**
 * Keys of `dagster.yaml` that ask for something other than the default and have no effect yet. A file that was written for Dagster stays good as it
 * is; whoever starts a daemon with it is told what to expect.
 */
export function keysWithoutEffect(config: InstanceConfig): readonly string[] {
  const defaults = parseInstanceConfig("", "defaults", {});
  return Object.entries(readOnly).flatMap(([key, pick]) => (isDeepStrictEqual(pick(config), pick(defaults)) ? [] : [key]));
}
