import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { StatementTimeoutError, StorageRefusedError, StorageUnavailableError } from "../errors.ts";
import { cancelStatement } from "./cancel-statement.ts";
import { classifyFailure, type ConnectionTarget, hasLostToAnother, tellsOfAnotherSchema } from "./postgres-failure.ts";
import type { SqlFragment } from "./sql.ts";
import { fromStoredJson, fromStoredText, toStoredText } from "./stored-text.ts";

/** Something that runs queries: the database itself, or one transaction of it. */
export interface Connection {
  rows<Row>(query: SqlFragment<Row>): Promise<Row[]>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Server-side limit for each statement; default: the database's. */
  readonly timeoutMs?: number;
}

export interface DatabaseOptions {
  readonly connectionString: string;
  readonly applicationName: string;
  readonly maxConnections: number;
  readonly log: (level: "debug" | "info" | "warn" | "error", message: string, fields?: Readonly<Record<string, unknown>>) => void;
  /**
   * How long a transaction may wait for its client's next statement; default 10,000. A process that was stopped in the middle of one holds its
   * locks (the queue's, an instigator's) and would have all others wait for as long as it sleeps; nothing of ours thinks for so long.
   */
  readonly idleInTransactionMs?: number;
  /** How old a connection may get, in seconds; 0, the default: as old as it likes. */
  readonly maxConnectionAgeSeconds?: number;
  /** Server-side limit for each statement that has none of its own; default 30,000. */
  readonly statementTimeoutMs?: number;
  /** Asked for a better error when a statement says that our tables are not as expected. */
  readonly explainSchema?: (connection: Connection) => Promise<Error | null>;
}

const defaultTimeoutMs = 30_000;
const connectTimeoutMs = 10_000;
const defaultIdleInTransactionMs = 10_000;
/** How much longer than the server's limit the client waits before it gives a silent connection up. */
const silenceMs = 5_000;
/** How long a statement that was canceled may take to end. */
const canceledMs = 1_000;
/** How often a transaction is begun at most that the server gives up for another's sake. */
const mostTries = 4;

const textOids = new Set([18, 19, 25, 1042, 1043]);
const jsonOids = new Set([114, 3802]);
const textArrayOid = 1009;

/** Stored text and json come back as they were given; int8 as a number (ours count events, attempts and fences: far below 2^53). */
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary"): ((value: string) => unknown) => {
    if (textOids.has(oid)) return fromStoredText;
    if (jsonOids.has(oid)) return fromStoredJson;
    if (oid === 20) return Number;
    const parse = pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
    if (oid === textArrayOid) {
      return (value) => (parse(value) as (string | null)[]).map((item) => (item === null ? null : fromStoredText(item)));
    }
    return parse;
  },
} as pg.CustomTypesConfig;

/** What a connection string says about its target. Fails with a sentence when it is none. */
export function connectionTarget(connectionString: string): ConnectionTarget {
  const client = parseClient(connectionString);
  return { host: client.host, port: client.port, database: client.database ?? client.user ?? "", user: client.user ?? "" };
}

function parseClient(connectionString: string): pg.Client {
  try {
    return new pg.Client({ connectionString });
  } catch (cause) {
    // The cause may quote the URL, and with it the password.
    const kind = cause instanceof Error ? cause.name : "unreadable";
    throw new StorageRefusedError(
      "StorageRefusedError",
      `The Postgres URL cannot be read (${kind}); write it as postgresql://user:password@host:5432/database, with special characters percent-encoded`,
    );
  }
}

/**
 * A small pool of connections that works through pgbouncer in transaction mode: statements are unnamed, every one runs in a transaction
 * whose deadline is set by `SET LOCAL`, and nothing is left behind on the session. The frame around a single statement is pipelined:
 * begin, statement and commit cost one round trip.
 */
export class Database implements Connection, AsyncDisposable {
  readonly target: ConnectionTarget;
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;
  readonly #notified = new Set<(channel: string, payload: string) => void>();

