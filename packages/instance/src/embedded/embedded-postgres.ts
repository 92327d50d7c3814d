import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError } from "../errors.ts";
import { ConnectionUrl } from "../postgres/connection-url.ts";
import type { InstanceLog } from "../instance-log.ts";
import { ensureCluster, outsideDataDir } from "./cluster.ts";
import { freePort } from "./free-port.ts";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import { isServing, type Postmaster, readPostmaster, removeStalePostmaster } from "./postmaster.ts";
import { canEnter, closedParent, serverAccount } from "./server-account.ts";
import { ServerHold } from "./server-hold.ts";
import { startServer } from "./server-process.ts";
import { databaseName, databaseUser, readOrMakeServerRecord, replaceServerRecord, type ServerRecord } from "./server-record.ts";

// 1. `postmaster.pid` is the truth: a server that it names and that lives is adopted, whoever started it.
// 2. Postgres itself lets only one server into a data directory, so that starting needs no lock of ours: losers adopt the winner's.
// 3. Who uses the server is counted by the server (server-hold.ts), so that a killed process is never counted.
// 4. The last user stops the server while it holds the lock alone; who comes meanwhile waits, and starts it anew.
// 5. A server that dies is started again, on its port, by any process that uses it.

/** How long all attempts together may take; replaying the log of a crash is within it. */
const openTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const pollMs = 10;

export interface EmbeddedPostgresOptions {
  /** The instance's home; the server's files are in `<home>/postgres`. */
  readonly home: string;
  readonly log?: InstanceLog;
  /** Where data and programs go that the server's account could not reach under the home. Default `/var/lib/dagwright`. */
  readonly passableDir?: string;
}

/** The instance's own Postgres server, which this process uses. Disposing gives it back; the last user stops it. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly url: ConnectionUrl;
  readonly dataDir: string;
  readonly logFile: string;
  /**
   * Closes the connection that says "this process uses the server", for a process that may have one connection only. From then on
   * another connection whose `application_name` begins with `dagwright/` has to stand for it; a dead server is no longer started again.
   */
  giveHoldBack(): Promise<void>;
}

/**
 * Adopts the home's Postgres server when it runs, and else starts it; makes its cluster the first time.
 *
 * Dispose it after every other connection to it is closed.
 *
 * @param signal - gives up; a server that was being started is stopped again unless somebody else uses it
 * @throws EmbeddedPostgresError with the end of the server's log where it has one
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions, signal: AbortSignal): Promise<EmbeddedPostgres> {
  const { home, log = () => undefined, passableDir = "/var/lib/dagwright" } = options;
  const directory = join(home, "postgres");
  const logFile = join(directory, "postgres.log");
  const record = await readOrMakeServerRecord(directory, async () => {
    const inside = join(directory, "data");
    const account = await serverAccount(inside);
    const closed = account === null ? null : await closedParent(inside, account);
    if (closed === null) return inside;
    const outside = await outsideDataDir(passableDir);
    log("info", `The embedded Postgres keeps its data in ${outside}: it does not run as root, and only root can enter ${closed}`);
    return outside;
  });
  const server = { ...options, log, passableDir, directory, logFile, dataDir: record.dataDir };
  let { hold, port } = await joinServer(server, AbortSignal.any([signal, AbortSignal.timeout(openTimeoutMs)]));

  const closing = new AbortController();
  const watching = (async () => {
    while (!closing.signal.aborted) {
      await Promise.race([hold.lost, aborted(closing.signal)]);
      if (closing.signal.aborted) return;
      log("warn", "The embedded Postgres is gone; starting it again");
      try {
        const joined = await joinServer(server, closing.signal);
        hold = joined.hold;
        if (joined.port !== port)
          log("error", `The embedded Postgres came back on port ${joined.port} instead of ${port}; restart this process`);
        port = joined.port;
      } catch (error) {
        if (closing.signal.aborted) return;
        log("error", `The embedded Postgres could not be started again: ${(error as Error).message}`);
        await sleep(1000, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  })();

  let holds = true;
  let left = false;
  const stopWatching = async (): Promise<void> => {
    closing.abort();
    await watching;
  };
  return {
    url: ConnectionUrl.fromParts({
      username: databaseUser,
      password: record.password,
      hostname: "127.0.0.1",
      port,
      database: databaseName,
    }),
    dataDir: record.dataDir,
    logFile,
    async giveHoldBack() {
      await stopWatching();
      if (holds) await hold.end();
      holds = false;
    },
    async [Symbol.asyncDispose]() {
      if (left) return;
      left = true;
      await stopWatching();
      try {
        const last = holds ? hold : await rejoin(server);
        const stopped = (await last?.giveBack(() => stopServer(record.dataDir))) ?? false;
        log("debug", stopped ? "Stopped the embedded Postgres" : "Left the embedded Postgres to its other users");
      } catch (error) {
        log("debug", `The embedded Postgres went away before it was left: ${(error as Error).message}`);
      }
    },
  };
}

/** A hold for leaving only: none when the server is gone or somebody else is stopping it. */
async function rejoin(server: Server): Promise<ServerHold | null> {
  const postmaster = await livingPostmaster(server.dataDir);
  if (postmaster === null) return null;
  const attempt = await ServerHold.attempt(await currentRecord(server), postmaster.port);
  return attempt.outcome === "held" ? attempt.hold : null;
}

