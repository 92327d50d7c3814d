import { spawn } from "node:child_process";
import { open, readFile, rename, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError } from "../errors.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { readPostmaster } from "./postmaster.ts";
import type { ServerAccount } from "./server-account.ts";

/** Settings of the embedded server: durable as Postgres is, small when idle, reachable from this machine only. */
const settings = {
  listen_addresses: "127.0.0.1",
  // A socket's path may have 107 characters, which a home's easily exceeds.
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "64MB",
  huge_pages: "off",
  jit: "off",
  // No replicas: three processes fewer, and less to write.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_logical_replication_workers: "0",
  io_method: "sync",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
} as const;

export type StartOutcome =
  | { readonly outcome: "ready" }
  /** Another server has the directory, or is leaving it: look again. */
  | { readonly outcome: "occupied" }
  | { readonly outcome: "port-taken" };

interface StartOptions {
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | null;
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** Longest until the server is ready; it may have to replay a crash. */
  readonly timeoutMs: number;
}

const mostLogBytes = 10 * 1024 ** 2;

/**
 * Starts the server in a process group of its own: Ctrl-C reaches the processes that use it first, and it outlives us when others do.
 *
 * @throws EmbeddedPostgresError with the end of the server's log
 */
export async function startServer(options: StartOptions, signal: AbortSignal): Promise<StartOutcome> {
  const { binaries, account, dataDir, port, logFile } = options;
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > mostLogBytes) await rename(logFile, `${logFile}.1`);
  await using log = await open(logFile, "a", 0o600);
  const logStart = (await log.stat()).size;
  const child = spawn(
    binaries.postgres,
    ["-D", dataDir, "-p", String(port), ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])],
    { ...account, cwd: "/", detached: true, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }, stdio: ["ignore", log.fd, log.fd] },
  );
  child.unref();
  let ended: { readonly code: number | null; readonly signal: string | null } | null = null;
  let failure: Error | null = null;
  child.on("error", (error) => (failure = error));
  child.on("exit", (code, exitSignal) => (ended = { code, signal: exitSignal }));

  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    if (failure !== null) throw new EmbeddedPostgresError(`${binaries.postgres} cannot be run`, { cause: failure });
    if (ended !== null) {
      const said = (await readFile(logFile)).subarray(logStart).toString("utf8");
      if (/lock file ".*postmaster\.pid" (already exists|is empty)|pre-existing shared memory block/.test(said))
        return { outcome: "occupied" };
      if (/could not bind|Address already in use|could not create any TCP\/IP sockets/.test(said))
        return { outcome: "port-taken" };
      throw new EmbeddedPostgresError(
        `The embedded Postgres ended while starting (${describeEnd(ended)}). Its log ${logFile} ends:\n${lastLines(said)}`,
      );
    }
    const postmaster = await readPostmaster(dataDir);
    if (postmaster?.pid === child.pid && postmaster?.status === "ready") return { outcome: "ready" };
    if (performance.now() > deadline) {
      child.kill("SIGINT");
      const said = (await readFile(logFile)).subarray(logStart).toString("utf8");
      throw new EmbeddedPostgresError(
        `The embedded Postgres was not ready after ${options.timeoutMs / 1000} s and was stopped. Its log ${logFile} ends:\n${lastLines(said)}`,
      );
    }
    // An abort leaves the server as it is; whoever aborted decides about it.
    await sleep(5, undefined, { signal });
  }
}

const describeEnd = (ended: { readonly code: number | null; readonly signal: string | null }): string =>
  ended.signal === null ? `exit ${ended.code}` : `signal ${ended.signal}`;

const lastLines = (text: string): string => text.trim().split("\n").slice(-20).join("\n");
