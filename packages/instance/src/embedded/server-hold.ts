import { errorCode } from "../error-code.ts";
import pg from "pg";
import { databaseName, databaseUser, type ServerRecord } from "./server-record.ts";

/**
 * Who uses the server, counted by the server itself: every process holds a shared advisory lock on a connection of its own, which the
 * kernel closes even after kill -9. Whoever can have the lock alone is the last one, and stops the server while nobody can join.
 *
 * The embedded server is always reached directly, so that session locks are safe here; everything else goes without them.
 */
const lockKey = "dagwright embedded server";
const hold = "pg_try_advisory_lock_shared(hashtextextended($1, 0))";
const giveBack = "pg_advisory_unlock_shared(hashtextextended($1, 0))";
const takeAlone = "pg_try_advisory_lock(hashtextextended($1, 0))";

/** Followed by the holder's process id. */
const holderName = "dagwright/embedded:";
const otherHolders = `
  select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid() and a.application_name like '${holderName}%'`;
/** How long who leaves last waits for the server to notice that the others have been killed. */
const mournMs = 5_000;

export type HoldAttempt =
  | { readonly outcome: "held"; readonly hold: ServerHold }
  /** The server starts, stops, or is being left by its last user: look again. */
  | { readonly outcome: "try-again"; readonly cause: unknown };

/** Whether a failed connection means that the server is not up yet or going down, not that it refuses us. */
function isPassing(error: unknown): boolean {
  const code = errorCode(error);
  // cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections, object_in_use (of template1, while a database is made)
  return (
    ["57P03", "57P01", "57P02", "53300", "55006", "ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code ?? "") ||
    (error instanceof Error && /Connection terminated/.test(error.message))
  );
}

/** A connection that says "this process uses the server". */
export class ServerHold {
  readonly #client: pg.Client;
  /** Settles when the connection is lost without having been given back. */
  readonly lost: Promise<void>;

  private constructor(client: pg.Client) {
    this.#client = client;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.lost = promise;
    client.on("end", resolve);
  }

  /** @throws when the server refuses us for good, e.g. because its password is another one */
  static async attempt(record: ServerRecord, port: number): Promise<HoldAttempt> {
    let client: pg.Client | null = null;
    try {
      client = await connectToDatabase(record, port);
      const { rows } = await client.query<{ held: boolean }>(`select ${hold} as held`, [lockKey]);
      if (rows[0]?.held === true) return { outcome: "held", hold: new ServerHold(client) };
      await client.end();
      return { outcome: "try-again", cause: new Error("its last user is about to stop it") };
    } catch (error) {
      await client?.end().catch(() => undefined);
      if (isPassing(error)) return { outcome: "try-again", cause: error };
      throw error;
    }
  }

  /**
   * Gives the hold back.
   *
   * @returns whether nobody is left; the server must then be stopped by `stop`, which runs while nobody can join
   */
  async giveBack(stop: () => Promise<void>): Promise<boolean> {
    try {
      await this.#client.query(`select ${giveBack}`, [lockKey]);
      if (!(await this.#isAlone()) || !(await this.#isUnused())) return false;
      await stop();
      return true;
    } finally {
      await this.#client.end().catch(() => undefined);
    }
  }

  /** Closes the connection without asking whether anybody is left. */
  async end(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  /** Whether nobody else holds the server. The server takes a moment to notice that a holder was killed, which nobody would look for afterwards. */
  async #isAlone(): Promise<boolean> {
    const deadline = performance.now() + mournMs;
    for (;;) {
      const { rows } = await this.#client.query<{ alone: boolean }>(`select ${takeAlone} as alone`, [lockKey]);
      if (rows[0]?.alone === true) return true;
      const others = await this.#client.query<{ name: string }>(otherHolders);
      if (others.rows.some(({ name }) => isAlive(Number(name.slice(holderName.length)))) || performance.now() > deadline)
        return false;
      await this.#client.query("select pg_sleep(0.01)");
    }
  }

  /** Whether Dagwright has no other connection; closed ones are given a moment to vanish. */
  async #isUnused(): Promise<boolean> {
    const statement =
      "select count(*)::int as others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'dagwright/%'";
    const deadline = performance.now() + 1000;
    for (;;) {
      const { rows } = await this.#client.query<{ others: number }>(statement);
      if (rows[0]?.others === 0) return true;
      if (performance.now() > deadline) return false;
      await this.#client.query("select pg_sleep(0.02)");
    }
  }
}

/** Connects to Dagwright's database and makes it first where the cluster is new. */
async function connectToDatabase(record: ServerRecord, port: number): Promise<pg.Client> {
  try {
    return await connect(record, port, databaseName);
  } catch (error) {
    const invalidCatalogName = "3D000";
    if (errorCode(error) !== invalidCatalogName) throw error;
  }
  const maintenance = await connect(record, port, "postgres");
  try {
    await maintenance.query(`create database "${databaseName}"`);
  } catch (error) {
    // Somebody else has made it, or is about to.
    if (!["42P04", "23505"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await maintenance.end();
  }
  return await connect(record, port, databaseName);
}

async function connect(record: ServerRecord, port: number, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: databaseUser,
    password: record.password,
    database,
    application_name: `${holderName}${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // A lost connection is told by "end"; without a listener its "error" would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Whether that process may still use the server. A wrong yes leaves the server running; a wrong no waits for nothing, and does the same. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
