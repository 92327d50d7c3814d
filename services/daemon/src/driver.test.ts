import { pino } from "pino";
import { expect, test } from "vitest";
import { DatabaseClock } from "./database-clock.ts";
import { driveLoop } from "./driver.ts";
import type { Loop, Pass } from "./loop.ts";

const log = pino({ level: "silent" });
const clock = new DatabaseClock(1_000_000);
const never = new AbortController().signal;

/** A loop whose passes the test answers one by one. */
function scripted(answers: readonly (() => Pass | Promise<Pass>)[]) {
  const reached = answers.map(() => Promise.withResolvers<void>());
  let passes = 0;
  const loop: Loop = {
    name: "launches",
    daemonType: "TEST",
    wakesOn: [],
    async runOnce() {
      const answer = answers[passes];
      reached[passes]?.resolve();
      passes += 1;
      return (await answer?.()) ?? { handled: 0, nextDueAtMs: null };
    },
  };
  return { loop, passes: () => passes, reached: (pass: number) => reached[pass]?.promise };
}

const idle = (): Pass => ({ handled: 0, nextDueAtMs: null });

test("a pass that handled something is followed by another at once", async () => {
  const { loop, reached } = scripted([() => ({ handled: 1, nextDueAtMs: null }), idle]);
  await using _ = driveLoop(loop, { clock, log }, never);
  await reached(1);
});

test("an idle loop sleeps until it is woken", async () => {
  const { loop, passes, reached } = scripted([idle, idle]);
  await using driven = driveLoop(loop, { clock, log }, never);
  await reached(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(passes()).toBe(1);
  driven.wake();
  await reached(1);
});

test("a loop sleeps until the time that it named, on the database's clock", async () => {
  const { loop, reached } = scripted([() => ({ handled: 0, nextDueAtMs: clock.nowMs() + 20 }), idle]);
  const began = clock.nowMs();
  await using _ = driveLoop(loop, { clock, log }, never);
  await reached(1);
  expect(clock.nowMs() - began).toBeGreaterThanOrEqual(19);
});

test("a pass that fails is told in the loop's health and tried again", async () => {
  const { loop, reached } = scripted([() => Promise.reject(new Error("database away")), idle]);
  await using driven = driveLoop(loop, { clock, log }, never);
  await reached(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(driven.health().errors).toMatchObject([{ message: "database away" }]);
  await reached(1);
});

test("the failure of one item is told in the loop's health for minutes, not only until the next pass", async () => {
  const { loop, reached } = scripted([
    () => ({ handled: 1, nextDueAtMs: null, errors: [new Error("first")] }),
    () => ({ handled: 1, nextDueAtMs: null, errors: [new Error("second")] }),
    () => ({ handled: 1, nextDueAtMs: null }),
    idle,
  ]);
  const moving = new DatabaseClock(1_000_000);
  await using driven = driveLoop(loop, { clock: moving, log }, never);
  await reached(3);
  expect(driven.health().errors.map(({ message }) => message)).toEqual(["second", "first"]);
  moving.observe(moving.nowMs() + 6 * 60_000);
  expect(driven.health().errors).toEqual([]);
});

test("stopping waits for the pass under way and for what outlives it", async () => {
  const pass = Promise.withResolvers<Pass>();
  const drained = Promise.withResolvers<void>();
  const { loop, reached } = scripted([() => pass.promise]);
  const driven = driveLoop({ ...loop, drain: () => drained.promise }, { clock, log }, never);
  await reached(0);
  let stopped = false;
  const stopping = driven[Symbol.asyncDispose]().then(() => (stopped = true));
  pass.resolve(idle());
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  drained.resolve();
  await stopping;
});
