import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { holderId } from "@dagwright/model";
import { expect, onTestFinished, test } from "vitest";
import shop from "../fixtures/shop.ts";
import { BackfillWorld } from "../testing/backfill-world.ts";

const program = fileURLToPath(new URL("../testing/backfill-daemon.ts", import.meta.url));
const project = fileURLToPath(new URL("../fixtures/shop.ts", import.meta.url));
const tenDays = Array.from({ length: 10 }, (_, day) => `orders 2026-01-${String(day + 1).padStart(2, "0")}`);
const never = new AbortController().signal;

async function open(): Promise<{ readonly storage: Storage; readonly connectionString: string }> {
  const database = await createTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  const storage = await openStorage({ connectionString: database.connectionString, role: "test", maxConnections: 3 });
  onTestFinished(() => storage[Symbol.asyncDispose]());
  return { storage, connectionString: database.connectionString };
}

test.for([
  ["backfills.after-claim", 1],
  ["backfill-commit.held", 2],
  ["backfill-commit.runs-written", 2],
  ["backfill-commit.before-commit", 3],
  ["backfills.after-commit", 2],
] as const)("a daemon killed at %s loses no run, and the replica that goes on doubles none", async ([point, times]) => {
  const { storage, connectionString } = await open();
  const world = new BackfillWorld(storage, shop, { batch: 4 });
  const { id } = await world.launchAssets(["orders"], { kind: "all" });
  const child = spawn(process.execPath, [program, connectionString, project, point, String(times)], { stdio: "inherit" });
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
  const before = (await world.runs(id)).length;
  expect(before).toBeLessThan(10);
  expect((await world.finish(id)).status).toBe("COMPLETED_SUCCESS");
  expect(await world.made(id)).toEqual(tenDays);
  expect(await storage.backfills.get(id)).toMatchObject({ runsSubmitted: 10, runsInFlight: 0 });
});

test("a replica that slept through its lease writes nothing more", async () => {
  const { storage } = await open();
  const world = new BackfillWorld(storage, shop, { batch: 4, leaseMs: 1 });
  const { id } = await world.launchAssets(["orders"], { kind: "all" });
  const [claim] = await storage.backfills.claimDue({ holder: holderId("sleeper"), leaseMs: 1, limit: 1 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await world.loop.runOnce(never);
  const written = await world.made(id);
  const late = await storage.backfills.commit(claim!, { status: "FAILING", leaseMs: 1_000 });
  expect(late).toBeNull();
  expect(await storage.backfills.get(id)).toMatchObject({ status: "REQUESTED" });
  expect(await world.made(id)).toEqual(written);
});

test("several replicas at once submit each run once", async () => {
  const { storage } = await open();
  const world = new BackfillWorld(storage, shop, { batch: 1, batches: 1 });
  const { id } = await world.launchAssets(["orders"], { kind: "all" });
  const others = Array.from({ length: 3 }, () => world.daemon({ batch: 2, batches: 1 }));
  for (let pass = 0; pass < 12; pass += 1) await Promise.all([world.loop, ...others].map((loop) => loop.runOnce(never)));
  expect(await world.made(id)).toEqual(tenDays);
});
