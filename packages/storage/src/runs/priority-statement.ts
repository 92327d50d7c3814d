import { type RunId, systemTags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import { engineEventKinds } from "../events/engine-event-kinds.ts";
import { entryInserts } from "../events/entry-statements.ts";
import { notifyRun, notifyWork } from "../notifications/notify-statements.ts";
import { runColumns, type RunRow } from "./run-row.ts";

/** Changes the column that the queue is ordered by, the tag that says so in both places, and tells of it in the run's log. No row when it is not QUEUED. */
export const setPriorityStatement = (id: RunId, priority: number): SqlFragment<RunRow> => sql<RunRow>`
  with before as materialized (
    select id, priority from dagwright.runs where id = ${id}::uuid and status = 'QUEUED' for no key update),
  moved as (
    update dagwright.runs as r set priority = ${priority}, tags = r.tags || jsonb_build_object(${systemTags.priority}::text, ${String(priority)}::text),
      last_seq = r.last_seq + 1, notified_at = now(), updated_at = now()
    from before b where r.id = b.id and r.status = 'QUEUED'
    returning r.*, b.priority as priority_before),
  tagged as (
    insert into dagwright.run_tags (run_id, key, value, created_at)
    select id, ${systemTags.priority}, ${String(priority)}, created_at from moved
    on conflict (run_id, key) do update set value = excluded.value),
  placed as (
    select m.id as run_id, m.last_seq as seq, 'ENGINE_EVENT'::text as type, null::text as step_key, ${toMs(sql`now()`)} as at_ms, null::text as level,
      'Priority in the queue changed from ' || m.priority_before || ' to ' || m.priority as message,
      '{"error": null, "metadata": {}, "markerStart": null, "markerEnd": null}'::jsonb as data, null::text as asset_key, null::text as partition
    from moved m),
  ${sql.join(entryInserts(engineEventKinds))}
  select ${runColumns("m")}, ${notifyRun(sql`m.id`, sql`m.last_seq`, sql`null`)}, ${notifyWork("queue")} from moved m`;
