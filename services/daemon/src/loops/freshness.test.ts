import { setTimeout as delay } from "node:timers/promises";
import { asset, buildRepository, definitions, freshnessPolicy, toLocationSnapshot } from "@dagwright/definitions";
import type { AssetEvent, AssetKey, FreshnessStateChangeEvent } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { expect, test } from "vitest";
import { planFreshness } from "../decisions/plan-freshness.ts";
import { locationName, serveLocation } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createFreshnessLoop } from "./freshness.ts";

const never = new AbortController().signal;
const hour = 3_600_000;

function replica(storage: Storage, assets: readonly unknown[]) {
  const snapshot = toLocationSnapshot(buildRepository(definitions({ assets } as never)));
  const loop = createFreshnessLoop({ storage, workspace: serveLocation({ snapshot }) });
  /** Passes until nothing is due. */
  const settle = async (): Promise<number | null> => {
    for (;;) {
      const { handled, nextDueAtMs } = await loop.runOnce(never);
      if (handled === 0) return nextDueAtMs;
    }
  };
  return { loop, settle };
}

const windowed = (name: string, failWindowSeconds = 3600, warnWindowSeconds = 600) =>
  asset(name, { freshnessPolicy: freshnessPolicy.timeWindow({ failWindowSeconds, warnWindowSeconds }) }, () => 1);

const made = (name: string, atMs: number): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs,
  message: "",
  stepKey: null,
  assetKey: [name],
  partition: null,
  description: null,
  metadata: {},
  tags: {},
});

/** The changes that were told, oldest first. */
async function told(storage: Storage, key: AssetKey): Promise<readonly string[]> {
  const events = await storage.assets.events(key, { types: ["FRESHNESS_STATE_CHANGE"], ascending: true, limit: 100 });
  return events.map(({ event, runId }) => {
    expect(runId).toBeNull();
    const { previousState, newState } = event as FreshnessStateChangeEvent;
    return `${previousState} ${newState}`;
  });
}

test("each change is told once, at its time: of assets that are made, by time, and when they are forgotten", async () => {
  const storage = await openTestStorage();
  const { settle } = replica(storage, [windowed("prices", 61, 60), windowed("untouched"), asset("plain", () => 1)]);
  await settle();
  expect(await told(storage, ["prices"])).toEqual(["UNKNOWN UNKNOWN"]);
  expect(await told(storage, ["plain"])).toEqual([]);

  // Windows are of a minute at least.
  const madeAtMs = (await storage.nowMs()) - 59_000;
  await storage.assets.report([made("prices", madeAtMs), made("plain", madeAtMs)]);
  for (const [state, ageMs] of [
    ["PASS", 0],
    ["WARN", 60_000],
    ["FAIL", 61_000],
  ] as const) {
    while ((await storage.nowMs()) < madeAtMs + ageMs + 5) await delay(20);
    await settle();
    const [stored] = await storage.freshness.states([["prices"]]);
    // That it was made earlier than anything was told of it is news of now. A slow machine may be late; what is told then is the truth all the same.
    if (stored!.state === state && state !== "PASS") expect(stored!.changedAtMs).toBeCloseTo(madeAtMs + ageMs, 0);
  }
  expect(await told(storage, ["prices"])).toEqual(["UNKNOWN UNKNOWN", "UNKNOWN PASS", "PASS WARN", "WARN FAIL"]);

  await storage.assets.wipe(["prices"]);
  await settle();
  expect(await told(storage, ["prices"])).toEqual(["FAIL UNKNOWN"]);
  expect(await told(storage, ["untouched"])).toEqual(["UNKNOWN UNKNOWN"]);
});

test("a pass reads what is due and nothing else", async () => {
  const storage = await openTestStorage();
  const { loop, settle } = replica(
    storage,
    Array.from({ length: 30 }, (_, index) => windowed(`asset_${index}`)),
  );
  await settle();
  expect((await loop.runOnce(never)).handled).toBe(0);
  await storage.assets.report([made("asset_7", await storage.nowMs())]);
  expect((await loop.runOnce(never)).handled).toBe(1);
  expect((await loop.runOnce(never)).handled).toBe(0);
});

test("a daemon that was away tells what came and went meanwhile, at the times at which it did", async () => {
  const storage = await openTestStorage();
  const { settle } = replica(storage, [windowed("prices")]);
  await settle();
  const nowMs = await storage.nowMs();
  await storage.assets.report([made("prices", nowMs - 2 * hour)]);
  await storage.assets.report([made("prices", nowMs - 0.5 * hour)]);
  await settle();
  expect(await storage.freshness.states([["prices"]])).toMatchObject([{ state: "WARN" }]);
  await storage.assets.report([made("prices", nowMs)]);
  expect(await settle()).toBeGreaterThan(nowMs);
  expect(await told(storage, ["prices"])).toEqual(["UNKNOWN UNKNOWN", "UNKNOWN WARN", "WARN PASS"]);
});

test("another policy counts at once, and one that is gone is told of", async () => {
  const storage = await openTestStorage();
  const nowMs = await storage.nowMs();
  await storage.assets.report([made("prices", nowMs - 0.5 * hour)]);
  await replica(storage, [windowed("prices")]).settle();
  await replica(storage, [windowed("prices", 120, 60)]).settle();
  await replica(storage, [asset("prices", () => 1)]).settle();
  await replica(storage, [windowed("prices")]).settle();
  expect(await told(storage, ["prices"])).toEqual(["UNKNOWN WARN", "WARN FAIL", "FAIL NOT_APPLICABLE", "NOT_APPLICABLE WARN"]);
});

test("of replicas at once each change is written by one, and who decides by what was before is refused", async () => {
  const [first, second] = await openTestStorages(2);
  const assets = Array.from({ length: 40 }, (_, index) => windowed(`asset_${index}`));
  const replicas = [replica(first!, assets), replica(second!, assets)];
  await Promise.all(replicas.map(({ settle }) => settle()));
  for (const { key } of assets.map((_, index) => ({ key: [`asset_${index}`] })))
    expect(await told(first!, key)).toEqual(["UNKNOWN UNKNOWN"]);

  const nowMs = await first!.nowMs();
  await first!.assets.report([made("asset_1", nowMs - 2 * hour)]);
  const claim = { locations: [locationName], leaseMs: 60_000, limit: 10 };
  const claims = await first!.freshness.claimDue(claim);
  expect(claims.map(({ assetKey }) => assetKey)).toEqual([["asset_1"]]);
  expect(await second!.freshness.claimDue(claim)).toEqual([]);
  // Made while it is being decided about.
  await second!.assets.report([made("asset_1", nowMs)]);
  expect(await first!.freshness.commit(claims.map(planFreshness))).toBe(0);
  await replicas[1]!.settle();
  expect(await told(first!, ["asset_1"])).toEqual(["UNKNOWN UNKNOWN", "UNKNOWN PASS"]);
});

test("a claim of one that died comes free, and its late commit is refused", async () => {
  const storage = await openTestStorage();
  const { settle } = replica(storage, [windowed("prices")]);
  await settle();
  await storage.assets.report([made("prices", await storage.nowMs())]);
  const claim = { locations: [locationName], leaseMs: 1, limit: 10 };
  const claims = await storage.freshness.claimDue(claim);
  await delay(10);
  await settle();
  expect(await storage.freshness.commit(claims.map(planFreshness))).toBe(0);
  expect(await told(storage, ["prices"])).toEqual(["UNKNOWN UNKNOWN", "UNKNOWN PASS"]);
});
