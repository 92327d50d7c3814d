import { randomUUID } from "node:crypto";
import { isRunId, type RunId, type StepKey } from "@dagwright/model";
import type { Connection, Database } from "../database/database.ts";
import { sql } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { notifyPoolWaiters, poolChannel } from "../notifications/notify-statements.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import { poolInfosStatement, type PoolRow, toPoolInfo } from "./pool-infos.ts";
import type { PoolAnswer, PoolClaimant, PoolGrant, PoolInfo, PoolRequest, PoolStore } from "./pool-store.ts";
import {
  addPoolsStatement,
  claimsInOrder,
  grantStatement,
  lockPoolsStatement,
  type LockedPool,
  removeDeadStatement,
} from "./settle-statements.ts";

/** How long a run that waits goes without looking: where it hears of free slots, and where it does not. */
const lookMs = 10_000;
const pollMs = 1_000;
const leastMs = 20;

/** The pool store on Postgres. */
export class PostgresPoolStore implements PoolStore {
  readonly #database: Database;
  /** What this process tells itself, to find out whether it hears anything: behind a pooler it does not. */
  readonly #probe = `probe ${randomUUID()}`;
  #isHeard = false;

  constructor(database: Database) {
    this.#database = database;
    database.onNotification((channel, payload) => {
      if (channel === poolChannel && payload === this.#probe) this.#isHeard = true;
    });
  }

  async claim(claimant: PoolClaimant, requests: readonly PoolRequest[], options?: StoreOptions): Promise<PoolAnswer> {
    const { runId, attempt, leaseMs, defaultLimit } = claimant;
    if (requests.length === 0) return { grants: [], askAgainMs: null };
    return await this.#database.transaction(async (transaction) => {
      const names = [...new Set(requests.map(({ pool }) => pool))];
      if (defaultLimit !== null) await transaction.rows(addPoolsStatement(names));
      const pools = await lockPools(transaction, names, defaultLimit);
      const limited = new Set(pools.filter(({ slot_limit }) => slot_limit !== null).map(({ name }) => name));
      const unlimited: PoolGrant[] = [];
      const counted: PoolRequest[] = [];
      for (const request of requests) {
        if (limited.has(request.pool)) counted.push(request);
        else unlimited.push({ stepKey: request.stepKey, state: "granted", fence: null });
      }
      const asked = requests.map(({ stepKey }) => stepKey);
      // Below they are taken in two turns, which may be the wrong way round for somebody who takes them in order.
      if (unlimited.length > 0 && counted.length > 0)
        await transaction.rows(claimsInOrder(sql`c.run_id = ${runId}::uuid and c.step_key = any(${asked}::text[])`));
      if (unlimited.length > 0) await deleteClaims(transaction, runId, attempt, unlimited);
      if (counted.length === 0) return { grants: unlimited, askAgainMs: null };

      const rows = counted.map(({ stepKey, pool, slots, priority, waitingSinceMs }) => ({
        step_key: stepKey,
        pool,
        slots,
        priority,
        waiting_since: waitingSinceMs ?? null,
      }));
      await transaction.rows(sql`
        insert into dagwright.pool_claims as c (run_id, step_key, attempt, pool, slots, priority, enqueued_at, lease_until)
        select ${runId}::uuid, step_key, ${attempt}, pool, slots, priority,
          coalesce(${fromMsColumn}, now()), now() + ${interval(leaseMs)}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as given(step_key text, pool text, slots int, priority int, waiting_since float8)
        order by step_key
        on conflict (run_id, step_key) do update set
          lease_until = excluded.lease_until, attempt = excluded.attempt, pool = excluded.pool, priority = excluded.priority,
          -- What another attempt of the run held was not given to this one.
          slots = case when c.attempt = excluded.attempt and c.fence is not null then c.slots else excluded.slots end,
          claimed_at = case when c.attempt = excluded.attempt then c.claimed_at end,
          fence = case when c.attempt = excluded.attempt then c.fence end`);
      await settle(transaction, pools, runId);
      const grants = await readGrants(
        transaction,
        runId,
        counted.map(({ stepKey }) => stepKey),
      );
      if (grants.every(({ state }) => state === "granted")) return { grants: [...unlimited, ...grants], askAgainMs: null };
      await transaction.rows(sql.raw(`listen ${poolChannel}`));
      if (!this.#isHeard) await transaction.rows(sql`select ${notifyPoolWaiters(sql`${this.#probe}`)}`);
      const [next] = await transaction.rows<{ ms: number | null }>(sql`
        select ${toMs(sql`min(lease_until)`)} - ${toMs(sql`clock_timestamp()`)} as ms from dagwright.pool_claims
        where pool = any(${[...limited]}::text[]) and run_id <> ${runId}::uuid`);
      const mostMs = this.#isHeard ? lookMs : pollMs;
      return { grants: [...unlimited, ...grants], askAgainMs: Math.max(Math.min(next?.ms ?? mostMs, mostMs), leastMs) };
    }, options);
  }

