import { type PlannedStep, type StepKey, stepKey, type Tags } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { ReadySteps, type ReadyStepsOptions } from "./ready-steps.ts";
import type { PoolListener, RunPools } from "./run-pools.ts";

const step = (key: string, rest: { readonly tags?: Tags; readonly pool?: string; readonly poolSlots?: number } = {}) => ({
  step: {
    key: stepKey(key),
    handle: [key],
    opName: key,
    inputs: [],
    outputs: [],
    tags: {},
    pool: null,
    retryPolicy: null,
    ...rest,
  } satisfies PlannedStep,
});
type Ready = ReturnType<typeof step>;

/** Pools that grant what the test says, and remember what was asked of them. */
class FakePools implements RunPools {
  readonly said: string[] = [];
  #listener!: PoolListener;

  listen(listener: PoolListener): void {
    this.#listener = listener;
  }
  ask({ stepKey: key, pool, slots, priority }: Parameters<RunPools["ask"]>[0]): void {
    this.said.push(`ask ${key} ${pool} ${slots} ${priority}`);
  }
  free(key: StepKey): void {
    this.said.push(`free ${key}`);
  }
  grant(key: string): void {
    this.#listener.granted(stepKey(key));
  }
  block(key: string, isFirst: boolean): void {
    this.#listener.blocked(stepKey(key), "p", isFirst);
  }
  take(): readonly string[] {
    return this.said.splice(0);
  }
}

const readySteps = (steps: readonly Ready[], options: Partial<ReadyStepsOptions> = {}): ReadySteps<Ready> => {
  const ready = new ReadySteps<Ready>({
    tagLimits: [],
    pools: null,
    runPriority: 0,
    onReady: () => {},
    onBlocked: () => {},
    ...options,
  });
  for (const one of steps) ready.add(one);
  return ready;
};

/** All that may start now. */
function takeAll(ready: ReadySteps<Ready>): readonly string[] {
  const taken: string[] = [];
  for (let next = ready.next(); next !== undefined; next = ready.next()) taken.push(next.step.key);
  return taken;
}

describe("steps that are ready", () => {
  test("come by priority, then in the order in which they became ready", () => {
    const ready = readySteps([
      step("a"),
      step("b", { tags: { "dagster/priority": "-1" } }),
      step("c", { tags: { "dagster/priority": "5" } }),
      step("d", { tags: { "dagster/priority": "often" } }),
    ]);
    expect(takeAll(ready)).toEqual(["c", "a", "d", "b"]);
    expect(ready.isEmpty).toBe(true);
  });

  test("without a reason to wait are handed out in a time that grows as they do", () => {
    const many = (count: number): number => {
      const ready = readySteps(
        Array.from({ length: count }, (_, at) => step(`s${at}`, { tags: { db: "x" } })),
        { tagLimits: [{ key: "db", limit: 2 }] },
      );
      const startedAt = performance.now();
      const running: Ready[] = [];
      for (;;) {
        for (let next = ready.next(); next !== undefined; next = ready.next()) running.push(next);
        const ended = running.shift();
        if (ended === undefined) break;
        ready.ended(ended);
      }
      expect(ready.isEmpty).toBe(true);
      return performance.now() - startedAt;
    };
    many(1_000);
    // With a walk over all that wait at each end it took 8 s.
    expect(many(20_000)).toBeLessThan(2_000);
  });
});

