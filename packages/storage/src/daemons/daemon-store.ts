import type { HolderId, SerializedError } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** A sign of life of one loop of one daemon replica. */
export interface Heartbeat {
  readonly holder: HolderId;
  /** Dagster's daemon type, e.g. `SCHEDULER`, `SENSOR`, `QUEUED_RUN_COORDINATOR`, `MONITORING`. */
  readonly daemonType: string;
  readonly atMs: number;
  /** How long ago that was when it was read, by the database's clock, in milliseconds. */
  readonly silentMs: number;
  readonly errors: readonly SerializedError[];
  /** How late the loop's last pass was, in milliseconds. */
  readonly lagMs: number;
}

export interface DaemonStore {
  /**
   * Written in one statement for all loops of a replica. Time is the database's. What has been silent for a day is forgotten by the way: a replica that
   * was killed takes nothing back.
   */
  beat(
    holder: HolderId,
    beats: readonly Pick<Heartbeat, "daemonType" | "errors" | "lagMs">[],
    options?: StoreOptions,
  ): Promise<void>;
  /** Newest of each replica and loop. */
  heartbeats(options?: StoreOptions): Promise<readonly Heartbeat[]>;
  /** A replica that leaves in order takes its heartbeats with it. */
  leave(holder: HolderId, options?: StoreOptions): Promise<void>;
}

/** Heartbeats come every 10 s; some may be late on a busy machine. */
const aliveMs = 30_000;

/** Whether a replica's loop had been heard of lately enough to be taken for alive. */
export const isAlive = ({ silentMs }: Pick<Heartbeat, "silentMs">): boolean => silentMs < aliveMs;
