import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { codeLocationName, holderId, type InstigatorId, instigatorId, type InstigatorKind } from "@dagwright/model";
import { expect, test } from "vitest";
import { InstigatorNotFoundError } from "../errors.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { newRun } from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";
import type { DeclaredInstigator, InstigatorClaim, TickOutcome } from "./instigator-store.ts";

const queue = { kind: "queue" } as const;
const minute = 60_000;

describeEachWay("schedules and sensors", (world) => {
  /** A location of its own with instigators that are due since a minute. */
  const declare = async (count: number, kind: InstigatorKind, more: Partial<DeclaredInstigator> = {}) => {
    const location = codeLocationName(`location-${randomUUID()}`);
    const nowMs = Math.floor(await world.storage.nowMs());
    const declared = Array.from({ length: count }, (_, index): DeclaredInstigator => ({
      id: instigatorId(randomUUID()),
      kind,
      name: `one_${index}`,
      defaultStatus: "RUNNING",
      timingHash: "t1",
      nextAtMs: nowMs - minute + index,
      ...more,
    }));
    await world.storage.instigators.sync(location, declared);
    const claim = (holder = "me", limit = 1_000, leaseMs = minute) =>
      world.storage.instigators.claimDue({ kind, locations: [location], holder: holderId(holder), leaseMs, limit });
    return { location, declared, claim, nowMs };
  };
  const outcome = (claim: InstigatorClaim, more: Partial<TickOutcome> = {}): TickOutcome => ({
    claim,
    status: "SUCCESS",
    runs: [],
    skipReason: null,
    error: null,
    nextAtMs: claim.nowMs + minute,
    logs: [],
    startedAtMs: claim.nowMs,
    ...more,
  });
  const ticks = (id: InstigatorId, page: object = {}) => world.storage.instigators.ticks(id, { limit: 100, ...page });

  test("wiped schedules have no history and are off, sensors keep theirs, and an evaluation under way is not committed", async () => {
    const schedules = await declare(2, "SCHEDULE");
    const sensors = await declare(1, "SENSOR");
    const [first, second] = await schedules.claim();
    await world.storage.instigators.commitTicks([outcome(first!, { runs: [{ run: newRun(), runKey: "k" }] })], queue);
    const [looking] = await sensors.claim();
    await world.storage.instigators.commitTicks([outcome(looking!)], queue);
    expect(await world.storage.instigators.wipe("SCHEDULE")).toBeGreaterThanOrEqual(2);
    expect(await world.storage.instigators.commitTicks([outcome(second!)], queue)).toEqual([]);
    const ids = schedules.declared.map(({ id }) => id);
    expect(await Promise.all(ids.map((id) => ticks(id)))).toEqual([[], []]);
    expect(await world.storage.instigators.getMany(ids)).toMatchObject([
      { status: "STOPPED", nextAtMs: null },
      { status: "STOPPED", nextAtMs: null },
    ]);
    expect(await ticks(sensors.declared[0]!.id)).toHaveLength(1);
  });

  test("two claimers never get the same one", async () => {
    const { location } = await declare(200, "SCHEDULE");
    const daemons = await Promise.all(Array.from({ length: 4 }, () => world.open({ maxConnections: 1 })));
    const claimed: InstigatorId[] = [];
    await Promise.all(
      daemons.map(async (daemon, index) => {
        for (;;) {
          const claims = await daemon.instigators.claimDue({
            kind: "SCHEDULE",
            locations: [location],
            holder: holderId(`d${index}`),
            leaseMs: minute,
            limit: 7,
          });
          claimed.push(...claims.map((claim) => claim.instigator.id));
          if (claimed.length >= 200 || claims.length === 0) return;
        }
      }),
    );
    expect(claimed).toHaveLength(200);
    expect(new Set(claimed).size).toBe(200);
  });

  test("a claim takes the longest overdue first and carries the time that names its tick", async () => {
    const { declared, claim } = await declare(3, "SCHEDULE");
    const [first] = await claim("me", 1);
    expect(first).toMatchObject({
      instigator: { id: declared[0]!.id, kind: "SCHEDULE", name: "one_0", status: "DECLARED_IN_CODE", cursor: null },
      scheduledAtMs: declared[0]!.nextAtMs,
      fence: expect.any(Number) as number,
    });
    expect((await claim()).map((one) => one.instigator.id)).toEqual([declared[1]!.id, declared[2]!.id]);
    expect(await claim()).toEqual([]);
  });

  test("a tick is committed with its runs, cursor and next time in one transaction", async () => {
    const { declared, claim } = await declare(2, "SCHEDULE");
    const claims = await claim();
    const committed = await world.storage.instigators.commitTicks(
      claims.map((one) =>
        outcome(one, {
          runs: [
            { run: newRun({ tags: { n: "1" } }), runKey: null },
            { run: newRun({ tags: { n: "2" } }), runKey: "key" },
          ],
          cursor: "c\0",
          logs: [{ level: "INFO", message: "hello \0", atMs: 1 }],
        }),
      ),
      { kind: "launch", holder: holderId("me"), claimMs: minute },
    );
    expect(committed.map((tick) => tick.instigatorId).toSorted()).toEqual(declared.map((one) => one.id).toSorted());
    for (const tick of committed) {
      expect(tick.launches.map((launch) => [launch.run.status, launch.run.tags, launch.fence])).toEqual([
        ["STARTING", { n: "1" }, 1],
        ["STARTING", { n: "2" }, 1],
      ]);
      const own = claims.find((one) => one.instigator.id === tick.instigatorId)!;
      expect(await ticks(tick.instigatorId)).toEqual([
        {
          id: tick.tickId,
          instigatorId: tick.instigatorId,
          scheduledAtMs: own.scheduledAtMs,
          startedAtMs: expect.closeTo(own.nowMs, 0) as number,
          endedAtMs: expect.any(Number) as number,
          status: "SUCCESS",
          runIds: tick.launches.map((launch) => launch.run.id),
          runKeys: ["key"],
          skipReason: null,
          error: null,
          cursor: "c\0",
          logs: [{ level: "INFO", message: "hello \0", atMs: 1 }],
          evaluationId: null,
          repetitions: 1,
          originRunIds: [],
          dynamicPartitions: [],
        },
      ]);
      const kept = await world.storage.instigators.get(tick.instigatorId);
      expect(kept).toMatchObject({ cursor: "c\0", nextAtMs: expect.closeTo(own.nowMs + minute, 0) as number });
    }
    expect(await claim()).toEqual([]);
  });

  test("a commit after the lease went to another writes nothing, beside others that are committed", async () => {
    const { claim, declared } = await declare(2, "SCHEDULE");
    const [lost, lostToo] = await claim("slow", 2, -1);
    const taken = await claim("quick", 1);
    expect(taken.map((one) => one.instigator.id)).toEqual([declared[0]!.id]);
    const run = { run: newRun(), runKey: "k" };
    const committed = await world.storage.instigators.commitTicks(
      [outcome(lost!, { runs: [run], cursor: "lost" }), outcome(lostToo!, { runs: [run] })],
      queue,
    );
    // The second one's lease ran out as well, but nobody took it: it is still good.
    expect(committed.map((tick) => tick.instigatorId)).toEqual([declared[1]!.id]);
    expect(await ticks(declared[0]!.id)).toEqual([]);
    expect(await world.storage.instigators.get(declared[0]!.id)).toMatchObject({ cursor: null, nextAtMs: declared[0]!.nextAtMs });
    const [winner] = await world.storage.instigators.commitTicks([outcome(taken[0]!, { runs: [run] })], queue);
    expect(winner?.launches).toHaveLength(1);
  });

  test("a tick that was committed is not due again, and a second commit of it writes nothing", async () => {
    const { claim, declared } = await declare(1, "SCHEDULE");
    const [one] = await claim();
    const first = await world.storage.instigators.commitTicks(
      [outcome(one!, { runs: [{ run: newRun(), runKey: null }] })],
      queue,
    );
    expect(first).toHaveLength(1);
    // The answer was lost, and the daemon commits again: the lease ended with the first commit.
    await using raw = await openRawClient(world.connectionString);
    const again = await world.storage.instigators.commitTicks(
      [outcome(one!, { runs: [{ run: newRun(), runKey: null }] })],
      queue,
    );
    expect(again).toEqual([]);
    expect(await ticks(declared[0]!.id)).toHaveLength(1);
    const duplicate = raw.query(`insert into dagwright.ticks (instigator_id, scheduled_at, started_at, status)
      select instigator_id, scheduled_at, now(), 'SUCCESS' from dagwright.ticks where instigator_id = '${declared[0]!.id}'`);
    await expect(duplicate).rejects.toThrow(/duplicate key/);
  });

  test("a time that has its tick gets no second one", async () => {
    const { claim, declared, location } = await declare(1, "SCHEDULE");
    await world.storage.instigators.commitTicks(
      (await claim()).map((one) => outcome(one)),
      queue,
    );
    // The cron is changed to and fro, and the time that was ticked is computed once more.
    await world.storage.instigators.sync(location, [{ ...declared[0]!, timingHash: "t2" }]);
    const [again] = await claim();
    expect(again?.scheduledAtMs).toBe(declared[0]!.nextAtMs);
    const run = { run: newRun({ location }), runKey: "once" };
    expect(await world.storage.instigators.commitTicks([outcome(again!, { runs: [run] })], queue)).toEqual([]);
    expect(await ticks(declared[0]!.id)).toHaveLength(1);
    expect(await world.storage.runs.list({ location }, { limit: 10 })).toEqual([]);
    expect(await claim()).toEqual([]);
    // The key of the run that was not started is not spent.
    await world.storage.instigators.sync(location, [{ ...declared[0]!, timingHash: "t3", nextAtMs: declared[0]!.nextAtMs + 1 }]);
    const [next] = await world.storage.instigators.commitTicks(
      (await claim()).map((one) => outcome(one, { runs: [run] })),
      queue,
    );
    expect(next?.launches).toHaveLength(1);
  });

  test("a run key that was seen starts no second run, in another tick or in the same", async () => {
    const { claim, location } = await declare(1, "SENSOR");
    const keyed = (runKey: string) => ({ run: newRun({ location }), runKey });
    const due = async () => (await claim())[0]!;
    const first = await due();
    const [one] = await world.storage.instigators.commitTicks(
      [outcome(first, { runs: [keyed("a"), keyed("b"), keyed("a")], nextAtMs: first.nowMs - 1 })],
      queue,
    );
    expect(one).toMatchObject({ skippedRunKeys: ["a"] });
    expect(one!.launches).toHaveLength(2);
    const second = await due();
    const [two] = await world.storage.instigators.commitTicks(
      [outcome(second, { runs: [keyed("b"), keyed("c")], nextAtMs: second.nowMs - 1 })],
      queue,
    );
    expect(two).toMatchObject({ skippedRunKeys: ["b"] });
    expect(two!.launches).toHaveLength(1);
    expect(await world.storage.runs.count({ location })).toBe(3);
    const third = await due();
    await world.storage.instigators.commitTicks([outcome(third, { runs: [keyed("c")] })], queue);
    const [newest] = await ticks(first.instigator.id);
    expect(newest).toMatchObject({ status: "SKIPPED", skipReason: expect.stringContaining("c") as string, runIds: [] });
    const seen = await world.storage.instigators.seenRunKeys(first.instigator.id, ["a", "c", "d"]);
    expect(seen).toEqual(new Set(["a", "c"]));
  });

  test("a sensor's skips in a row share one tick that counts them", async () => {
    const { claim, declared } = await declare(1, "SENSOR");
    const { id } = declared[0]!;
    const skip = async (skipReason: string, more: Partial<TickOutcome> = {}) => {
      const [one] = await claim();
      return (
        await world.storage.instigators.commitTicks(
          [outcome(one!, { status: "SKIPPED", skipReason, nextAtMs: one!.nowMs - 1, ...more })],
          queue,
        )
      )[0]!.tickId;
    };
    const first = await skip("nothing new");
    expect(await skip("nothing new")).toBe(first);
    expect(await skip("still nothing", { cursor: "3" })).toBe(first);
    expect(await ticks(id)).toMatchObject([
      { id: first, repetitions: 3, skipReason: "still nothing", cursor: "3", status: "SKIPPED" },
    ]);
    const [one] = await claim();
    await world.storage.instigators.commitTicks(
      [outcome(one!, { runs: [{ run: newRun(), runKey: null }], nextAtMs: one!.nowMs - 1 })],
      queue,
    );
    await skip("nothing again");
    expect((await ticks(id)).map((tick) => [tick.status, tick.repetitions])).toEqual([
      ["SKIPPED", 1],
      ["SUCCESS", 1],
      ["SKIPPED", 3],
    ]);
    expect(await ticks(id, { statuses: ["SUCCESS"] })).toHaveLength(1);
    const [newest, , oldest] = await ticks(id);
    expect(await ticks(id, { beforeMs: newest!.scheduledAtMs })).toHaveLength(2);
    expect(await ticks(id, { afterMs: oldest!.scheduledAtMs, limit: 1 })).toHaveLength(1);
  });

  test("a failed tick keeps its error, and a thousand ticks fit in one commit", async () => {
    const { claim } = await declare(1_000, "SCHEDULE");
    const claims = await claim();
    expect(claims).toHaveLength(1_000);
    const error = { name: "Error", message: "\ud800 broke", stack: ["at a"] };
    const committed = await world.storage.instigators.commitTicks(
      claims.map((one, index) =>
        outcome(one, index === 0 ? { status: "FAILURE", error } : { runs: [{ run: newRun(), runKey: null }] }),
      ),
      queue,
    );
    expect(committed).toHaveLength(1_000);
    expect(committed.flatMap((tick) => tick.launches)).toHaveLength(999);
    expect(await ticks(claims[0]!.instigator.id)).toMatchObject([{ status: "FAILURE", error }]);
  });

  test("switching off ends what is under way, and on again makes it due at the given time", async () => {
    const { claim, declared, location, nowMs } = await declare(1, "SCHEDULE");
    const [under] = await claim();
    const target = { id: declared[0]!.id, kind: "SCHEDULE" as const, location, name: "one_0" };
    expect(await world.storage.instigators.setStatus(target, "STOPPED", null)).toMatchObject({
      status: "STOPPED",
      nextAtMs: null,
    });
    expect(await world.storage.instigators.commitTicks([outcome(under!)], queue)).toEqual([]);
    expect(await world.storage.instigators.setStatus(target, "RUNNING", nowMs + minute)).toMatchObject({
      status: "RUNNING",
      nextAtMs: nowMs + minute,
    });
    expect(await world.storage.instigators.setStatus(target, "RUNNING", nowMs + 2 * minute)).toMatchObject({
      nextAtMs: nowMs + minute,
    });
    expect(await world.storage.instigators.nextDueAtMs("SCHEDULE", [location])).toBe(nowMs + minute);
    expect(await world.storage.instigators.setStatus(target, "DECLARED_IN_CODE", nowMs)).toMatchObject({
      status: "DECLARED_IN_CODE",
      nextAtMs: nowMs + minute,
    });
  });

  test("an instigator that nobody synced can be switched on", async () => {
    const location = codeLocationName(`location-${randomUUID()}`);
    const target = { id: instigatorId(randomUUID()), kind: "SENSOR" as const, location, name: "s" };
    expect(await world.storage.instigators.setStatus(target, "RUNNING", 5)).toEqual({
      ...target,
      status: "RUNNING",
      cursor: null,
      nextAtMs: 5,
      lastStartedAtMs: expect.any(Number) as number,
    });
    expect(await world.storage.instigators.getMany([target.id, instigatorId("none")])).toHaveLength(1);
    expect(await world.storage.instigators.get(instigatorId("none"))).toBeNull();
  });

  test("syncing keeps what has not changed, moves what has, and puts out of work what is gone", async () => {
    const { declared, location, nowMs, claim } = await declare(3, "SCHEDULE", { nextAtMs: 1_000 });
    const [same, changed, gone] = declared;
    const claims = await claim();
    await world.storage.instigators.sync(location, [
      { ...same!, nextAtMs: nowMs + minute },
      { ...changed!, timingHash: "t2", nextAtMs: nowMs + minute },
    ]);
    const kept = new Map((await world.storage.instigators.getMany(declared.map((one) => one.id))).map((one) => [one.id, one]));
    expect([kept.get(same!.id)?.nextAtMs, kept.get(changed!.id)?.nextAtMs, kept.get(gone!.id)?.nextAtMs]).toEqual([
      1_000,
      nowMs + minute,
      null,
    ]);
    const committed = await world.storage.instigators.commitTicks(
      claims.map((one) => outcome(one)),
      queue,
    );
    expect(committed.map((tick) => tick.instigatorId)).toEqual([same!.id]);
    await world.storage.instigators.sync(location, [{ ...gone!, nextAtMs: nowMs + 2 * minute }]);
    expect((await world.storage.instigators.get(gone!.id))?.nextAtMs).toBe(nowMs + 2 * minute);
    await world.storage.instigators.sync(location, [{ ...gone!, defaultStatus: "STOPPED" }]);
    expect((await world.storage.instigators.get(gone!.id))?.nextAtMs).toBeNull();
  });

  test("a lease is renewed by its holder only, and a released claim is due at once", async () => {
    const { claim } = await declare(2, "SENSOR");
    const claims = await claim("a", 2, -1);
    const [first] = await claim("b", 1);
    expect(await world.storage.instigators.renew(claims, minute)).toEqual([claims[1]]);
    expect(await claim("c")).toEqual([]);
    await world.storage.instigators.release([first!]);
    expect((await claim("c")).map((one) => one.instigator.id)).toEqual([first!.instigator.id]);
    expect(await world.storage.instigators.commitTicks([outcome(first!)], queue)).toEqual([]);
  });

  test("a long commit holds up no renewal of other leases, and keeps its own though its lease has run out", async () => {
    const { claim } = await declare(2, "SENSOR");
    const claims = await claim("a", 2, 1_000);
    await using committing = await openRawClient(world.connectionString);
    await committing.query("begin");
    await committing.query("select 1 from dagwright.instigators where id = $1 for no key update", [claims[0]!.instigator.id]);
    expect(await world.storage.instigators.renew(claims, minute, { signal: AbortSignal.timeout(10_000) })).toEqual([claims[1]]);
    while ((await world.storage.nowMs()) < claims[0]!.nowMs + 1_100) await delay(100);
    expect(await claim("b")).toEqual([]);
    await committing.query("rollback");
    expect((await claim("b")).map(({ instigator }) => instigator.id)).toEqual([claims[0]!.instigator.id]);
  });

  test("what is leased is due again when its lease ends", async () => {
    const { location, claim } = await declare(1, "SENSOR");
    const [one] = await claim("a", 1, minute);
    expect(await world.storage.instigators.nextDueAtMs("SENSOR", [location])).toBeCloseTo(one!.nowMs + minute, 0);
    expect(await world.storage.instigators.nextDueAtMs("SCHEDULE", [location])).toBeNull();
    expect(await world.storage.instigators.nextDueAtMs("SENSOR", [])).toBeNull();
  });

  test("a cursor that is set by hand is not overwritten by an evaluation that saw the old one", async () => {
    const { declared, claim } = await declare(1, "SENSOR");
    const [one] = await claim();
    await world.storage.instigators.setCursor(declared[0]!.id, "by hand");
    await world.storage.instigators.commitTicks([outcome(one!, { cursor: "old" })], queue);
    expect((await world.storage.instigators.get(declared[0]!.id))?.cursor).toBe("by hand");
    await expect(world.storage.instigators.setCursor(instigatorId("none"), "x")).rejects.toThrow(InstigatorNotFoundError);
  });

  test("heartbeats are kept by replica and loop, with the database's time", async () => {
    const holder = holderId(`daemon-${randomUUID()}`);
    const before = await world.storage.nowMs();
    await world.storage.daemons.beat(holder, [
      { daemonType: "SENSOR", errors: [], lagMs: 1.5 },
      { daemonType: "SCHEDULER", errors: [], lagMs: 0 },
    ]);
    await world.storage.daemons.beat(holder, [
      { daemonType: "SENSOR", errors: [{ name: "E", message: "\0", stack: [] }], lagMs: 2 },
    ]);
    const mine = async () => (await world.storage.daemons.heartbeats()).filter((beat) => beat.holder === holder);
    expect(await mine()).toMatchObject([
      { daemonType: "SCHEDULER" },
      { daemonType: "SENSOR", lagMs: 2, errors: [{ message: "\0" }] },
    ]);
    expect((await mine()).every((beat) => beat.atMs >= before)).toBe(true);
    await world.storage.daemons.leave(holder);
    expect(await mine()).toEqual([]);
  });

  test("a replica that was killed is forgotten after a day of silence", async () => {
    const [killed, other] = [holderId(`daemon-${randomUUID()}`), holderId(`daemon-${randomUUID()}`)];
    const beat = [{ daemonType: "SENSOR", errors: [], lagMs: 0 }];
    const known = async () => (await world.storage.daemons.heartbeats()).map(({ holder }) => holder);
    await world.storage.daemons.beat(killed, beat);
    await using client = await openRawClient(world.connectionString);
    await client.query("update dagwright.heartbeats set at = now() - interval '23 hours' where holder = $1", [killed]);
    await world.storage.daemons.beat(other, beat);
    expect(await known()).toEqual(expect.arrayContaining([killed, other]));
    await client.query("update dagwright.heartbeats set at = now() - interval '25 hours' where holder = $1", [killed]);
    await world.storage.daemons.beat(other, beat);
    expect(await known()).not.toContain(killed);
    expect(await known()).toContain(other);
  });
});
