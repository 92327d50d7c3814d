/**
 * A daemon that does nothing but backfills, in a process of its own, killed when it has passed a crash point so often.
 *
 *     node backfill-daemon.ts CONNECTION-STRING PROJECT-FILE CRASH-POINT TIMES
 */
import { setTimeout as delay } from "node:timers/promises";
import { openStorage } from "@dagwright/storage";
import { BackfillWorld } from "./backfill-world.ts";

const [connectionString = "", project = "", point = "", times = "1"] = process.argv.slice(2);
let left = Number(times);
const hook = (name: string): void => {
  if (name !== point) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
};
Object.assign(globalThis, { [Symbol.for("dagwright.testing.crash-point")]: hook });

const { default: exported } = (await import(project)) as { readonly default: unknown };
await using storage = await openStorage({ connectionString, role: "test", maxConnections: 2 });
const { loop } = new BackfillWorld(storage, exported, { batch: 3, leaseMs: 1_000 });
// Should it never come by, the parent's test fails by what it finds.
for (let pass = 0; pass < 100; pass += 1) {
  await loop.runOnce(new AbortController().signal);
  await delay(20);
}
