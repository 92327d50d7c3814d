import type { HolderId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { Logger } from "pino";
import type { DatabaseClock } from "./database-clock.ts";
import type { DrivenLoop } from "./driver.ts";

export interface HeartbeatOptions {
  readonly storage: Storage;
  readonly holder: HolderId;
  readonly clock: DatabaseClock;
  readonly loops: readonly DrivenLoop[];
  readonly log: Logger;
  /** Default 10 s. Clients call a daemon unhealthy after half an hour of silence, the launch mutation after a minute. */
  readonly everyMs?: number;
}

/** Tells the instance that this replica's loops are alive, and sets the clock by the way. Disposing takes its heartbeats from the list. */
export function startHeartbeat({ storage, holder, clock, loops, log, everyMs = 10_000 }: HeartbeatOptions): AsyncDisposable {
  let beating: Promise<void> = Promise.resolve();
  const beat = async (): Promise<void> => {
    try {
      await storage.daemons.beat(
        holder,
        loops.map((each) => {
          const { loop, errors, lagMs } = each.health();
          return { daemonType: loop.daemonType, errors, lagMs };
        }),
      );
      clock.observe(await storage.nowMs());
    } catch (error) {
      log.warn({ err: error }, "heartbeat could not be written");
    }
  };
  const next = (): void => {
    beating = beating.then(beat);
  };
  next();
  const timer = setInterval(next, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await beating;
      await storage.daemons
        .leave(holder)
        .catch((error: unknown) => log.warn({ err: error }, "heartbeats could not be taken back"));
    },
  };
}
