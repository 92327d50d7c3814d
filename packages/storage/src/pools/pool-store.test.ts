import { holderId, runId, type RunId, stepKey } from "@dagwright/model";
import { describe, expect, test, vi } from "vitest";
import { openStorage } from "../open-storage.ts";
import type { Storage } from "../storage.ts";
import { newRun } from "../testing/new-run.ts";
import { pick } from "../testing/queue-decision.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import type { PoolClaimant, PoolGrant, PoolRequest } from "./pool-store.ts";

interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  /** One connection, as a run worker has. */
  readonly storage: Storage;
}

async function openWorld(): Promise<World> {
  const database = await createTestDatabase();
  const storage = await openStorage({ connectionString: database.connectionString, role: "run-worker", listen: false });
  return {
    database,
    storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const [first, second, third] = ["1", "2", "3"].map((n) => runId(`018f0000-0000-7000-8000-00000000000${n}`)) as [
  RunId,
  RunId,
  RunId,
];
const claimant = (id: RunId, more: Partial<PoolClaimant> = {}): PoolClaimant => ({
  runId: id,
  attempt: 1,
  leaseMs: 60_000,
  defaultLimit: null,
  ...more,
});
const wants = (key: string, more: Partial<PoolRequest> = {}): PoolRequest => ({
  stepKey: stepKey(key),
  pool: "api",
  slots: 1,
  priority: 0,
  ...more,
});
const fenceOf = (grant: PoolGrant | undefined): number => {
  if (grant?.state !== "granted" || grant.fence === null) throw new Error("it holds no slot");
  return grant.fence;
};
const states = (grants: readonly PoolGrant[]): Record<string, string> =>
  Object.fromEntries(grants.map(({ stepKey: key, state }) => [key, state]));

/** Who holds slots and who waits, as `run/step`, in the order of the line. */
async function line({ storage }: World, pool = "api"): Promise<{ held: readonly string[]; waiting: readonly string[] }> {
  const { claims } = await storage.pools.get(pool, null);
  const shown = (held: boolean): string[] =>
    claims.filter(({ claimedAtMs }) => (claimedAtMs !== null) === held).map((claim) => `${claim.runId.at(-1)}/${claim.stepKey}`);
  return { held: shown(true), waiting: shown(false) };
}

/** As if so much time had passed for the leases of a run. */
async function passTime({ database }: World, id: RunId, ms: number): Promise<void> {
  await using client = await openRawClient(database.connectionString);
  await client.query(
    "update dagwright.pool_claims set lease_until = lease_until - make_interval(secs => $2 / 1000.0) where run_id = $1",
    [id, ms],
  );
}

describe("a pool", () => {
  test("gives as many slots as it has, to whoever asked first, and the next when one comes free", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 2, null);
    const mine = await pools.claim(claimant(first), [wants("a"), wants("b"), wants("c")]);
    expect(states(mine.grants)).toEqual({ a: "granted", b: "granted", c: "waiting" });
    await pools.claim(claimant(second), [wants("a")]);
    expect(await line(world)).toEqual({ held: ["1/a", "1/b"], waiting: ["1/c", "2/a"] });
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(mine.grants.find((g) => g.stepKey === "a")) }]);
    expect(await line(world)).toEqual({ held: ["1/b", "1/c"], waiting: ["2/a"] });
  });

  test("without a limit gives all that is asked for and keeps no record, until it gets one", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    const open = await pools.claim(claimant(first), [wants("a"), wants("b")]);
    expect(open).toEqual({
      grants: [
        { stepKey: "a", state: "granted", fence: null },
        { stepKey: "b", state: "granted", fence: null },
      ],
      askAgainMs: null,
    });
    expect(await pools.list(null)).toEqual([]);
    expect(states((await pools.claim(claimant(first, { defaultLimit: 1 }), [wants("a"), wants("b")])).grants)).toEqual({
      a: "granted",
      b: "waiting",
    });
    expect(await pools.list(1)).toMatchObject([
      { name: "api", limit: 1, usesDefault: true, claims: [{ stepKey: "a" }, { stepKey: "b" }] },
    ]);
  });

  test("lets the limit of its own go before the default, and the default count again without it", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 3, 1);
    expect(await pools.get("api", 1)).toMatchObject({ limit: 3, usesDefault: false });
    await pools.setLimit("api", null, 1);
    expect(await pools.get("api", 1)).toMatchObject({ limit: 1, usesDefault: true });
    expect(await pools.get("never named", 1)).toEqual({ name: "never named", limit: 1, usesDefault: true, claims: [] });
  });

  test("gives a step that wants several slots all of them at once, and lets nobody overtake it", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 3, null);
    const small = await pools.claim(claimant(first), [wants("a"), wants("b")]);
    await pools.claim(claimant(second), [wants("heavy", { slots: 3 })]);
    await pools.claim(claimant(third), [wants("late")]);
    expect(await line(world)).toEqual({ held: ["1/a", "1/b"], waiting: ["2/heavy", "3/late"] });
    for (const grant of small.grants) await pools.free(claimant(first), [{ stepKey: grant.stepKey, fence: fenceOf(grant) }]);
    expect(await line(world)).toEqual({ held: ["2/heavy"], waiting: ["3/late"] });
    await pools.freeByHand(second, null, null);
    expect((await line(world)).held).toEqual(["3/late"]);
  });

  test("gives a step that wants more than there are all there are, and nobody anything when there are none", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 0, null);
    await pools.claim(claimant(first), [wants("huge", { slots: 9 })]);
    expect(await line(world)).toEqual({ held: [], waiting: ["1/huge"] });
    await pools.setLimit("api", 2, null);
    expect((await pools.get("api", null)).claims).toMatchObject([{ stepKey: "huge", slots: 2 }]);
    await pools.claim(claimant(second), [wants("small")]);
    expect((await line(world)).waiting).toEqual(["2/small"]);
  });

  test("serves those with a higher priority first, and a place in the line outlives a pause", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const [held] = (await pools.claim(claimant(first), [wants("a")])).grants;
    const [early] = (await pools.claim(claimant(second), [wants("early")])).grants;
    await pools.claim(claimant(third), [wants("late"), wants("urgent", { priority: 5 })]);
    await pools.free(claimant(second), [{ stepKey: stepKey("early"), fence: null }]);
    expect((await line(world)).waiting).toEqual(["3/urgent", "3/late"]);
    if (early?.state !== "waiting") throw new Error("it does not wait");
    await pools.claim(claimant(second), [wants("early", { waitingSinceMs: early.waitingSinceMs })]);
    expect((await line(world)).waiting).toEqual(["3/urgent", "2/early", "3/late"]);
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(held) }]);
    expect((await line(world)).held).toEqual(["3/urgent"]);
  });

  test("that is asked again answers the same", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const asked = [wants("a"), wants("b")];
    const before = await pools.claim(claimant(first), asked);
    expect((await pools.claim(claimant(first), asked)).grants).toEqual(before.grants);
  });

  test("never has more holders than slots, however many ask, end and die at once", async () => {
    await using world = await openWorld();
    const workers = await Promise.all(
      Array.from({ length: 4 }, () =>
        openStorage({ connectionString: world.database.connectionString, role: "run-worker", listen: false }),
      ),
    );
    await world.storage.pools.setLimit("api", 3, null);
    let holders = 0;
    let most = 0;
    await Promise.all(
      workers.map(async ({ pools }, index) => {
        const me = claimant(runId(`018f0000-0000-7000-8000-0000000001${index}0`));
        for (let round = 0; round < 25; round += 1) {
          const key = `s${round}`;
          const { grants } = await pools.claim(me, [wants(key, { slots: 1 + (round % 2) })]);
          const [grant] = grants;
          if (grant?.state === "granted") {
            holders += 1 + (round % 2);
            most = Math.max(most, holders);
            await pools.renew(me);
            holders -= 1 + (round % 2);
            await pools.free(me, [{ stepKey: stepKey(key), fence: grant.fence }]);
          } else await pools.free(me, [{ stepKey: stepKey(key), fence: null }]);
        }
      }),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    expect(await line(world)).toEqual({ held: [], waiting: [] });
    await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
  });
});

