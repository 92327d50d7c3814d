import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";

/** Nothing moves for so long: longer than any lease, so that what the dead hold has come free and been taken up. */
const stuckAfterMs = 90_000;
const giveUpAfterMs = 600_000;

/**
 * Assets that follow a gauge and were neither asked for since it was made nor made within the same evaluation: what is made counts as news taken care of,
 * whatever its run has read, with all news of one evaluation, which may be the first one after a long while. A retry is of an earlier request.
 */
const followersBehind = `
  select 'nobody has asked for what follows ' || g.asset_key from (
    select asset_key, replace(asset_key, 'gauge', 'reading') as follower, max(inserted_at) as made_at from dagwright.asset_events
    where type = 'ASSET_MATERIALIZATION' and asset_key like '%gauge_%' group by asset_key) g
  cross join lateral (
    select coalesce(max(e.evaluated_at), '-infinity') as at from dagwright.automation_evaluations e
    where e.entity = g.follower and e.evaluated_at <= g.made_at) evaluated
  where not exists (
    select 1 from dagwright.asset_events p join dagwright.runs r on r.id = p.run_id and r.parent_run_id is null
    where p.asset_key = g.follower and p.type = 'ASSET_MATERIALIZATION_PLANNED' and r.created_at > g.made_at)
    and not exists (
      select 1 from dagwright.asset_events m
      -- What was inserted shortly before an evaluation may have been committed after it.
      where m.asset_key = g.follower and m.type = 'ASSET_MATERIALIZATION' and m.inserted_at > evaluated.at - interval '5 seconds')`;

/** What sensors start without end is no sign that anything else moves. */
const runsThatMove = (areSensorsOff: boolean): string => `
  select last_seq::text || status from dagwright.runs r
  where ${areSensorsOff ? "true" : "not exists (select 1 from dagwright.run_tags t where t.run_id = r.id and t.key = 'dagster/sensor_name')"} order by id`;

/**
 * Until nothing is under way any more: no due time without its tick, no lease, no run that has not ended. Sensors are switched off once the
 * schedules have caught up, since they are never done.
 *
 * A slow machine is given its time: what counts is that something moves.
 *
 * @returns what is under way still when nothing has moved for long; empty when all has come to rest
 */
export async function untilQuiet(client: HarnessClient, finding: AbortSignal): Promise<readonly string[]> {
  const giveUpAt = Date.now() + giveUpAfterMs;
  let seen = "";
  let movedAt = Date.now();
  let left: readonly string[] = [];
  let areSensorsOff = false;
  while (Date.now() < giveUpAt && Date.now() - movedAt < stuckAfterMs && !finding.aborted) {
    try {
      const due = await client.column(
        `select name from dagwright.instigators where next_at is not null and (next_at <= now() or lease_until is not null)`,
      );
      const behind = await client.column(followersBehind);
      if (!areSensorsOff && behind.length === 0 && due.every((name) => name.startsWith("sensor_"))) {
        await client.query(`update dagwright.instigators set status = 'STOPPED', next_at = null where lease_holder is null`);
        areSensorsOff = (await client.column(`select name from dagwright.instigators where next_at is not null`)).length === 0;
      }
      const open = await client.column(
        `select 'run ' || id || ' is ' || status from dagwright.runs where status not in ('SUCCESS', 'FAILURE', 'CANCELED')`,
      );
      const retries = await client.column(`select 'the retry of run ' || id from dagwright.runs where retry_due_at is not null`);
      const backfills = await client.column(
        `select 'backfill ' || id || ' is ' || status from dagwright.backfills where ended_at is null`,
      );
      const changing = await client.column(
        `select 'the freshness of ' || asset_key from dagwright.asset_freshness where due_at <= now()`,
      );
      const removing = await client.column(
        `select 'retention' from dagwright.retention where holder is not null or next_at <= now()`,
      );
      left = [
        ...backfills,
        ...retries,
        ...behind,
        ...changing,
        ...removing,
        ...(areSensorsOff ? [] : due.map((name) => `${name} is due or leased`)),
        ...open,
      ];
      if (areSensorsOff && left.length === 0) return [];
      const moving = await client.column(runsThatMove(areSensorsOff));
      const dueElse = due.filter((name) => areSensorsOff || !name.startsWith("sensor_"));
      const sight = [areSensorsOff, behind.length, changing.length, removing.length, dueElse.length, ...moving].join(" ");
      if (sight !== seen) movedAt = Date.now();
      seen = sight;
    } catch (error) {
      left = [`the database did not answer: ${String(error)}`];
    }
    await delay(250);
  }
  return [`nothing moves any more, and ${left.length} are under way: ${left.slice(0, 10).join("; ")}`];
}
