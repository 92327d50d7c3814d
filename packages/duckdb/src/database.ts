import { setTimeout as sleep } from "node:timers/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { DuckDBLockedError } from "./errors.ts";

const firstDelayMs = 10;
const longestDelayMs = 250;

interface UseOptions {
  /** How long to wait for another process that has the file open. */
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Databases of this process by path: a file can be opened once in a process. */
const databases = new Map<string, Database>();

/** The database of a path, or one in this process's memory (`:memory:`), which each caller has for itself. */
export function databaseAt(path: string): Database {
  if (path === ":memory:") return new Database(path);
  let database = databases.get(path);
  if (database === undefined) databases.set(path, (database = new Database(path)));
  return database;
}

/**
 * A database that is open only while it is used, since only one process can have a file open: another one that wants it waits.
 *
 * Within this process uses come one after the other, so that no transaction conflicts with another one.
 */
export class Database {
  readonly #path: string;
  #open: Promise<DuckDBInstance> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #users = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws DuckDBLockedError */
  use<T>(work: (connection: DuckDBConnection) => Promise<T>, options: UseOptions): Promise<T> {
    this.#users += 1;
    const done = this.#inTurn(this.#last, work, options);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #inTurn<T>(
    before: Promise<unknown>,
    work: (connection: DuckDBConnection) => Promise<T>,
    options: UseOptions,
  ): Promise<T> {
    await before;
    try {
      return await this.#use(work, options);
    } finally {
      await this.#leave();
    }
  }

  async #use<T>(work: (connection: DuckDBConnection) => Promise<T>, options: UseOptions): Promise<T> {
    options.signal.throwIfAborted();
    this.#open ??= this.#openWhenFree(options);
    let instance: DuckDBInstance;
    try {
      instance = await this.#open;
    } catch (error) {
      this.#open = null;
      throw error;
    }
    const connection = await instance.connect();
    try {
      // Moments are compared and written as they are, whatever the machine's time zone.
      await connection.run("set timezone = 'UTC'");
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }

  async #leave(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0 || this.#path === ":memory:") return;
    const open = this.#open;
    this.#open = null;
    (await open?.catch(() => undefined))?.closeSync();
  }

  async #openWhenFree({
    lockTimeoutMs,
    signal,
  }: {
    readonly lockTimeoutMs: number;
    readonly signal: AbortSignal;
  }): Promise<DuckDBInstance> {
    const startedAt = performance.now();
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
      try {
        return await DuckDBInstance.create(this.#path);
      } catch (error) {
        if (!isLocked(error)) throw error;
        const waitedMs = performance.now() - startedAt;
        if (waitedMs > lockTimeoutMs) throw new DuckDBLockedError(this.#path, waitedMs, error);
        await sleep(delayMs * (0.5 + Math.random()), undefined, { signal });
      }
    }
  }
}

const isLocked = (error: unknown): boolean =>
  error instanceof Error && /could not set lock|conflicting lock|being used by another process/i.test(error.message);
