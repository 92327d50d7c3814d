import { crashPoint, type InstigatorId, instigatorId, type JsonObject, runId } from "@dagwright/model";
import type { Connection, Database } from "../database/database.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { toMs } from "../database/time.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { AutomationEvaluation, AutomationState, AutomationStore, AutomationTick } from "./automation-store.ts";
import { packExplanation, unpackExplanation } from "./packed-explanation.ts";

interface EvaluationRow {
  readonly entity: string;
  readonly evaluation_id: string;
  readonly instigator_id: string;
  readonly evaluated_ms: number;
  readonly requested_count: number;
  readonly explanation: JsonObject;
  /** Null in rows of versions that kept all of it in `explanation`. */
  readonly packed: Uint8Array | null;
  readonly run_ids: readonly string[];
}

const evaluationColumns = sql`
  entity, evaluation_id::text as evaluation_id, instigator_id, ${toMs(sql`evaluated_at`)} as evaluated_ms, requested_count, explanation, packed,
  run_ids::text[] as run_ids`;

/** States and evaluations of automation conditions on Postgres. */
export class PostgresAutomationStore implements AutomationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async nextEvaluationId(options?: StoreOptions): Promise<string> {
    const [row] = await this.#database.rows<{ id: string }>(
      sql`select nextval('dagwright.automation_evaluation_ids')::text as id`,
      options,
    );
    return row!.id;
  }

  async states(id: InstigatorId, entities: readonly string[], options?: StoreOptions): Promise<readonly AutomationState[]> {
    if (entities.length === 0) return [];
    return this.#database.rows<AutomationState>(
      sql`select entity, state from dagwright.automation_states where instigator_id = ${id} and entity = any(${[...entities]}::text[])`,
      options,
    );
  }

  async due(id: InstigatorId, limit: number, options?: StoreOptions): Promise<readonly AutomationState[]> {
    return this.#database.rows<AutomationState>(
      sql`
        select entity, state from dagwright.automation_states
        where instigator_id = ${id} and due_at <= now() order by due_at limit ${limit}`,
      options,
    );
  }

  async nextDueAtMs(id: InstigatorId, afterMs: number, options?: StoreOptions): Promise<number | null> {
    const [row] = await this.#database.rows<{ due_ms: number | null }>(
      sql`
        select ${toMs(sql`min(due_at)`)} as due_ms from dagwright.automation_states
        where instigator_id = ${id} and due_at > to_timestamp(${afterMs}::float8 / 1000)`,
      options,
    );
    return row?.due_ms ?? null;
  }

  async allStates(
    id: InstigatorId,
    { after, limit }: { readonly after: string; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly AutomationState[]> {
    return this.#database.rows<AutomationState>(
      sql`
        select entity, state - 'nodes' as state from dagwright.automation_states
        where instigator_id = ${id} and entity > ${after} order by entity limit ${limit}`,
      options,
    );
  }

  async evaluations(
    entity: string,
    { limit, beforeId }: { readonly limit: number; readonly beforeId?: string },
    options?: StoreOptions,
  ): Promise<readonly AutomationEvaluation[]> {
    const older = beforeId === undefined ? sql`` : sql`and evaluation_id < ${beforeId}::bigint`;
    return this.#read(sql`where entity = ${entity} ${older} order by evaluation_id desc limit ${limit}`, options);
  }

  async evaluationsOf(evaluationId: string, options?: StoreOptions): Promise<readonly AutomationEvaluation[]> {
    return this.#read(sql`where evaluation_id = ${evaluationId}::bigint order by entity`, options);
  }

  async evaluation(entity: string, evaluationId: string, options?: StoreOptions): Promise<AutomationEvaluation | null> {
    const rows = await this.#read(sql`where entity = ${entity} and evaluation_id = ${evaluationId}::bigint`, options);
    return rows[0] ?? null;
  }

  async #read(where: SqlFragment<unknown>, options?: StoreOptions): Promise<readonly AutomationEvaluation[]> {
    const rows = await this.#database.rows<EvaluationRow>(
      sql`select ${evaluationColumns} from dagwright.automation_evaluations ${where}`,
      options,
    );
    return rows.map((row) => ({
      entity: row.entity,
      evaluationId: row.evaluation_id,
      instigatorId: instigatorId(row.instigator_id),
      evaluatedAtMs: row.evaluated_ms,
      requestedCount: row.requested_count,
      explanation: row.packed === null ? row.explanation : unpackExplanation(row.packed),
      runIds: row.run_ids.map(runId),
    }));
  }
}