  async free(
    { runId, attempt, defaultLimit }: Pick<PoolClaimant, "runId" | "attempt" | "defaultLimit">,
    steps: readonly { readonly stepKey: StepKey; readonly fence: number | null }[],
    options?: StoreOptions,
  ): Promise<void> {
    if (steps.length === 0) return;
    await this.#database.transaction(async (transaction) => {
      const rows = await transaction.rows<{ pool: string }>(sql`
        select distinct pool from dagwright.pool_claims
        where run_id = ${runId}::uuid and step_key = any(${steps.map(({ stepKey }) => stepKey)}::text[])`);
      const pools = await lockPools(
        transaction,
        rows.map(({ pool }) => pool),
        defaultLimit,
      );
      await deleteClaims(transaction, runId, attempt, steps);
      await settle(transaction, pools);
    }, options);
  }

  async renew(
    { runId, attempt, leaseMs }: Pick<PoolClaimant, "runId" | "attempt" | "leaseMs">,
    options?: StoreOptions,
  ): Promise<readonly { readonly stepKey: StepKey; readonly fence: number | null }[]> {
    const rows = await this.#database.rows<{ step_key: string; fence: number | null }>(
      sql`
        with own as materialized (${claimsInOrder(sql`c.run_id = ${runId}::uuid and c.attempt = ${attempt}`)})
        update dagwright.pool_claims c set lease_until = now() + ${interval(leaseMs)}
        from own where c.run_id = own.run_id and c.step_key = own.step_key returning c.step_key, c.fence`,
      options,
    );
    return rows.map(({ step_key, fence }) => ({ stepKey: step_key as StepKey, fence }));
  }

  onWake(runId: RunId, listener: () => void): Disposable {
    return this.#database.onNotification((channel, payload) => {
      if (channel === poolChannel && (payload === `run ${runId}` || payload.startsWith("pool "))) listener();
    });
  }

  async list(defaultLimit: number | null, options?: StoreOptions): Promise<readonly PoolInfo[]> {
    return (await this.#database.rows<PoolRow>(poolInfosStatement(null, defaultLimit), options)).map(toPoolInfo);
  }

  async get(name: string, defaultLimit: number | null, options?: StoreOptions): Promise<PoolInfo> {
    const [row] = await this.#database.rows<PoolRow>(poolInfosStatement(name, defaultLimit), options);
    return row === undefined ? { name, limit: defaultLimit, usesDefault: true, claims: [] } : toPoolInfo(row);
  }

  async holders(runIds: readonly RunId[], options?: StoreOptions): Promise<readonly RunId[]> {
    const rows = await this.#database.rows<{ run_id: RunId }>(
      sql`
        select distinct run_id from dagwright.pool_claims
        where run_id = any(${runIds.filter(isRunId)}::uuid[]) and fence is not null and lease_until >= now()`,
      options,
    );
    return rows.map(({ run_id }) => run_id);
  }

  async setLimit(name: string, limit: number | null, defaultLimit: number | null, options?: StoreOptions): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.rows(addPoolsStatement([name]));
      await lockPools(transaction, [name], defaultLimit);
      await transaction.rows(sql`update dagwright.pools set slot_limit = ${limit}::int where name = ${name}`);
      await settle(transaction, await lockPools(transaction, [name], defaultLimit));
      // Without a limit nobody is given slots: those who wait have to ask again.
      if (limit === null && defaultLimit === null)
        await transaction.rows(sql`select ${notifyPoolWaiters(sql`${`pool ${name}`}`)}`);
    }, options);
  }

  async freeByHand(runId: RunId, stepKey: StepKey | null, defaultLimit: number | null, options?: StoreOptions): Promise<void> {
    if (!isRunId(runId)) return;
    const which = sql`c.run_id = ${runId}::uuid ${stepKey === null ? sql`` : sql`and c.step_key = ${stepKey}`}`;
    await this.#database.transaction(async (transaction) => {
      const rows = await transaction.rows<{ pool: string }>(
        sql`select distinct pool from dagwright.pool_claims c where ${which}`,
      );
      const pools = await lockPools(
        transaction,
        rows.map(({ pool }) => pool),
        defaultLimit,
      );
      await transaction.rows(sql`
        with own as materialized (${claimsInOrder(which)})
        delete from dagwright.pool_claims c using own where c.run_id = own.run_id and c.step_key = own.step_key`);
      await settle(transaction, pools);
    }, options);
  }
}

