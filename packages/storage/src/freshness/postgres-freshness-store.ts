import { setTimeout as delay } from "node:timers/promises";
import {
  type AssetKey,
  assetKeyFromString,
  assetKeyToString,
  type CodeLocationName,
  type FreshnessState,
} from "@dagwright/model";
import type { Database } from "../database/database.ts";
import { sql } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import { claimStatement, commitStatement, insertDeclared, madeStatement, updateDeclared } from "./freshness-statements.ts";
import type { DeclaredFreshness, FreshnessClaim, FreshnessOutcome, FreshnessStore, StoredFreshness } from "./freshness-store.ts";

/** Rows that were being written to are looked at again so soon. */
const againMs = 50;

/** Freshness of assets on Postgres. */
export class PostgresFreshnessStore implements FreshnessStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async sync(location: CodeLocationName, declared: readonly DeclaredFreshness[], options?: StoreOptions): Promise<void> {
    if (declared.length > 0) await this.#database.rows(insertDeclared(location, declared), options);
    for (;;) {
      const [row] = await this.#database.rows(updateDeclared(location, declared), options);
      if ((row?.left ?? 0) === 0) return;
      await delay(againMs, undefined, { signal: options?.signal });
    }
  }

  async claimDue(
    { locations, leaseMs, limit }: Parameters<FreshnessStore["claimDue"]>[0],
    options?: StoreOptions,
  ): Promise<readonly FreshnessClaim[]> {
    const rows = await this.#database.rows(claimStatement(locations, leaseMs, limit), options);
    if (rows.length === 0) return [];
    const made = new Map((await this.#database.rows(madeStatement(rows), options)).map((row) => [row.key, row.made_ms]));
    return rows.map((row) => ({
      assetKey: assetKeyFromString(row.asset_key),
      policy: row.policy,
      known: row.state === null || row.changed_ms === null ? null : { state: row.state, changedAtMs: row.changed_ms },
      lastMadeAtMs: made.get(row.asset_key) ?? null,
      nowMs: row.now_ms,
      fence: row.fence,
    }));
  }

  async commit(outcomes: readonly FreshnessOutcome[], options?: StoreOptions): Promise<number> {
    if (outcomes.length === 0) return 0;
    return (await this.#database.rows(commitStatement(outcomes), options)).length;
  }

  async nextDueAtMs(locations: readonly CodeLocationName[], options?: StoreOptions): Promise<number | null> {
    // In the order of the index: nearly always its first row is of one of the locations.
    const [row] = await this.#database.rows<{ due_ms: number }>(
      sql`
        select ${toMs(sql`due_at`)} as due_ms from dagwright.asset_freshness
        where due_at is not null and location = any(${[...locations]}::text[]) order by due_at limit 1`,
      options,
    );
    return row?.due_ms ?? null;
  }

  async states(keys: readonly AssetKey[], options?: StoreOptions): Promise<readonly StoredFreshness[]> {
    if (keys.length === 0) return [];
    const rows = await this.#database.rows<{ asset_key: string; state: FreshnessState; changed_ms: number }>(
      sql`
        select asset_key, state, ${toMs(sql`changed_at`)} as changed_ms from dagwright.asset_freshness
        where asset_key = any(${keys.map(assetKeyToString)}::text[]) and state is not null`,
      options,
    );
    return rows.map(({ asset_key, state, changed_ms }) => ({
      assetKey: assetKeyFromString(asset_key),
      state,
      changedAtMs: changed_ms,
    }));
  }
}