/** What a tick wrote, and the ids that its runs were given, by their places. */
export interface WrittenAutomation {
  readonly instigatorId: InstigatorId;
  readonly tickId: string;
  readonly automation: AutomationTick;
  readonly runIds: ReadonlyMap<number, string>;
}

/** So many states, or evaluations, in one statement: a tick over all assets of a large graph takes many, none of which comes near its deadline. */
const mostInStatement = 1_000;

/**
 * Writes what ticks of automation came to, in the transaction that writes their runs and cursors. That holds the row of the sensor, so that its
 * claim cannot be lost however long it takes; between the statements the event loop has its turn.
 */
export async function writeAutomation(transaction: Connection, ticks: readonly WrittenAutomation[]): Promise<void> {
  if (ticks.length === 0) return;
  const states = ticks.flatMap(({ instigatorId: id, automation }) =>
    automation.states.map(({ entity, state, dueAtMs }) => ({ id, entity, state, due_ms: dueAtMs })),
  );
  const forgotten = ticks.flatMap(({ instigatorId: id, automation }) => automation.forgotten.map((entity) => ({ id, entity })));
  const evaluations = ticks.flatMap(({ instigatorId: id, automation, runIds }) =>
    automation.evaluations.map((evaluation) => ({ id, evaluation, evaluationId: automation.evaluationId, runIds })),
  );
  const toRow = ({ id, evaluation, evaluationId, runIds }: (typeof evaluations)[number]): object => ({
    id,
    entity: evaluation.entity,
    evaluation_id: evaluationId,
    requested_count: evaluation.requestedCount,
    root: { ...evaluation.explanation, children: [] },
    packed: packExplanation(evaluation.explanation),
    run_ids: evaluation.runs.flatMap((place) => runIds.get(place) ?? []),
  });
  const rows = (records: readonly object[]): SqlFragment<unknown> => sql`${toStoredJson(records)}::json`;
  if (forgotten.length > 0) {
    await transaction.rows(sql`
      delete from dagwright.automation_states s using json_to_recordset(${rows(forgotten)}) as g(id text, entity text)
      where s.instigator_id = g.id and s.entity = g.entity`);
  }
  const pieces = Math.max(1, Math.ceil(Math.max(states.length, evaluations.length) / mostInStatement));
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece * mostInStatement, (piece + 1) * mostInStatement];
    await transaction.rows(sql`
      with written as (
        insert into dagwright.automation_states (instigator_id, entity, state, due_at)
        select id, entity, state, to_timestamp(due_ms / 1000)
        from json_to_recordset(${rows(states.slice(from, to))}) as g(id text, entity text, state jsonb, due_ms float8)
        on conflict (instigator_id, entity) do update set state = excluded.state, due_at = excluded.due_at),
      explained as (
        insert into dagwright.automation_evaluations (entity, evaluation_id, instigator_id, requested_count, explanation, packed, run_ids)
        select entity, evaluation_id, id, requested_count, root, decode(packed, 'base64'), array(select json_array_elements_text(run_ids)::uuid)
        from json_to_recordset(${rows(evaluations.slice(from, to).map(toRow))})
          as g(id text, entity text, evaluation_id bigint, requested_count int, root jsonb, packed text, run_ids json)
        on conflict do nothing)
      update dagwright.ticks t set evaluation_id = g.evaluation_id
      from json_to_recordset(${rows(piece > 0 ? [] : ticks.map(({ tickId, automation }) => ({ tick_id: tickId, evaluation_id: automation.evaluationId })))})
        as g(tick_id bigint, evaluation_id bigint)
      where t.id = g.tick_id`);
    crashPoint("tick-commit.automation-written");
  }
}