describe("limits by tag", () => {
  const db = (name: string) => step(name, { tags: { db: name[0]! } });

  test("count all steps with the tag", () => {
    const steps = [db("a1"), db("b1"), db("a2"), step("free")];
    const ready = readySteps(steps, { tagLimits: [{ key: "db", limit: 2 }] });
    expect(takeAll(ready)).toEqual(["a1", "b1", "free"]);
    expect(ready.isEmpty).toBe(false);
    ready.ended(steps[3]!);
    expect(takeAll(ready)).toEqual([]);
    ready.ended(steps[1]!);
    expect(takeAll(ready)).toEqual(["a2"]);
  });

  test("count those of one value, or those of each value by themselves", () => {
    const steps = ["a1", "a2", "b1", "b2", "b3"].map(db);
    expect(takeAll(readySteps(steps, { tagLimits: [{ key: "db", value: "b", limit: 1 }] }))).toEqual(["a1", "a2", "b1"]);
    const each = { key: "db", value: { applyLimitPerUniqueValue: true }, limit: 1 };
    expect(takeAll(readySteps(steps, { tagLimits: [each] }))).toEqual(["a1", "b1"]);
    expect(takeAll(readySteps(steps, { tagLimits: [{ ...each, value: { applyLimitPerUniqueValue: false } }] }))).toEqual(["a1"]);
  });

  test("hold all at once", () => {
    const both = step("both", { tags: { db: "a", net: "x" } });
    const steps = [db("a1"), step("n1", { tags: { net: "x" } }), both, step("n2", { tags: { net: "x" } })];
    const ready = readySteps(steps, {
      tagLimits: [
        { key: "db", limit: 1 },
        { key: "net", limit: 1 },
      ],
    });
    expect(takeAll(ready)).toEqual(["a1", "n1"]);
    ready.ended(steps[0]!);
    // It still waits for the other one, and holds nobody up there.
    expect(takeAll(ready)).toEqual([]);
    ready.ended(steps[1]!);
    expect(takeAll(ready)).toHaveLength(1);
  });
});

describe("steps of a pool", () => {
  test("start when they are granted, and the others do not wait for them", () => {
    const pools = new FakePools();
    let calls = 0;
    const steps = [step("p1", { pool: "p", poolSlots: 2 }), step("free")];
    const ready = readySteps(steps, { pools, runPriority: 3, onReady: () => (calls += 1) });
    expect(takeAll(ready)).toEqual(["free"]);
    ready.askPools(4);
    expect(pools.take()).toEqual(["ask p1 p 2 3"]);
    ready.askPools(4);
    expect(pools.take()).toEqual([]);
    pools.grant("p1");
    expect(calls).toBe(1);
    expect(takeAll(ready)).toEqual(["p1"]);
    expect(ready.isEmpty).toBe(true);
    ready.ended(steps[0]!);
    expect(pools.take()).toEqual(["free p1"]);
  });

  test("are asked for as far as there is room, and given up when others take the room", () => {
    const pools = new FakePools();
    const steps = ["p1", "p2", "p3"].map((key) => step(key, { pool: "p" }));
    const ready = readySteps(steps, { pools });
    takeAll(ready);
    ready.askPools(2);
    expect(pools.take()).toEqual(["ask p1 p 1 0", "ask p2 p 1 0"]);
    ready.askPools(1);
    expect(pools.take()).toEqual(["free p2"]);
    pools.grant("p1");
    ready.askPools(0);
    expect(pools.take()).toEqual(["free p1"]);
    // What was granted too late is nobody's.
    pools.grant("p2");
    expect(takeAll(ready)).toEqual([]);
    ready.askPools(1);
    expect(pools.take()).toEqual(["ask p1 p 1 0"]);
  });

  test("are not asked for while a limit of their tags keeps them back", () => {
    const pools = new FakePools();
    const steps = [step("t", { tags: { db: "a" } }), step("p1", { pool: "p", tags: { db: "a" } }), step("p2", { pool: "p" })];
    const ready = readySteps(steps, { pools, tagLimits: [{ key: "db", limit: 1 }] });
    expect(takeAll(ready)).toEqual(["t"]);
    ready.askPools(4);
    expect(pools.take()).toEqual(["ask p2 p 1 0"]);
    ready.ended(steps[0]!);
    ready.askPools(4);
    expect(pools.take()).toEqual(["ask p1 p 1 0"]);
  });

  test("give up what they asked for when none will start any more", () => {
    const pools = new FakePools();
    const blocked: string[] = [];
    const ready = readySteps([step("p1", { pool: "p" }), step("p2", { pool: "p" })], {
      pools,
      onBlocked: ({ key }, pool, isFirst) => blocked.push(`${key} ${pool} ${isFirst}`),
    });
    takeAll(ready);
    ready.askPools(2);
    pools.block("p1", true);
    pools.block("p1", false);
    pools.grant("p2");
    pools.take();
    ready.close();
    expect(pools.take()).toEqual(["free p1", "free p2"]);
    pools.block("p1", false);
    expect(blocked).toEqual(["p1 p true", "p1 p false"]);
  });
});
