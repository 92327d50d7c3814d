import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "../database/sql.ts";
import pg from "pg";
import type { Database, DatabaseOptions } from "../database/database.ts";
import { classifyFailure } from "../database/postgres-failure.ts";
import type { Notification, Notifications } from "./notifications.ts";
import { parseNotification } from "./notification-payload.ts";
import { runChannel, workChannel } from "./notify-statements.ts";

const firstBackoffMs = 50;
const maxBackoffMs = 5_000;
/** How long a probe through another connection may take to arrive before LISTEN counts as not working here. */
const probeMs = 2_000;
const pollMs = 1_000;
/** After so many polls LISTEN is tried again: the server may only have been slow. */
const pollsBeforeListening = 30;
/** A connection that is dead without saying so is found by asking it something. */
const aliveCheckMs = 30_000;

type Mode = "listening" | "polling";

/**
 * Notifications over one LISTEN connection that is made again when it is lost, with "resync" each time, since what was told meanwhile is lost.
 *
 * A pooler in transaction mode accepts LISTEN and delivers nothing. A probe, sent through the ordinary connections and expected here, finds that out;
 * then "resync" comes once a second instead, and LISTEN is tried again now and then.
 */
export class PostgresNotifications implements Notifications, AsyncDisposable {
  readonly #database: Database;
  readonly #connectionString: string;
  readonly #applicationName: string;
  readonly #log: DatabaseOptions["log"];
  readonly #listeners = new Set<(notification: Notification) => void>();
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<Mode>();
  readonly #running: Promise<void>;

  constructor(database: Database, options: Pick<DatabaseOptions, "connectionString" | "applicationName" | "log">) {
    this.#database = database;
    this.#connectionString = options.connectionString;
    this.#applicationName = `${options.applicationName} listen`;
    this.#log = options.log;
    this.#running = this.#run();
  }

  subscribe(listener: (notification: Notification) => void): Disposable {
    // Each subscription is its own, also of the same function twice.
    const own = (notification: Notification): void => listener(notification);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  ready(): Promise<Mode> {
    return this.#ready.promise;
  }

  async #run(): Promise<void> {
    let backoffMs = firstBackoffMs;
    while (!this.#stopping.signal.aborted) {
      try {
        const mode = await this.#listen(() => (backoffMs = firstBackoffMs));
        if (mode === "polling") await this.#poll();
        continue;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        const cause = classifyFailure(error, this.#database.target);
        this.#log("warn", "the connection for notifications was lost and is made again", {
          message: cause instanceof Error ? cause.message : String(cause),
          backoffMs,
        });
      }
      await delay(backoffMs * (0.5 + Math.random() / 2), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      backoffMs = Math.min(backoffMs * 2, maxBackoffMs);
    }
  }

  /** Listens until the connection is lost (throws) or listening turns out not to work ("polling"). */
  async #listen(onListening: () => void): Promise<Mode> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: this.#applicationName,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    client.on("error", lost.reject);
    client.on("end", () => lost.reject(new Error("Connection terminated")));
    const onStop = (): void => lost.reject(new Error("stopping"));
    this.#stopping.signal.addEventListener("abort", onStop, { once: true });
    try {
      await Promise.race([client.connect(), lost.promise]);
      const probe = Promise.withResolvers<void>();
      const probeText = `probe ${randomUUID()}`;
      client.on("notification", ({ channel, payload = "" }) => {
        if (payload === probeText) probe.resolve();
        else this.#tell(parseNotification(channel, payload));
      });
      await Promise.race([client.query(`listen ${runChannel}; listen ${workChannel}`), lost.promise]);
      const sent = this.#database.rows(sql`select pg_notify(${workChannel}, ${probeText})`);
      const timeout = delay(probeMs, "timeout" as const, { ref: false });
      const arrived = await Promise.race([sent.then(() => probe.promise), timeout, lost.promise]);
      if (arrived === "timeout") {
        this.#log("info", "LISTEN does not work over this connection (a pooler in transaction mode?); polling instead", {});
        return "polling";
      }
      onListening();
      this.#ready.resolve("listening");
      this.#tell({ kind: "resync" });
      for (;;) {
        await Promise.race([delay(aliveCheckMs, undefined, { ref: false, signal: this.#stopping.signal }), lost.promise]);
        const answer = client.query("select 1").then(() => "alive" as const);
        const silence = delay(probeMs * 5, "timeout" as const, { ref: false });
        if ((await Promise.race([answer, silence, lost.promise])) === "timeout")
          throw new Error("Connection terminated: no answer");
      }
    } finally {
      this.#stopping.signal.removeEventListener("abort", onStop);
      client.removeAllListeners("notification");
      client.connection.stream.destroy();
      await client.end().catch(() => undefined);
    }
  }

  async #poll(): Promise<void> {
    this.#ready.resolve("polling");
    for (let poll = 0; poll < pollsBeforeListening && !this.#stopping.signal.aborted; poll += 1) {
      this.#tell({ kind: "resync" });
      await delay(pollMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #tell(notification: Notification | null): void {
    if (notification === null) return;
    for (const listener of this.#listeners) {
      try {
        listener(notification);
      } catch (error) {
        this.#log("error", "a listener for notifications threw", {
          message: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#ready.resolve("polling");
    await this.#running;
  }
}

/** For processes that do not listen: subscriptions are kept and never called. */
export const silentNotifications: Notifications = {
  subscribe: () => ({ [Symbol.dispose]: () => undefined }),
  ready: async () => "silent" as const,
};
