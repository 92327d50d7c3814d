import { parseInstanceConfig } from "@dagwright/instance";
import { holderId, instigatorId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { jobSnapshot, locationName } from "../testing/served-location.ts";
import { openTestStorages } from "../testing/test-storage.ts";
import { createRetentionLoop, type RetentionLoopOptions } from "./retention.ts";

const never = new AbortController().signal;
const day = 86_400_000;

const loopOf = (
  storage: Storage,
  name: string,
  retention = "{sensor: {purge_after_days: 7}}",
  more: Partial<RetentionLoopOptions> = {},
) =>
  createRetentionLoop({
    storage,
    holder: holderId(name),
    config: parseInstanceConfig(`retention: ${retention}`, "dagster.yaml", {}).retention,
    ...more,
  });

/** A sensor with ticks that many days ago. */
async function sensorWithTicks(storage: Storage, ages: readonly number[]) {
  const id = instigatorId("s");
  const nowMs = Math.floor(await storage.nowMs());
  await storage.instigators.sync(locationName, [
    { id, kind: "SENSOR", name: "s", defaultStatus: "RUNNING", timingHash: "t", nextAtMs: nowMs - 1_000 },
  ]);
  for (const [index, age] of ages.entries()) {
    const [claim] = await storage.instigators.claimDue({
      kind: "SENSOR",
      locations: [locationName],
      holder: holderId("sensors"),
      leaseMs: 60_000,
      limit: 1,
    });
    await storage.instigators.commitTicks(
      [
        {
          claim: claim!,
          scheduledAtMs: nowMs - age * day + index,
          status: "SUCCESS",
          runs: [],
          skipReason: null,
          error: null,
          nextAtMs: nowMs - 1_000 + index,
          logs: [],
          startedAtMs: nowMs,
        },
      ],
      { kind: "queue" },
    );
  }
  return {
    ages: async () =>
      (await storage.instigators.ticks(id, { limit: 100 })).map(({ scheduledAtMs }) => Math.round((nowMs - scheduledAtMs) / day)),
  };
}

test("two replicas remove what is old once, and the report tells what it came to", async () => {
  const [one, two] = await openTestStorages(2);
  const sensor = await sensorWithTicks(one!, [20, 15, 10, 3, 1]);
  const loops = [loopOf(one!, "one", undefined, { batch: 1 }), loopOf(two!, "two", undefined, { batch: 1 })];
  const passes = await Promise.all(loops.map((loop) => loop.runOnce(never)));
  expect(passes.map(({ handled }) => handled).sort()).toEqual([0, 3]);
  expect((await sensor.ages()).sort()).toEqual([1, 3]);
  const report = await two!.retention.lastReport();
  expect(report!.purged).toMatchObject([{ step: { kind: "ticks", status: "SUCCESS" }, rows: 3 }]);
  const again = await loops[0]!.runOnce(never);
  expect(again.handled).toBe(0);
  expect(again.nextDueAtMs! - (await one!.nowMs())).toBeGreaterThan(3_500_000);
});

test("a pass ends in time, and the next one goes on", async () => {
  const [storage] = await openTestStorages();
  const sensor = await sensorWithTicks(storage!, [20, 15, 10]);
  const loop = loopOf(storage!, "one", undefined, { batch: 1, passMs: -1 });
  expect(await loop.runOnce(never)).toMatchObject({ handled: 1 });
  expect(await sensor.ages()).toHaveLength(3);
  expect(await storage!.retention.lastReport()).toBeNull();
  expect((await loopOf(storage!, "one").runOnce(never)).handled).toBe(3);
  expect(await sensor.ages()).toEqual([]);
});

test("what has not ended is kept, however old it is to be", async () => {
  const [storage] = await openTestStorages();
  const run = prepareRun({ location: locationName, job: jobSnapshot, runConfig: {}, tags: {} });
  await storage!.runs.submit([run], { kind: "queue" });
  const [queued] = await storage!.runs.list({}, { limit: 1 });
  const keepNothing =
    "{runs: {purge_after_days: 1}, run_events: {purge_after_days: 1}, asset_events: {purge_after_days: 1}, event_stream: {purge_after_days: 1}}";
  await loopOf(storage!, "one", keepNothing).runOnce(never);
  expect((await storage!.runs.get(queued!.id)).status).toBe("QUEUED");
  expect(await storage!.events.read(queued!.id, { afterSeq: 0, limit: 5 })).toHaveLength(1);
});
