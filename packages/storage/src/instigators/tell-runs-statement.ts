import type { RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { engineEventKinds } from "../events/engine-event-kinds.ts";
import { entryInserts } from "../events/entry-statements.ts";
import { notifyRun } from "../notifications/notify-statements.ts";

/** What the log of a run is to say. */
export interface RunNote {
  readonly runId: RunId;
  readonly message: string;
}

/** Writes words of the engine into the logs of runs, whatever has become of these; several for one run in their order. Rows are locked in the order of ids. */
export const tellRunsStatement = (notes: readonly RunNote[]): SqlFragment<unknown> => sql`
  with given as materialized (
    select g.id, g.message, row_number() over (partition by g.id order by g.ord)::int as place, count(*) over (partition by g.id)::int as count
    from rows from (json_to_recordset(${toStoredJson(notes.map(({ runId, message }) => ({ id: runId, message })))}::json) as (id uuid, message text))
      with ordinality as g(id, message, ord)),
  locked as materialized (
    select r.id from dagwright.runs r where r.id in (select id from given) order by r.id for no key update),
  moved as (
    update dagwright.runs as r set last_seq = r.last_seq + g.count, notified_at = now()
    from locked l join given g on g.id = l.id and g.place = 1 where r.id = l.id
    returning r.id, r.last_seq, r.last_seq - g.count as base),
  placed as (
    select m.id as run_id, m.base + g.place as seq, 'ENGINE_EVENT'::text as type, null::text as step_key, ${toMs(sql`now()`)} as at_ms,
      null::text as level, g.message, '{"error": null, "metadata": {}, "markerStart": null, "markerEnd": null}'::jsonb as data,
      null::text as asset_key, null::text as partition
    from moved m join given g on g.id = m.id),
  ${sql.join(entryInserts(engineEventKinds))}
  select ${notifyRun(sql`m.id`, sql`m.last_seq`, sql`null`)} from moved m`;
