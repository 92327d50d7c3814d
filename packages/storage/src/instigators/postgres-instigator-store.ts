import {
  type CodeLocationName,
  crashPoint,
  type Instigator,
  type InstigatorId,
  instigatorId,
  type InstigatorKind,
} from "@dagwright/model";
import { reportStatement } from "../assets/report-statement.ts";
import { sql } from "../database/sql.ts";
import type { Connection, Database } from "../database/database.ts";
import { toMs } from "../database/time.ts";
import { writeAutomation } from "../automation/postgres-automation-store.ts";
import { InstigatorNotFoundError } from "../errors.ts";
import type { PostgresRunStore } from "../runs/postgres-run-store.ts";
import type { LaunchClaim, StoreOptions, SubmitMode } from "../runs/run-store.ts";
import { changeDynamicPartitions } from "./change-dynamic-partitions.ts";
import { claimDueStatement } from "./claim-due-statement.ts";
import {
  claimRecords,
  claimRunKeysStatement,
  finishTicksStatement,
  type HeldRow,
  lockHeldStatement,
  renewStatement,
  returnRunKeysStatement,
  type RunKey,
  type TickToFinish,
  type TickToWrite,
  writeDetailsStatement,
  writeTicksStatement,
} from "./commit-statements.ts";
import { instigatorColumns, type InstigatorRow, toInstigator } from "./instigator-row.ts";
import type {
  CommittedTick,
  DeclaredInstigator,
  InstigatorClaim,
  InstigatorStore,
  TickPage,
  LastTick,
  Tick,
  TickOutcome,
  TickRun,
} from "./instigator-store.ts";
import { setStatusStatement, syncStatement } from "./sync-statement.ts";
import { wipeStatement } from "./wipe-statement.ts";
import { tellRunsStatement } from "./tell-runs-statement.ts";
import { lastTicksStatement, ticksStatement, toTick } from "./tick-row.ts";

/** Schedules, sensors and their ticks on Postgres. */
export class PostgresInstigatorStore implements InstigatorStore {
  readonly #database: Database;
  readonly #runs: PostgresRunStore;

  constructor(database: Database, runs: PostgresRunStore) {
    this.#database = database;
    this.#runs = runs;
  }

  async sync(location: CodeLocationName, declared: readonly DeclaredInstigator[], options?: StoreOptions): Promise<void> {
    await this.#database.rows(syncStatement(location, declared), options);
  }

  async get(id: InstigatorId, options?: StoreOptions): Promise<Instigator | null> {
    return (await this.getMany([id], options))[0] ?? null;
  }