  constructor(options: DatabaseOptions) {
    this.target = connectionTarget(options.connectionString);
    this.#options = options;
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      max: options.maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 60_000,
      maxLifetimeSeconds: options.maxConnectionAgeSeconds ?? 0,
      keepAlive: true,
      pipeline: true,
      types,
    } as pg.PoolConfig);
    this.#pool.on("connect", (client) => {
      client.on("notification", ({ channel, payload = "" }) => {
        for (const listener of this.#notified) listener(channel, payload);
      });
      // Between the pool's listener and that of the call there is none for a moment, and a server that ends may say so in the bytes of its greeting. An
      // error without a listener would end the process; the call learns it from its statement.
      client.on("error", () => undefined);
    });
    this.#pool.on("error", (error) => options.log("warn", "an idle Postgres connection was lost", { message: error.message }));
  }

  /**
   * Calls the listener for what is notified on channels that a statement of ours listened to: for a process with one connection, which
   * hears it there. It is lost with the connection, and never begins behind a pooler in transaction mode.
   */
  onNotification(listener: (channel: string, payload: string) => void): Disposable {
    this.#notified.add(listener);
    return { [Symbol.dispose]: () => void this.#notified.delete(listener) };
  }

  /** One statement in a transaction of its own. */
  async rows<Row>(query: SqlFragment<Row>, options: CallOptions = {}): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    return await this.#untilWon(options, async (client) => {
      const { stream } = client.connection;
      // One write to the socket in place of three: each is a call of the system, and most of what a small statement costs here.
      stream.cork();
      const sent = [
        client.query(`begin; set local statement_timeout = ${this.#timeoutOf(options)}`),
        client.query(sql, parameters.map(toParameter)),
        client.query("commit"),
      ] as const;
      stream.uncork();
      const [begun, result, committed] = await Promise.allSettled(sent);
      if (begun.status === "rejected") throw begun.reason;
      if (result.status === "rejected") throw result.reason;
      if (committed.status === "rejected") throw committed.reason;
      return result.value.rows as Row[];
    });
  }

  /**
   * Several statements that are committed together or not at all.
   *
   * @param work - is called again when the server rolled back what it did for another's sake, so it must do nothing but call the database
   */
  async transaction<Result>(work: (transaction: Connection) => Promise<Result>, options: CallOptions = {}): Promise<Result> {
    return await this.#untilWon(options, async (client) => {
      const idleMs = this.#options.idleInTransactionMs ?? defaultIdleInTransactionMs;
      await client.query(
        `begin; set local statement_timeout = ${this.#timeoutOf(options)}; set local idle_in_transaction_session_timeout = ${idleMs}`,
      );
      try {
        const result = await work({
          rows: async <Row>(query: SqlFragment<Row>): Promise<Row[]> => {
            options.signal?.throwIfAborted();
            const { sql, parameters } = query.compile();
            const { rows } = await client.query(sql, parameters.map(toParameter));
            return rows as Row[];
          },
        });
        // Who gave it up was told that nothing was written.
        options.signal?.throwIfAborted();
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch(() => undefined);
        throw error;
      }
    });
  }

  /**
   * A transaction that the server gave up (a deadlock, a conflict of serializable ones) has done nothing, and the one that it was given up for goes
   * on meanwhile: done again it comes to its end. Statements here take their locks in one order; this is for those that others may add.
   */
  async #untilWon<Result>(options: CallOptions, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#withClient(options, work);
      } catch (error) {
        if (!hasLostToAnother(error) || tries === mostTries) throw error;
        this.#options.log("info", "a transaction was given up for another one and is done again", {
          tries,
          cause: String((error as Error).cause),
        });
      }
    }
  }

  async #withClient<Result>(options: CallOptions, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    options.signal?.throwIfAborted();
    const client = await this.#connect(options.signal);
    const onLost = (error: Error): void =>
      this.#options.log("warn", "a Postgres connection was lost", { message: error.message });
    client.on("error", onLost);
    const abandoned = Promise.withResolvers<never>();
    const abandon = (): void => abandoned.reject(options.signal?.reason as Error);
    const silence = setTimeout(
      () => {
        const message = `Postgres at ${this.target.host}:${this.target.port}, database "${this.target.database}", did not answer within ${this.#timeoutOf(options)} ms. It may be tried again`;
        abandoned.reject(new StorageUnavailableError("StorageUnavailableError", message));
      },
      this.#timeoutOf(options) + silenceMs,
    );
    options.signal?.addEventListener("abort", abandon, { once: true });
    let broken: Error | undefined;
    let outcome: Promise<Result> | undefined;
    try {
      options.signal?.throwIfAborted();
      outcome = work(client);
      outcome.catch(() => undefined);
      return await Promise.race([outcome, abandoned.promise]);
    } catch (error) {
      const classified = classifyFailure(error, this.target, this.#timeoutOf(options));
      // A connection with a statement in flight, or a lost one, is closed: the server rolls back what was not committed.
      const isOver = classified instanceof StatementTimeoutError;
      if (options.signal?.aborted === true || (classified instanceof StorageUnavailableError && !isOver)) broken = error as Error;
      else if (tellsOfAnotherSchema(error)) throw (await this.#explainSchema(client)) ?? error;
      throw classified;
    } finally {
      clearTimeout(silence);
      options.signal?.removeEventListener("abort", abandon);
      if (broken !== undefined && options.signal?.aborted === true) void this.#abandon(client, outcome, broken, onLost);
      else {
        // Ending in order would wait for the statement in flight.
        if (broken !== undefined) client.connection.stream.destroy();
        client.removeListener("error", onLost);
        client.release(broken);
      }
    }
  }

  /**
   * Ends what nobody waits for any more. The connection keeps its place in the pool until then, so that abandoned statements do not add up, and it is closed
   * once the statement has ended: pgbouncer 1.18 dies when an answer comes for a client that has gone while it was being canceled.
   */
  async #abandon(
    client: pg.PoolClient,
    outcome: Promise<unknown> | undefined,
    reason: Error,
    onLost: (error: Error) => void,
  ): Promise<void> {
    await cancelStatement(client, this.#options.connectionString);
    await Promise.race([outcome?.catch(() => undefined), delay(canceledMs, undefined, { ref: false })]);
    client.removeListener("error", onLost);
    client.connection.stream.destroy();
    client.release(reason);
  }

  #timeoutOf({ timeoutMs }: CallOptions): number {
    return Math.trunc(timeoutMs ?? this.#options.statementTimeoutMs ?? defaultTimeoutMs);
  }

  async #connect(signal: AbortSignal | undefined): Promise<pg.PoolClient> {
    const connecting = this.#pool.connect();
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([connecting, aborted.promise]);
    } catch (error) {
      // A connection that comes after all goes back to the pool.
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
      throw signal?.aborted === true ? error : classifyFailure(error, this.target, connectTimeoutMs);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async #explainSchema(client: pg.PoolClient): Promise<Error | null> {
    const { explainSchema } = this.#options;
    if (explainSchema === undefined) return null;
    return await explainSchema({
      rows: async <Row>(query: SqlFragment<Row>) => (await client.query(query.compile().sql)).rows as Row[],
    }).catch(() => null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

/** Texts go out in their stored form; JSON texts hold nothing that would change. */
function toParameter(value: unknown): unknown {
  if (typeof value === "string") return toStoredText(value);
  if (Array.isArray(value)) return value.map(toParameter);
  return value;
}