describe("a slot", () => {
  test("is taken when its holder's lease is over, and the old holder can neither free nor extend it", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const [old] = (await pools.claim(claimant(first), [wants("a")])).grants;
    await pools.claim(claimant(second), [wants("b")]);
    await passTime(world, first, 61_000);
    const [taken] = (await pools.claim(claimant(second), [wants("b")])).grants;
    expect(fenceOf(taken)).toBeGreaterThan(fenceOf(old));

    expect(await pools.renew(claimant(first))).toEqual([]);
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(old) }]);
    expect(await line(world)).toEqual({ held: ["2/b"], waiting: [] });
  });

  test("that its step got anew is safe from what came late from its time before", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const [old] = (await pools.claim(claimant(first), [wants("a")])).grants;
    await pools.freeByHand(first, null, null);
    const [current] = (await pools.claim(claimant(first), [wants("a")])).grants;
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(old) }]);
    expect((await line(world)).held).toEqual(["1/a"]);
    const resumed = await pools.claim(claimant(first, { attempt: 2 }), [wants("a")]);
    expect(fenceOf(resumed.grants[0])).toBeGreaterThan(fenceOf(current));
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(current) }]);
    expect(await pools.renew(claimant(first))).toEqual([]);
    expect((await line(world)).held).toEqual(["1/a"]);
  });

  test("stays its holder's as long as nobody has taken it, even after a late renewal", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    await pools.claim(claimant(first), [wants("a")]);
    await passTime(world, first, 61_000);
    expect(await pools.renew(claimant(first))).toMatchObject([{ stepKey: "a" }]);
    const { grants } = await pools.claim(claimant(second), [wants("b")]);
    expect(states(grants)).toEqual({ b: "waiting" });
  });

  test("is nobody's place in the line any more when who waited is dead", async () => {
    await using world = await openWorld();
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const [held] = (await pools.claim(claimant(first), [wants("a")])).grants;
    await pools.claim(claimant(second), [wants("dead")]);
    await pools.claim(claimant(third), [wants("alive")]);
    await passTime(world, second, 61_000);
    await pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(held) }]);
    expect(await line(world)).toEqual({ held: ["3/alive"], waiting: [] });
  });

  test("comes free with its run's end, in the same transaction, and wakes who waits", async () => {
    await using world = await openWorld();
    const { pools, runs, events } = world.storage;
    const [launched] = await runs.submit([newRun()], { kind: "launch", holder: "me" as never, claimMs: 60_000 });
    const id = launched!.run.id;
    await pools.setLimit("api", 1, null);
    await pools.claim(claimant(id), [wants("a")]);
    const woken = vi.fn();
    using _subscription = pools.onWake(second, woken);
    const { askAgainMs } = await pools.claim(claimant(second), [wants("b")]);
    expect(askAgainMs).toBeGreaterThan(0);
    await events.append({
      runId: id,
      attempt: null,
      entries: [{ type: "RUN_FAILURE", atMs: 0, stepKey: null, message: "", error: null, reason: "WORKER_LOST" }],
    });
    await vi.waitFor(() => expect(woken).toHaveBeenCalled());
    expect(states((await pools.claim(claimant(second), [wants("b")])).grants)).toEqual({ b: "granted" });
  });

  test("that comes free wakes the run that gets it, and no other", async () => {
    await using world = await openWorld();
    await using other = await openStorage({
      connectionString: world.database.connectionString,
      role: "run-worker",
      listen: false,
    });
    const { pools } = world.storage;
    await pools.setLimit("api", 1, null);
    const [held] = (await other.pools.claim(claimant(first), [wants("a")])).grants;
    const wokenSecond = vi.fn();
    const wokenThird = vi.fn();
    using _second = pools.onWake(second, wokenSecond);
    using _third = pools.onWake(third, wokenThird);
    await pools.claim(claimant(second), [wants("b")]);
    await pools.claim(claimant(third), [wants("c")]);
    await other.pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(held) }]);
    await vi.waitFor(() => expect(wokenSecond).toHaveBeenCalledTimes(1));
    expect(wokenThird).not.toHaveBeenCalled();
  });
});

