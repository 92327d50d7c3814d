import { type HolderId, holderId, type SerializedError } from "@dagwright/model";
import { sql } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { toMs } from "../database/time.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { DaemonStore, Heartbeat } from "./daemon-store.ts";

interface HeartbeatRow {
  readonly holder: string;
  readonly daemon_type: string;
  readonly at_ms: number;
  readonly silent_ms: number;
  readonly errors: readonly SerializedError[];
  readonly lag_ms: number;
}

/** Heartbeats on Postgres. */
export class PostgresDaemonStore implements DaemonStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async beat(
    holder: HolderId,
    beats: readonly Pick<Heartbeat, "daemonType" | "errors" | "lagMs">[],
    options?: StoreOptions,
  ): Promise<void> {
    if (beats.length === 0) return;
    const rows = toStoredJson(beats.map((beat) => ({ daemon_type: beat.daemonType, errors: beat.errors, lag_ms: beat.lagMs })));
    await this.#database.rows(
      sql`
        with forgotten as (delete from dagwright.heartbeats where at < now() - interval '1 day' and holder <> ${holder})
        insert into dagwright.heartbeats (holder, daemon_type, at, errors, lag_ms)
        select ${holder}, b.daemon_type, now(), b.errors, b.lag_ms
        from json_to_recordset(${rows}::json) as b(daemon_type text, errors jsonb, lag_ms float8) order by b.daemon_type
        on conflict (holder, daemon_type) do update set at = excluded.at, errors = excluded.errors, lag_ms = excluded.lag_ms`,
      options,
    );
  }

  async heartbeats(options?: StoreOptions): Promise<readonly Heartbeat[]> {
    const rows = await this.#database.rows<HeartbeatRow>(
      sql`
        select holder, daemon_type, ${toMs(sql`at`)} as at_ms, ${toMs(sql`now()`)} - ${toMs(sql`at`)} as silent_ms, errors, lag_ms
        from dagwright.heartbeats order by holder, daemon_type`,
      options,
    );
    return rows.map((row) => ({
      holder: holderId(row.holder),
      daemonType: row.daemon_type,
      atMs: row.at_ms,
      silentMs: Math.max(0, row.silent_ms),
      errors: row.errors,
      lagMs: row.lag_ms,
    }));
  }

  async leave(holder: HolderId, options?: StoreOptions): Promise<void> {
    await this.#database.rows(sql`delete from dagwright.heartbeats where holder = ${holder}`, options);
  }
}
