import { codeLocationName, type Instigator, instigatorId, type InstigatorKind, type InstigatorStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";

export interface InstigatorRow {
  readonly id: string;
  readonly kind: InstigatorKind;
  readonly location: string;
  readonly name: string;
  readonly status: InstigatorStatus;
  readonly cursor: string | null;
  readonly next_ms: number | null;
  readonly last_started_ms: number | null;
}

/** The columns of an {@link Instigator}, of the table or CTE of that alias. */
export const instigatorColumns = (alias: string): SqlFragment<InstigatorRow> =>
  sql<InstigatorRow>`${sql.join([
    ...["id", "kind", "location", "name", "status", "cursor"].map((name) => sql.ref(`${alias}.${name}`)),
    sql`${toMs(sql.ref(`${alias}.next_at`))} as next_ms`,
    sql`${toMs(sql.ref(`${alias}.last_started_at`))} as last_started_ms`,
  ])}`;

export const toInstigator = (row: InstigatorRow): Instigator => ({
  id: instigatorId(row.id),
  kind: row.kind,
  location: codeLocationName(row.location),
  name: row.name,
  status: row.status,
  cursor: row.cursor,
  lastStartedAtMs: row.last_started_ms,
  nextAtMs: row.next_ms,
});