  async getMany(ids: readonly InstigatorId[], options?: StoreOptions): Promise<readonly Instigator[]> {
    if (ids.length === 0) return [];
    const rows = await this.#database.rows<InstigatorRow>(
      sql`select ${instigatorColumns("i")} from dagwright.instigators i where i.id = any(${ids}::text[])`,
      options,
    );
    return rows.map(toInstigator);
  }

  async list(
    kind: InstigatorKind,
    locations: readonly CodeLocationName[],
    options?: StoreOptions,
  ): Promise<readonly Instigator[]> {
    const rows = await this.#database.rows<InstigatorRow>(
      sql`
        select ${instigatorColumns("i")} from dagwright.instigators i
        where i.kind = ${kind} and i.location = any(${[...new Set(locations)]}::text[]) and i.is_declared`,
      options,
    );
    return rows.map(toInstigator);
  }

  async setStatus(
    target: Parameters<InstigatorStore["setStatus"]>[0],
    status: Instigator["status"],
    nextAtMs: number | null,
    options?: StoreOptions,
  ): Promise<Instigator> {
    const [row] = await this.#database.rows(setStatusStatement(target, status, nextAtMs), options);
    if (row === undefined) throw new InstigatorNotFoundError(target.id);
    return toInstigator(row);
  }

  async wipe(kind: InstigatorKind, options?: StoreOptions): Promise<number> {
    const [row] = await this.#database.rows(wipeStatement(kind), options);
    return row?.wiped ?? 0;
  }

  async setCursor(id: InstigatorId, cursor: string | null, options?: StoreOptions): Promise<void> {
    // An evaluation under way saw the old cursor; its fence goes, so that it cannot put its own over the one set here.
    const rows = await this.#database.rows(
      sql`
        update dagwright.instigators set cursor = ${cursor}, fence = fence + 1, lease_holder = null, lease_until = null
        where id = ${id} returning id`,
      options,
    );
    if (rows.length === 0) throw new InstigatorNotFoundError(id);
  }

  async claimDue(query: Parameters<InstigatorStore["claimDue"]>[0], options?: StoreOptions): Promise<readonly InstigatorClaim[]> {
    if (query.locations.length === 0) return [];
    const rows = await this.#database.rows(claimDueStatement(query), options);
    return rows.map((row) => ({
      instigator: toInstigator(row),
      scheduledAtMs: row.retry_of_ms ?? row.next_ms ?? row.now_ms,
      failuresBefore: row.retry_of_ms === null ? null : row.failures,
      fence: row.fence,
      nowMs: row.now_ms,
    }));
  }

  async renew(claims: readonly InstigatorClaim[], leaseMs: number, options?: StoreOptions): Promise<readonly InstigatorClaim[]> {
    if (claims.length === 0) return [];
    const rows = await this.#database.rows(renewStatement(claims, leaseMs), options);
    const kept = new Set(rows.map((row) => row.id));
    return claims.filter((claim) => kept.has(claim.instigator.id));
  }

  async release(claims: readonly InstigatorClaim[], options?: StoreOptions): Promise<void> {
    if (claims.length === 0) return;
    await this.#database.rows(
      sql`
        update dagwright.instigators i set lease_holder = null, lease_until = null, fence = i.fence + 1
        from ${claimRecords(claims)} where held.id = i.id and held.fence = i.fence`,
      options,
    );
  }

  async commitTicks(
    outcomes: readonly TickOutcome[],
    mode: SubmitMode,
    options?: StoreOptions,
  ): Promise<readonly CommittedTick[]> {
    if (outcomes.length === 0) return [];
    const { committed, submitted } = await this.#database.transaction(
      (transaction) => this.#commitIn(transaction, outcomes, mode),
      options,
    );
    this.#runs.rememberSnapshots(submitted.map((tickRun) => tickRun.run));
    return committed;
  }

  async #commitIn(
    transaction: Connection,
    outcomes: readonly TickOutcome[],
    mode: SubmitMode,
  ): Promise<{ readonly committed: readonly CommittedTick[]; readonly submitted: readonly TickRun[] }> {
    const held = new Map(
      (await transaction.rows(lockHeldStatement(outcomes.map((outcome) => outcome.claim)))).map((row) => [row.id, row]),
    );
    const good = outcomes.filter((outcome) => held.has(outcome.claim.instigator.id));
    if (good.length === 0) return { committed: [], submitted: [] };

    // A schedule's run keys tell the runs of one tick apart; a sensor's are spent for ever.
    const keyed = good.flatMap((outcome) =>
      isSchedule(held, outcome) ? [] : runKeysOf(outcome.claim.instigator.id, outcome.runs),
    );
    const freshKeys = new Set(
      keyed.length === 0
        ? []
        : (await transaction.rows(claimRunKeysStatement(keyed))).map((row) => JSON.stringify([row.instigator_id, row.run_key])),
    );
    const plans = good.map((outcome) => planTick(outcome, held.get(outcome.claim.instigator.id), freshKeys));

    const tickIds = new Map((await transaction.rows(writeTicksStatement(plans))).map((row) => [row.instigator_id, row.tick_id]));
    crashPoint("tick-commit.ticks-written");
    // A time that has its tick already starts nothing, so it does not spend its keys either.
    const unspent = plans
      .filter(({ outcome }) => !tickIds.has(outcome.claim.instigator.id) && !isSchedule(held, outcome))
      .flatMap(({ outcome, runs }) =>
        runKeysOf(
          outcome.claim.instigator.id,
          runs.map(({ tickRun }) => tickRun),
        ),
      );
    if (unspent.length > 0) await transaction.rows(returnRunKeysStatement(unspent));
    const written = plans.filter((plan) => tickIds.has(plan.outcome.claim.instigator.id));
    await writeBesidesRuns(
      transaction,
      written.map(({ outcome }) => ({ outcome, tickId: tickIds.get(outcome.claim.instigator.id)! })),
    );
    const submitted = written.flatMap((plan) => plan.runs.map(({ tickRun }) => tickRun));
    const claims = await this.#runs.submitIn(
      transaction,
      submitted.map((tickRun) => tickRun.run),
      mode,
    );

    crashPoint("tick-commit.runs-written");

    let next = 0;
    const finished = plans.map(
      (plan): TickToFinish & { readonly claims: readonly LaunchClaim[]; readonly seenKeys: readonly string[] } => {
        const tickId = tickIds.get(plan.outcome.claim.instigator.id) ?? null;
        const started = tickId === null ? [] : plan.runs;
        const own = claims.slice(next, next + started.length);
        next += started.length;
        const runs = started.flatMap(({ tickRun, index }, place) => {
          const claim = own[place];
          return claim === undefined ? [] : [{ index, runId: claim.run.id, runKey: tickRun.runKey }];
        });
        return { outcome: plan.outcome, tickId, isSkip: plan.isSkip, runs, claims: own, seenKeys: plan.seenKeys };
      },
    );
    await transaction.rows(finishTicksStatement(finished));
    await writeAutomation(
      transaction,
      finished.flatMap(({ outcome: { automation, claim }, tickId, runs }) =>
        automation === undefined || tickId === null
          ? []
          : [
              {
                instigatorId: claim.instigator.id,
                tickId,
                automation,
                runIds: new Map(runs.map(({ index, runId }) => [index, runId])),
              },
            ],
      ),
    );
    crashPoint("tick-commit.before-commit");
    const committed = finished.flatMap(({ outcome, tickId, claims: launches, seenKeys }): CommittedTick[] =>
      tickId === null ? [] : [{ instigatorId: outcome.claim.instigator.id, tickId, launches, skippedRunKeys: seenKeys }],
    );
    return { committed, submitted };
  }

  async hurry(ids: readonly InstigatorId[], options?: StoreOptions): Promise<readonly InstigatorId[]> {
    if (ids.length === 0) return [];
    // In order of ids, like a commit, so that the two cannot deadlock.
    const rows = await this.#database.rows<{ id: string }>(
      sql`
        with asked as materialized (
          select id, next_at, coalesce(lease_until > now(), false) as is_leased from dagwright.instigators
          where id = any(${ids}::text[]) and next_at is not null order by id for no key update),
        hurried as (
          update dagwright.instigators i set next_at = now() from asked a where i.id = a.id and not a.is_leased and a.next_at > now())
        select id from asked where is_leased`,
      options,
    );
    return rows.map(({ id }) => instigatorId(id));
  }

  async nextDueAtMs(
    kind: InstigatorKind,
    locations: readonly CodeLocationName[],
    options?: StoreOptions,
  ): Promise<number | null> {
    if (locations.length === 0) return null;
    // One that is leased is due again when its lease ends, should its holder die.
    const [row] = await this.#database.rows<{ due_ms: number | null }>(
      sql`
        select ${toMs(sql`min(greatest(next_at, lease_until))`)} as due_ms from dagwright.instigators
        where kind = ${kind} and location = any(${locations}::text[]) and next_at is not null`,
      options,
    );
    return row?.due_ms ?? null;
  }

  async lastTicks(ids: readonly InstigatorId[], options?: StoreOptions): Promise<ReadonlyMap<InstigatorId, LastTick>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.rows(lastTicksStatement(ids), options);
    return new Map(
      rows.map((row) => [
        instigatorId(row.instigator_id),
        { scheduledAtMs: row.scheduled_ms, endedAtMs: row.ended_ms, runKey: row.run_key },
      ]),
    );
  }

  async seenRunKeys(id: InstigatorId, runKeys: readonly string[], options?: StoreOptions): Promise<ReadonlySet<string>> {
    if (runKeys.length === 0) return new Set();
    const rows = await this.#database.rows<{ run_key: string }>(
      sql`select run_key from dagwright.run_keys where instigator_id = ${id} and run_key = any(${[...runKeys]}::text[])`,
      options,
    );
    return new Set(rows.map(({ run_key }) => run_key));
  }

  async ticks(id: InstigatorId, page: TickPage, options?: StoreOptions): Promise<readonly Tick[]> {
    return (await this.#database.rows(ticksStatement([id], page), options)).map(toTick);
  }

  async ticksOfEach(
    ids: readonly InstigatorId[],
    page: TickPage,
    options?: StoreOptions,
  ): Promise<ReadonlyMap<InstigatorId, readonly Tick[]>> {
    const ticks = (await this.#database.rows(ticksStatement(ids, page), options)).map(toTick);
    return Map.groupBy(ticks, ({ instigatorId }) => instigatorId);
  }
}

/** Changes of dynamic partitions and asset events of ticks, the record of them, and what the logs of runs say of it. */
async function writeBesidesRuns(
  transaction: Connection,
  ticks: readonly { readonly outcome: TickOutcome; readonly tickId: string }[],
): Promise<void> {
  const requests = ticks.flatMap(({ outcome }) => outcome.dynamicPartitions ?? []);
  const results = requests.length === 0 ? [] : await changeDynamicPartitions(transaction, requests);
  const events = ticks.flatMap(({ outcome }) => outcome.assetEvents ?? []);
  if (events.length > 0) await transaction.rows(reportStatement(events));
  let next = 0;
  const details = ticks.flatMap(({ outcome, tickId }) => {
    const { originRunIds = [], dynamicPartitions = [] } = outcome;
    const own = results.slice(next, (next += dynamicPartitions.length));
    if (originRunIds.length === 0 && own.length === 0) return [];
    return [
      {
        tickId,
        details: {
          ...(originRunIds.length > 0 && { originRunIds }),
          ...(own.length > 0 && { dynamicPartitions: own }),
        },
      },
    ];
  });
  if (details.length > 0) await transaction.rows(writeDetailsStatement(details));
  const notes = ticks.flatMap(({ outcome: { originRunIds = [], originStatus, claim } }) =>
    originStatus === undefined
      ? []
      : originRunIds.map((runId) => ({
          runId,
          // In Dagster's words, for which people's tools look.
          message: `Sensor "${claim.instigator.name}" acted on run status ${originStatus} of run ${runId}.`,
        })),
  );
  if (notes.length > 0) await transaction.rows(tellRunsStatement(notes));
}

interface TickPlan extends TickToWrite {
  readonly isSkip: boolean;
  readonly runs: readonly { readonly tickRun: TickRun; readonly index: number }[];
  readonly seenKeys: readonly string[];
}

const isSchedule = (held: ReadonlyMap<string, HeldRow>, { claim }: TickOutcome): boolean =>
  held.get(claim.instigator.id)?.kind === "SCHEDULE";

const runKeysOf = (instigatorId: InstigatorId, runs: readonly TickRun[]): readonly RunKey[] =>
  runs.flatMap(({ runKey }) => (runKey === null ? [] : [{ instigatorId, runKey }]));

/** What is left of an outcome once it is known which run keys are new. A tick that starts nothing because of its keys is a skip. */
function planTick(outcome: TickOutcome, held: HeldRow | undefined, freshKeys: Set<string>): TickPlan {
  const seenKeys: string[] = [];
  const runs: { readonly tickRun: TickRun; readonly index: number }[] = [];
  const isFresh =
    held?.kind === "SCHEDULE"
      ? firstOfEach()
      : (runKey: string) => freshKeys.delete(JSON.stringify([outcome.claim.instigator.id, runKey]));
  for (const [index, tickRun] of outcome.runs.entries()) {
    // Taken out of the set: the second of two equal keys in one tick is one that was seen.
    if (tickRun.runKey === null || isFresh(tickRun.runKey)) {
      runs.push({ tickRun, index });
    } else {
      seenKeys.push(tickRun.runKey);
    }
  }
  const startsNothing = outcome.status === "SUCCESS" && runs.length === 0 && seenKeys.length > 0;
  const status = startsNothing ? "SKIPPED" : outcome.status;
  const isSkip = status === "SKIPPED" && (held?.kind === "SENSOR" || held?.kind === "AUTOMATION");
  return {
    outcome,
    status,
    skipReason: startsNothing ? `Runs of these run keys exist already: ${seenKeys.join(", ")}` : outcome.skipReason,
    skipTickId: isSkip ? (held.last_skip_tick_id ?? null) : null,
    isSkip,
    runs,
    seenKeys,
  };
}

/** Answers once for each key that it is new. */
function firstOfEach(): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => seen.size < seen.add(key).size;
}
