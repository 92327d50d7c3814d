import { block } from "../config-file/block.ts";
import { boolean, integer } from "../config-file/scalars.ts";

/** `code_servers`: waiting for code locations. */
export interface CodeServersConfig {
  /** Longest a local code location may take to load. Default 180. */
  readonly localStartupTimeoutSeconds: number;
  /** Longest a reload may take. Default 180. */
  readonly reloadTimeoutSeconds: number;
  /** Whether a host process waits for the local code locations it started when it stops. Default false. */
  readonly waitForLocalProcessesOnShutdown: boolean;
}

export const codeServers = block({
  local_startup_timeout: integer({ min: 1 }).default(180),
  reload_timeout: integer({ min: 1 }).default(180),
  wait_for_local_processes_on_shutdown: boolean().default(false),
}).transform((given): CodeServersConfig => ({
  localStartupTimeoutSeconds: given.local_startup_timeout,
  reloadTimeoutSeconds: given.reload_timeout,
  waitForLocalProcessesOnShutdown: given.wait_for_local_processes_on_shutdown,
}));