test("a slot that comes free wakes the queue where a run waits for pools, and only there", async () => {
  await using world = await openWorld();
  const listener = await openStorage({ connectionString: world.database.connectionString, role: "test" });
  await using _ = listener;
  expect(await listener.notifications.ready()).toBe("listening");
  let wakes = 0;
  using subscription = listener.notifications.subscribe(({ kind }) => void (kind === "queue" && (wakes += 1)));
  void subscription;
  await world.storage.pools.setLimit("api", 1, null);
  const useSlot = async (): Promise<void> => {
    const { grants } = await world.storage.pools.claim(claimant(first), [wants("a")]);
    await world.storage.pools.free(claimant(first), [{ stepKey: stepKey("a"), fence: fenceOf(grants[0]) }]);
  };
  await useSlot();

  const [queued] = await world.storage.runs.submit([newRun()], { kind: "queue" });
  await vi.waitFor(() => expect(wakes).toBe(1));
  const waitsFor = 'pools ["api"]';
  await world.storage.runs.dequeue(
    { holder: holderId("d"), claimMs: 1_000 },
    pick(() => [], { plan: () => ({ start: [], holdBack: [{ id: queued!.run.id, waitsFor }] }) }),
  );
  await useSlot();
  await vi.waitFor(() => expect(wakes).toBe(2));
});

