import type { AssetEvent } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { toEntryRow } from "../events/stored-entry.ts";

/** Writes events from outside any run, of which there is at least one. */
export function reportStatement(events: readonly AssetEvent[]): SqlFragment<unknown> {
  const rows = events.map((event, index) => toEntryRow(event, 1, index + 1));
  return sql`
    with placed as (
      select null::uuid as run_id, null::int as seq, e.type, e.step_key, e.at_ms, e.level, e.message, e.data, e.asset_key, e.partition
      from ${entryRecords(rows)} order by e.ord),
    ${sql.join(entryInserts({ ...kindsOf(events), hasEvents: false }))}
    select 1`;
}
