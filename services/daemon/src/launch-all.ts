import type { LaunchClaim, Storage } from "@dagwright/storage";
import { isTransientCallError } from "@dagwright/rpc";
import { launchClaims, type LaunchOptions, type RunLauncher } from "@dagwright/workspace";
import type { Logger } from "pino";
import type { DatabaseClock } from "./database-clock.ts";

/** Launches claimed runs, all at once. Never throws: a launch that fails is settled on its run, or left to the sweep. */
export type LaunchAll = (claims: readonly LaunchClaim[]) => Promise<void>;

export function createLaunchAll(
  storage: Storage,
  launcher: RunLauncher,
  clock: DatabaseClock,
  log: Logger,
  requeue?: LaunchOptions["requeue"],
): LaunchAll {
  return async (claims) => {
    if (claims.length === 0) return;
    const outcomes = await launchClaims(claims, {
      storage,
      launcher,
      isTransient: isTransientCallError,
      nowMs: () => clock.nowMs(),
      ...(requeue !== undefined && { requeue }),
    });
    for (const { claim, result, error } of outcomes) {
      if (result === "launched")
        log.info({ runId: claim.run.id, job: claim.run.jobName }, `launched run ${claim.run.id} of ${claim.run.jobName}`);
      else if (result !== "not-due")
        log.warn({ runId: claim.run.id, err: error }, `run ${claim.run.id} could not be launched${outcomeWords[result]}`);
    }
  };
}

const outcomeWords = { failed: "", later: " now; it will be tried again", requeued: " now; it went back to the queue" } as const;
