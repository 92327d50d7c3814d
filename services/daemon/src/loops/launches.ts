import { crashPoint, type HolderId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { LaunchAll } from "../launch-all.ts";
import type { Loop } from "../loop.ts";

export interface LaunchSweepOptions {
  readonly storage: Storage;
  readonly holder: HolderId;
  readonly launchAll: LaunchAll;
  /** Most launches in one pass. Default 50. */
  readonly batch?: number;
  readonly claimMs?: number;
  /** How often it looks when nobody wakes it, in milliseconds. Default 10,000. */
  readonly everyMs?: number;
}

/** Takes over launches whose claim ran out: the process that was to launch them died, or their code location was away. */
export function createLaunchSweep({
  storage,
  holder,
  launchAll,
  batch = 50,
  claimMs = 30_000,
  everyMs = 10_000,
}: LaunchSweepOptions): Loop {
  return {
    name: "launches",
    daemonType: "LAUNCH_SWEEP",
    wakesOn: ["launch", "location"],
    async runOnce(signal) {
      crashPoint("launches.before-claim");
      const claims = await storage.runs.claimLaunches(holder, batch, claimMs, { signal });
      if (claims.length > 0) crashPoint("launches.after-claim");
      await launchAll(claims);
      return { handled: claims.length, nextDueAtMs: claims.length > 0 ? null : (await storage.nowMs({ signal })) + everyMs };
    },
  };
}