const fromMsColumn = sql`to_timestamp(given.waiting_since / 1000)`;

async function lockPools(
  transaction: Connection,
  names: readonly string[],
  defaultLimit: number | null,
): Promise<readonly LockedPool[]> {
  return names.length === 0 ? [] : await transaction.rows(lockPoolsStatement(names, defaultLimit));
}

/** The pools' rows must be locked. */
async function settle(transaction: Connection, pools: readonly LockedPool[], asker: RunId | null = null): Promise<void> {
  if (pools.length === 0) return;
  await transaction.rows(removeDeadStatement(pools.map(({ name }) => name)));
  await transaction.rows(grantStatement(pools, asker));
}

/** Without a fence: whatever the step has. */
async function deleteClaims(
  transaction: Connection,
  runId: RunId,
  attempt: number,
  steps: readonly { readonly stepKey: StepKey; readonly fence: number | null }[] | readonly PoolGrant[],
): Promise<void> {
  const fences = steps.map((step) => ("fence" in step ? step.fence : null));
  const stepKeys = steps.map(({ stepKey }) => stepKey);
  const which = sql`c.run_id = ${runId}::uuid and c.attempt = ${attempt} and c.step_key = any(${stepKeys}::text[])`;
  await transaction.rows(sql`
    with own as materialized (${claimsInOrder(which)})
    delete from dagwright.pool_claims c
    using own, unnest(${stepKeys}::text[], ${fences}::bigint[]) as given(step_key, fence)
    where c.run_id = own.run_id and c.step_key = own.step_key and c.step_key = given.step_key
      and c.attempt = ${attempt} and c.fence is not distinct from coalesce(given.fence, c.fence)`);
}

async function readGrants(transaction: Connection, runId: RunId, stepKeys: readonly StepKey[]): Promise<readonly PoolGrant[]> {
  const rows = await transaction.rows<{ step_key: string; fence: number | null; enqueued_at_ms: number }>(sql`
    select step_key, fence, ${toMs(sql`enqueued_at`)} as enqueued_at_ms from dagwright.pool_claims
    where run_id = ${runId}::uuid and step_key = any(${[...stepKeys]}::text[])`);
  return rows.map(({ step_key, fence, enqueued_at_ms }) =>
    fence === null
      ? { stepKey: step_key as StepKey, state: "waiting", waitingSinceMs: enqueued_at_ms }
      : { stepKey: step_key as StepKey, state: "granted", fence },
  );
}