test("limits that are edited while runs take, renew, lose and end: nobody waits in a circle, and no slot is lost", async () => {
  await using database = await createTestDatabase();
  const storages = await Promise.all(
    [1, 2, 3, 4].map(() =>
      openStorage({ connectionString: database.connectionString, role: "test", listen: false, maxConnections: 4 }),
    ),
  );
  await using closing = new AsyncDisposableStack();
  for (const storage of storages) closing.use(storage);
  const names = ["a", "b", "c"];
  const launched = await storages[0]!.runs.submit(
    Array.from({ length: 8 }, () => newRun()),
    { kind: "launch", holder: holderId("d"), claimMs: 600_000 },
  );
  const ids = launched.map(({ run }) => run.id);
  const work = storages.flatMap(({ pools, runs }, of) => [
    async (turn: number) => {
      await pools.setLimit(names[turn % 3]!, turn % 2 === 0 ? (turn % 4) + 1 : null, null);
    },
    async (turn: number) => {
      const id = ids[(of * 2 + turn) % ids.length]!;
      // In another order each time, and of several pools.
      const asked = names.map((pool, index) => wants(`${(index + turn) % 3}`, { pool }));
      await pools.claim(claimant(id), turn % 2 === 0 ? asked : asked.toReversed());
      await pools.renew(claimant(id));
    },
    async (turn: number) => {
      const id = ids[(of + turn) % ids.length]!;
      if (turn % 3 === 0) await pools.freeByHand(id, null, null);
      else await pools.free(claimant(id), [{ stepKey: stepKey(`${turn % 3}`), fence: null }]);
    },
    async (turn: number) => {
      if (turn === 20) await runs.delete(ids[of]!, { evenActive: true }).catch(() => undefined);
      await pools.renew(claimant(ids[turn % ids.length]!));
    },
  ]);
  await Promise.all(
    work.map(async (act) => {
      for (let turn = 0; turn < 40; turn += 1) await act(turn);
    }),
  );
  await using raw = await openRawClient(database.connectionString);
  const { rows } = await raw.query("select deadlocks::int from pg_stat_database where datname = current_database()");
  expect(rows).toEqual([{ deadlocks: 0 }]);
  const [{ pools }] = storages as [Storage];
  for (const id of ids) await pools.freeByHand(id, null, null);
  for (const name of names) await pools.setLimit(name, 1, null);
  const { grants } = await pools.claim(
    claimant(first),
    names.map((pool) => wants(pool, { pool })),
  );
  expect(states(grants)).toEqual({ a: "granted", b: "granted", c: "granted" });
});
