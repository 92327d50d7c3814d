import {
  type AssetCheckEvaluationEvent,
  type AssetCheckExecution,
  type AssetCheckKey,
  assetKeyFromString,
  assetKeyToString,
  runId,
  stepKey,
} from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import { toEvent } from "../events/stored-entry.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { AssetCheckStore } from "./asset-check-store.ts";

interface AssetCheckExecutionRow {
  readonly id: string;
  readonly asset_key: string;
  readonly check_name: string;
  readonly run_id: string | null;
  readonly partition: string | null;
  readonly step_key: string | null;
  readonly status: AssetCheckExecution["status"];
  readonly created_at_ms: number;
  readonly evaluation: {
    readonly type: string;
    readonly stepKey: string | null;
    readonly atMs: number;
    readonly message: string;
    readonly data: object | null;
  } | null;
}

type ExecutionsPage = Parameters<AssetCheckStore["executions"]>[1];

const columns = sql`
  e.id::text as id, e.asset_key, e.check_name, e.run_id, e.partition, e.step_key, e.status, e.created_at_ms, e.evaluation`;

/** The asset check store on Postgres. */
export class PostgresAssetCheckStore implements AssetCheckStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async executions(check: AssetCheckKey, page: ExecutionsPage, options?: StoreOptions): Promise<readonly AssetCheckExecution[]> {
    return (await this.#database.rows(checkExecutionsStatement(check, page), options)).map(fromRow);
  }

  async latest(checks: readonly AssetCheckKey[], options?: StoreOptions): Promise<readonly AssetCheckExecution[]> {
    if (checks.length === 0) return [];
    return (await this.#database.rows(latestCheckExecutionsStatement(checks), options)).map(fromRow);
  }
}

/** A range of the index by check, ended by the page's limit. */
export const checkExecutionsStatement = (
  { assetKey, name }: AssetCheckKey,
  page: ExecutionsPage,
): SqlFragment<AssetCheckExecutionRow> => sql<AssetCheckExecutionRow>`
  select ${columns} from dagwright.asset_check_executions e
  where e.asset_key = ${assetKeyToString(assetKey)} and e.check_name = ${name}
    ${ofPartition(page.partition)}
    ${page.cursor === undefined ? sql`` : sql`and e.id < ${page.cursor}::bigint`}
  order by e.id desc limit ${page.limit}`;

/** Not `is not distinct from`: the planner takes that for rare, and would read and sort all of the check's executions. */
const ofPartition = (partition: string | null | undefined): SqlFragment<unknown> =>
  partition === undefined ? sql`` : partition === null ? sql`and e.partition is null` : sql`and e.partition = ${partition}`;

/** For each check the first entry of its range of the index. */
export const latestCheckExecutionsStatement = (
  checks: readonly AssetCheckKey[],
): SqlFragment<AssetCheckExecutionRow> => sql<AssetCheckExecutionRow>`
  select ${columns}
  from unnest(${checks.map(({ assetKey }) => assetKeyToString(assetKey))}::text[], ${checks.map(({ name }) => name)}::text[]) wanted(asset_key, check_name),
    lateral (
      select * from dagwright.asset_check_executions e
      where e.asset_key = wanted.asset_key and e.check_name = wanted.check_name order by e.id desc limit 1) e`;

function fromRow(row: AssetCheckExecutionRow): AssetCheckExecution {
  const { evaluation } = row;
  return {
    id: row.id,
    check: { assetKey: assetKeyFromString(row.asset_key), name: row.check_name },
    runId: row.run_id === null ? null : runId(row.run_id),
    status: row.status,
    partition: row.partition,
    stepKey: row.step_key === null ? null : stepKey(row.step_key),
    createdAtMs: row.created_at_ms,
    evaluation:
      evaluation &&
      (toEvent({
        type: evaluation.type,
        step_key: evaluation.stepKey,
        at_ms: evaluation.atMs,
        message: evaluation.message,
        data: evaluation.data,
      }) as AssetCheckEvaluationEvent),
  };
}