type Server = Required<EmbeddedPostgresOptions> & {
  readonly directory: string;
  readonly logFile: string;
  readonly dataDir: string;
};

/** Adopts or starts the server, again and again until this process holds it. */
async function joinServer(server: Server, signal: AbortSignal): Promise<{ hold: ServerHold; port: number }> {
  let cause: unknown = null;
  let refusals = 0;
  let started = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const postmaster = await livingPostmaster(server.dataDir);
      if (postmaster === null) {
        started = true;
        const outcome = await start(server, refusals > 0, signal);
        if (outcome === "occupied") refusals += 1;
      } else if (postmaster.status === "ready" || postmaster.status === "unknown") {
        const record = await currentRecord(server);
        const attempt = await ServerHold.attempt(record, postmaster.port);
        if (attempt.outcome === "held") return { hold: attempt.hold, port: postmaster.port };
        cause = attempt.cause;
      }
      await sleep(pollMs, undefined, { signal });
    }
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    if (signal.aborted && started) await leaveBehind(server);
    if (signal.aborted && signal.reason instanceof DOMException && signal.reason.name === "TimeoutError") {
      throw new EmbeddedPostgresError(
        `The embedded Postgres in ${server.dataDir} did not answer within ${openTimeoutMs / 1000} s${cause instanceof Error ? `: ${cause.message}` : ""}. See ${server.logFile}`,
        { cause: cause ?? error },
      );
    }
    if (signal.aborted) throw error;
    throw new EmbeddedPostgresError(
      `The embedded Postgres in ${server.dataDir} refused this process: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Stops a server whose start was given up, unless somebody else uses it by then. */
async function leaveBehind(server: Server): Promise<void> {
  const deadline = performance.now() + 5000;
  while (performance.now() < deadline) {
    const postmaster = await livingPostmaster(server.dataDir);
    if (postmaster === null) return;
    const hold = await rejoin(server).catch(() => null);
    if (hold !== null) {
      await hold.giveBack(() => stopServer(server.dataDir)).catch(() => undefined);
      return;
    }
    await sleep(pollMs);
  }
}

async function livingPostmaster(dataDir: string): Promise<Postmaster | null> {
  const postmaster = await readPostmaster(dataDir);
  return postmaster !== null && (await isServing(postmaster, dataDir)) ? postmaster : null;
}

const currentRecord = (server: Server): Promise<ServerRecord> =>
  readOrMakeServerRecord(server.directory, () => Promise.resolve(server.dataDir));

async function start(server: Server, wasRefused: boolean, signal: AbortSignal): Promise<"ready" | "occupied" | "port-taken"> {
  const { dataDir, directory, logFile, log, passableDir } = server;
  const account = await serverAccount(dataDir);
  if (account !== null) {
    const closed = await closedParent(dataDir, account);
    if (closed !== null) {
      throw new EmbeddedPostgresError(
        `The embedded Postgres does not run as root, and its account (uid ${account.uid}) cannot enter ${closed}, which is above its data in ${dataDir}. ` +
          `Allow that (chmod o+x ${closed}), or move the instance's home`,
      );
    }
  }
  const binaries = await findPostgresBinaries(account, passableDir);
  if (account !== null && !(await canEnter(binaries.postgres, account))) {
    throw new EmbeddedPostgresError(`The embedded Postgres's account (uid ${account.uid}) cannot run ${binaries.postgres}`);
  }
  const record = await currentRecord(server);
  await ensureCluster(record, join(directory, "server.json"), binaries, account, signal);
  if (!record.isMade) await replaceServerRecord(directory, { ...(await currentRecord(server)), isMade: true });
  // Only after Postgres itself has refused the file: it knows better than we do whether another server may still be there.
  const stale = wasRefused ? await readPostmaster(dataDir) : null;
  if (stale !== null && !(await isServing(stale, dataDir))) await removeStalePostmaster(stale, dataDir);

  const { outcome } = await startServer(
    { binaries, account, dataDir, port: record.port, logFile, timeoutMs: openTimeoutMs },
    signal,
  );
  if (outcome === "port-taken") {
    const port = await freePort();
    log("info", `Port ${record.port} is taken by another program; the embedded Postgres moves to ${port}`);
    await replaceServerRecord(directory, { ...(await currentRecord(server)), port });
  }
  return outcome;
}

/** Asks the server to close all connections and end, and waits until it has. */
async function stopServer(dataDir: string): Promise<void> {
  const postmaster = await livingPostmaster(dataDir);
  if (postmaster === null) return;
  const fastShutdown = "SIGINT";
  process.kill(postmaster.pid, fastShutdown);
  const deadline = performance.now() + stopTimeoutMs;
  while (performance.now() < deadline) {
    const current = await readPostmaster(dataDir);
    if (current === null || current.pid !== postmaster.pid || !(await isServing(current, dataDir))) return;
    await sleep(pollMs);
  }
  throw new EmbeddedPostgresError(
    `The embedded Postgres in ${dataDir} (process ${postmaster.pid}) did not stop within ${stopTimeoutMs / 1000} s`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
