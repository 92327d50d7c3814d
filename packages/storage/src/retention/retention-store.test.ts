import { randomUUID } from "node:crypto";
import { type AssetEvent, codeLocationName, holderId, instigatorId, type RunId, runId } from "@dagwright/model";
import { expect, test, vi } from "vitest";
import type { StreamCursor } from "../events/event-store.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { logLine, materialization, newRun, runCanceled, runStart, stepStart } from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";
import type { RetentionStep, RetentionStore, RetentionTurn } from "./retention-store.ts";

const day = 86_400_000;
const me = holderId("me");

describeEachWay("retention", (world) => {
  /** Takes a turn that is due again. */
  const begin = async (store: RetentionStore = world.storage.retention): Promise<RetentionTurn> => {
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.retention set next_at = now(), holder = null, lease_until = null, progress = null");
    return (await store.begin(me, 60_000))!;
  };
  const purge = async (step: RetentionStep, limit = 1_000) => {
    const turn = await begin();
    const purged = { rows: 0, partitions: [] as string[] };
    for (;;) {
      const batch = (await world.storage.retention.purge(turn, step, limit))!;
      purged.rows += batch.rows;
      purged.partitions.push(...batch.partitions);
      if (batch.isDone) break;
    }
    await world.storage.retention.end(turn, 3_600_000);
    return purged;
  };
  const nowMs = (): Promise<number> => world.storage.nowMs();

  /** An id that carries that time, as this database would have given it. */
  const idAt = (atMs: number): RunId => {
    const time = Math.trunc(atMs).toString(16).padStart(12, "0");
    return runId(`${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`);
  };
  /** A run with an event, a line and a materialization, as if it had been made and had ended at that time; null: it goes on. */
  const runAt = async (id: RunId, endedAtMs: number | null): Promise<RunId> => {
    await world.storage.runs.submit([newRun({ id, tags: { team: "data" } })], { kind: "launch", holder: me, claimMs: 60_000 });
    await world.storage.runs.beginWork({ runId: id, attempt: 1, fence: null, worker: {}, leaseMs: 60_000, entries: [runStart] });
    await world.storage.events.append({
      runId: id,
      attempt: 1,
      entries: [stepStart("a"), logLine("hello"), materialization(["made", id])],
    });
    if (endedAtMs === null) return id;
    await world.storage.events.append({ runId: id, attempt: 1, entries: [runCanceled] });
    await using client = await openRawClient(world.connectionString);
    await client.query(
      "update dagwright.runs set created_at = to_timestamp($2 / 1000.0), updated_at = to_timestamp($2 / 1000.0) where id = $1",
      [id, endedAtMs],
    );
    return id;
  };
  const rowsOf = async (table: string, id: RunId): Promise<number> => {
    await using client = await openRawClient(world.connectionString);
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from dagwright.${table} where run_id = $1`,
      [id],
    );
    return rows[0]!.count;
  };
  /** The partition of the week of that time, made as it was made then. */
  const makeWeek = async (atMs: number): Promise<string> => {
    await using client = await openRawClient(world.connectionString);
    const { rows } = await client.query<{ suffix: string }>(
      `with week as (select date_trunc('week', to_timestamp($1 / 1000.0) at time zone 'UTC') at time zone 'UTC' as at),
        named as (select at, to_char(at at time zone 'UTC', '"w"YYYYMMDD') as suffix from week)
      select suffix, dagwright.create_partition('run_events', suffix, dagwright.uuid7_floor(at)::text, dagwright.uuid7_floor(at + interval '1 week')::text),
        dagwright.create_partition('run_batches', suffix, dagwright.uuid7_floor(at)::text, dagwright.uuid7_floor(at + interval '1 week')::text),
        dagwright.create_partition('run_logs', suffix, dagwright.uuid7_floor(at)::text, dagwright.uuid7_floor(at + interval '1 week')::text)
      from named`,
      [atMs],
    );
    return rows[0]!.suffix;
  };

  test("one replica has the turn; another one goes on with it when the first is lost, whose writes are refused then", async () => {
    const store = world.storage.retention;
    const first = await begin();
    expect(await store.begin(holderId("you"), 60_000)).toBeNull();
    const again = (await store.begin(me, 60_000))!;
    expect(again.fence).toBeGreaterThan(first.fence);
    const step = { kind: "runs", beforeMs: 0 } as const;
    expect(await store.purge(first, step, 10)).toBeNull();
    expect(await store.purge(again, step, 10)).toMatchObject({ rows: 0, isDone: true });
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.retention set lease_until = now() - interval '1 second'");
    const taken = (await store.begin(holderId("you"), 60_000))!;
    expect(await store.end(again, 1_000)).toBe(false);
    expect(await store.end(taken, 3_600_000)).toBe(true);
    expect(await store.begin(me, 60_000)).toBeNull();
    expect((await store.nextDueAtMs()) - (await nowMs())).toBeGreaterThan(3_500_000);
    expect(await store.lastReport()).toMatchObject({ purged: [] });
  });

  test("weeks whose runs have all ended long ago are dropped, and no others", async () => {
    const now = await nowMs();
    const [old, older, fresh] = [now - 40 * day, now - 60 * day, now - 2 * day];
    const [oldWeek, olderWeek] = [await makeWeek(old), await makeWeek(older)];
    const ended = await runAt(idAt(old), old);
    const goesOn = await runAt(idAt(older), null);
    const young = await runAt(idAt(fresh), fresh);
    const step = { kind: "events", class: "run_events", beforeMs: now - 20 * day } as const;

    const preview = await world.storage.retention.preview(step);
    expect(preview.partitions.map(({ name }) => name)).toEqual([`run_batches_${oldWeek}`, `run_events_${oldWeek}`]);
    expect(preview.partitions.every(({ sizeBytes }) => sizeBytes > 0)).toBe(true);
    expect((await purge(step)).partitions).toEqual([`run_batches_${oldWeek}`, `run_events_${oldWeek}`]);
    for (const [id, left] of [
      [ended, 0],
      [goesOn, 1],
      [young, 1],
    ] as const)
      expect((await rowsOf("run_events", id)) > 0, id).toBe(left === 1);
    expect(await rowsOf("run_logs", ended)).toBe(1);
    expect((await world.storage.runs.get(ended)).status).toBe("CANCELED");
    expect((await world.storage.assets.states([["made", ended]]))[0]!.lastMaterialization).not.toBeNull();

    await world.storage.events.append({ runId: goesOn, attempt: 1, entries: [runCanceled] });
    // It has ended just now, however old its id is.
    expect((await purge(step)).partitions).toEqual([]);
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.runs set updated_at = to_timestamp($2 / 1000.0) where id = $1", [goesOn, older]);
    expect((await purge(step)).partitions).toEqual([`run_batches_${olderWeek}`, `run_events_${olderWeek}`]);
    expect((await purge({ ...step, class: "run_logs" })).partitions).toEqual([`run_logs_${olderWeek}`, `run_logs_${oldWeek}`]);
  });

  test("what lies in the default partitions is deleted in batches, when its run has ended long ago or is gone", async () => {
    const now = await nowMs();
    const [old, young, goesOn] = [
      await runAt(runId(randomUUID()), now - 50 * day),
      await runAt(runId(randomUUID()), now - day),
      await runAt(runId(randomUUID()), null),
    ];
    const step = { kind: "events", class: "run_events", beforeMs: now - 20 * day } as const;
    const before = await rowsOf("run_events", old);
    expect(before).toBeGreaterThan(2);
    expect((await purge(step, 2)).rows).toBeGreaterThanOrEqual(before);
    expect([await rowsOf("run_events", old), await rowsOf("run_batches", old), await rowsOf("run_logs", old)]).toEqual([0, 0, 1]);
    expect(await rowsOf("run_events", young)).toBe(before);
    expect(await rowsOf("run_events", goesOn)).toBe(before - 1);
  });

  test("cursors of the stream that stand before what was trimmed go on with what is left", async () => {
    await using client = await openRawClient(world.connectionString);
    const cursor = await world.storage.events.streamEnd();
    const report = (name: string) => world.storage.assets.report([materialization([name]) as AssetEvent]);
    for (const name of ["s1", "s2", "s3"]) await report(name);
    await client.query(
      "update dagwright.event_stream set inserted_at = now() - interval '30 days' where id < (select max(id) from dagwright.event_stream)",
    );
    const purged = await purge({ kind: "event_stream", beforeMs: (await nowMs()) - 20 * day }, 2);
    expect(purged.rows).toBeGreaterThanOrEqual(2);
    const query = { types: ["ASSET_MATERIALIZATION"], limit: 10 } as const;
    // The stream ends at the horizon, which any open transaction of the cluster holds up.
    const read = async (from: StreamCursor, wanted: string): Promise<StreamCursor> =>
      await vi.waitFor(async () => {
        const page = await world.storage.events.readStream(from, query);
        expect(page.entries.map((entry) => ("assetKey" in entry ? entry.assetKey : null))).toEqual([[wanted]]);
        return page.cursor;
      }, 20_000);
    const next = await read(cursor, "s3");
    await report("s4");
    await read(next, "s4");
  });

  test("old months of asset events are dropped, and the latest state and partitions stay", async () => {
    await using client = await openRawClient(world.connectionString);
    await client.query(
      "select dagwright.create_partition('asset_events', 'm202001', '2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z')",
    );
    const key = ["old", "asset"];
    await world.storage.assets.report([materialization(key, "p") as AssetEvent]);
    const [{ id }] = (
      await client.query<{ id: string }>(
        'select id from dagwright.asset_events where asset_key = \'["old", "asset"]\' or asset_key = \'["old","asset"]\'',
      )
    ).rows as [{ id: string }];
    await client.query("update dagwright.asset_events set inserted_at = '2020-01-15T00:00:00Z' where id = $1", [id]);
    // Runs that go on keep everything from when they began.
    await client.query("update dagwright.runs set created_at = greatest(created_at, '2020-03-01T00:00:00Z')");
    const step = { kind: "events", class: "asset_events", beforeMs: Date.parse("2021-01-01T00:00:00Z") } as const;
    expect(await purge(step)).toEqual({ rows: 0, partitions: ["asset_events_m202001"] });
    expect(await world.storage.assets.events(key, { types: ["ASSET_MATERIALIZATION"], limit: 5 })).toEqual([]);
    expect((await world.storage.assets.states([key]))[0]!.lastMaterialization).toMatchObject({ id });
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["p"]);
  });

  test("old runs go with their tags, and what has not ended stays", async () => {
    const now = await nowMs();
    const old = await runAt(idAt(now), now - 90 * day);
    const goesOn = await runAt(idAt(now), null);
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.runs set updated_at = now() - interval '90 days' where id = $1", [goesOn]);
    const purged = await purge({ kind: "runs", beforeMs: now - 80 * day });
    expect(purged.rows).toBeGreaterThanOrEqual(1);
    expect((await world.storage.runs.getMany([old, goesOn])).map(({ id }) => id)).toEqual([goesOn]);
    expect(await rowsOf("run_tags", old)).toBe(0);
    expect(await world.storage.assets.events(["made", old], { types: ["ASSET_MATERIALIZATION"], limit: 1 })).toHaveLength(1);
  });

  test("old ticks go by kind and status, with what they say of their runs, and run keys stay", async () => {
    const location = codeLocationName(`location-${randomUUID()}`);
    const now = Math.floor(await nowMs());
    const declare = async (kind: "SCHEDULE" | "SENSOR") => {
      const id = instigatorId(randomUUID());
      return { id, kind, name: `${kind}_${id}`, defaultStatus: "RUNNING", timingHash: "t", nextAtMs: now - 60_000 } as const;
    };
    const declared = [await declare("SCHEDULE"), await declare("SENSOR"), await declare("SENSOR")];
    await world.storage.instigators.sync(location, declared);
    for (const kind of ["SCHEDULE", "SENSOR"] as const) {
      const claims = await world.storage.instigators.claimDue({
        kind,
        locations: [location],
        holder: me,
        leaseMs: 60_000,
        limit: 9,
      });
      for (const [index, claim] of claims.entries())
        await world.storage.instigators.commitTicks(
          [
            {
              claim,
              status: index === 0 ? "SUCCESS" : "SKIPPED",
              runs: index === 0 ? [{ run: newRun(), runKey: `key-${claim.instigator.id}` }] : [],
              skipReason: null,
              error: null,
              nextAtMs: now + 60_000,
              logs: [],
              startedAtMs: now,
            },
          ],
          { kind: "queue" },
        );
    }
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.ticks set scheduled_at = scheduled_at - interval '30 days'");
    await client.query("update dagwright.tick_runs set scheduled_at = scheduled_at - interval '30 days'");
    const beforeMs = now - 7 * day;
    const step = (instigatorKind: "SCHEDULE" | "SENSOR", status: "SUCCESS" | "SKIPPED") =>
      ({ kind: "ticks", instigatorKind, status, beforeMs }) as const;
    const count = async (table: string): Promise<number> =>
      (await client.query<{ count: number }>(`select count(*)::int as count from dagwright.${table}`)).rows[0]!.count;
    const keys = await count("run_keys");
    // The newest skip of a sensor is counted on while it lasts.
    expect((await purge(step("SENSOR", "SKIPPED"))).rows).toBe(0);
    await client.query("update dagwright.instigators set last_skip_tick_id = null");
    expect((await purge(step("SENSOR", "SKIPPED"))).rows).toBe(1);
    expect((await purge(step("SCHEDULE", "SKIPPED"))).rows).toBe(0);
    expect(await count("tick_runs")).toBe(2);
    expect((await purge(step("SCHEDULE", "SUCCESS"))).rows).toBe(1);
    expect(await count("tick_runs")).toBe(1);
    expect(await count("run_keys")).toBe(keys);
  });

  test("evaluations of conditions go by age, in batches", async () => {
    await using client = await openRawClient(world.connectionString);
    await client.query(
      `insert into dagwright.automation_evaluations (entity, evaluation_id, instigator_id, evaluated_at, requested_count, explanation)
       select 'asset-' || n, n, 'i', now() - make_interval(days => n), 0, '{}' from generate_series(1, 10) n`,
    );
    const step = { kind: "evaluations", beforeMs: (await world.storage.nowMs()) - 4.5 * day } as const;
    expect((await world.storage.retention.preview(step)).rows).toBe(6);
    expect((await purge(step)).rows).toBe(6);
    expect((await world.storage.retention.preview(step)).rows).toBe(0);
    const { rows } = await client.query("select entity from dagwright.automation_evaluations where instigator_id = 'i'");
    expect(rows).toHaveLength(4);
  });

  test("backfills that have ended go with what belongs to them, in batches, and their runs stay", async () => {
    await using client = await openRawClient(world.connectionString);
    const make = async (id: string, endedAgo: string | null): Promise<void> => {
      await client.query(
        `with b as (
          insert into dagwright.backfills (id, status, tags, run_config, dynamic_keys, created_at, ended_at)
          values ($1, $2, '{}', '{}', '{}', now() - interval '99 days', now() - $3::interval)),
        t as (
          insert into dagwright.backfill_targets (backfill_id, place, name, location, target, requested, done, failed, target_count)
          values ($1, 0, '', 'l', '{}', '{}', '{}', '{}', 1)),
        r as (
          insert into dagwright.backfill_runs (run_id, backfill_id, unit, places, partition_count, is_watched)
          select gen_random_uuid(), $1, n::text, '{0}', 1, false from generate_series(1, 5) n)
        insert into dagwright.backfill_log (backfill_id, level, message) select $1, 'INFO', 'm' from generate_series(1, 3)`,
        [id, endedAgo === null ? "REQUESTED" : "COMPLETED_SUCCESS", endedAgo],
      );
    };
    await make("old", "90 days");
    await make("young", "2 days");
    await make("goes-on", null);
    const step = { kind: "backfills", beforeMs: (await nowMs()) - 80 * day } as const;
    expect((await world.storage.retention.preview(step)).rows).toBe(1);
    expect((await purge(step, 2)).rows).toBe(5 + 3 + 1 + 1);
    for (const table of ["backfill_runs", "backfill_log", "backfill_targets"]) {
      const { rows } = await client.query<{ id: string }>(
        `select distinct backfill_id as id from dagwright.${table} where backfill_id in ('old', 'young', 'goes-on') order by 1`,
      );
      expect(
        rows.map(({ id }) => id),
        table,
      ).toEqual(["goes-on", "young"]);
    }
  });
});
