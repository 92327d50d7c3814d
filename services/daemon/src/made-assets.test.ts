import { type AssetEvent, holderId, instigatorIdOf, type SensorSnapshot } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { expect, test } from "vitest";
import { declaredInstigators } from "./instigator-sync.ts";
import { createSensorLoop } from "./loops/sensors.ts";
import { MadeAssets } from "./made-assets.ts";
import { locationName, request, result, sensor, serveLocation } from "./testing/served-location.ts";
import { openTestStorage } from "./testing/test-storage.ts";

const never = new AbortController().signal;

const watching = (name: string, keys: readonly string[], overrides: Partial<SensorSnapshot> = {}): SensorSnapshot =>
  sensor({ name, sensorType: "ASSET", monitoredAssets: keys.map((key) => [key]), isAssetDriven: true, ...overrides });

const made = (key: string): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: 1,
  message: "",
  stepKey: null,
  assetKey: [key],
  partition: null,
  description: null,
  metadata: {},
  tags: {},
});

/** Sensors that have had their first tick, and how often each was evaluated since. */
async function world(sensors: readonly SensorSnapshot[]) {
  const storage = await openTestStorage();
  const evaluated: string[] = [];
  const workspace = serveLocation({
    sensors,
    evaluate: (name) => {
      evaluated.push(name);
      return result({ runRequests: [request()] });
    },
  });
  const { snapshot } = workspace.entries()[0]!;
  await storage.instigators.sync(locationName, declaredInstigators(locationName, snapshot!, await storage.nowMs()));
  const madeAssets = new MadeAssets();
  const loop = createSensorLoop({
    storage,
    workspace,
    holder: holderId("daemon"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    madeAssets,
  });
  /** Passes until nothing is due soon; the horizon may wait for other suites' transactions for a while. */
  const settle = async (): Promise<readonly string[]> => {
    for (;;) {
      const { handled, nextDueAtMs } = await loop.runOnce(never);
      const waitMs = nextDueAtMs === null ? Infinity : nextDueAtMs - (await storage.nowMs());
      if (handled === 0 && waitMs > 5_000) return evaluated.splice(0).toSorted();
      await new Promise((resolve) => setTimeout(resolve, handled > 0 ? 0 : Math.max(1, waitMs)));
    }
  };
  await settle();
  return { storage, madeAssets, settle, workspace };
}

const report = async (storage: Storage, ...keys: readonly string[]): Promise<void> => storage.assets.report(keys.map(made));

test("sensors are evaluated when an asset that they watch is made, and not when another one is", async () => {
  const { storage, madeAssets, settle } = await world([
    watching("of_orders", ["orders"]),
    watching("of_both", ["orders", "prices"], { sensorType: "MULTI_ASSET" }),
    watching("of_rates", ["rates"]),
  ]);
  for (const [key, sensors] of [
    ["orders", ["of_both", "of_orders"]],
    ["prices", ["of_both"]],
    ["nobody", []],
  ] as const) {
    await report(storage, key);
    madeAssets.note();
    expect(await settle()).toEqual(sensors);
    // Once.
    madeAssets.note();
    expect(await settle()).toEqual([]);
  }
});

test("one whose interval was chosen is evaluated at its interval, and nothing is read while nobody tells of anything", async () => {
  const { isAssetDriven: _, ...chosen } = watching("patient", ["orders"]);
  const { storage, madeAssets, settle } = await world([chosen, watching("quick", ["prices"])]);
  await report(storage, "orders", "prices");
  expect(await settle()).toEqual([]);
  madeAssets.note();
  expect(await settle()).toEqual(["quick"]);
});

test("one that is being evaluated while its asset is made is evaluated once more", async () => {
  const { storage, madeAssets, settle, workspace } = await world([watching("of_orders", ["orders"])]);
  const [id] = [instigatorIdOf(locationName, "of_orders")];
  await storage.instigators.hurry([id]);
  const claims = await storage.instigators.claimDue({
    kind: "SENSOR",
    locations: [locationName],
    holder: holderId("other"),
    leaseMs: 60_000,
    limit: 1,
  });
  expect(claims).toHaveLength(1);
  await report(storage, "orders");
  madeAssets.note();
  // The horizon may be held up by others.
  while ((await madeAssets.hurry(workspace.entries(), storage, never)) === null) madeAssets.note();
  const tick = { status: "SKIPPED", runs: [], skipReason: null, error: null, logs: [], startedAtMs: 0 } as const;
  const nextAtMs = (await storage.nowMs()) + 30_000;
  await storage.instigators.commitTicks([{ ...tick, claim: claims[0]!, nextAtMs }], { kind: "queue" });
  expect(await settle()).toEqual(["of_orders"]);
});
