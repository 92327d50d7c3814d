/** Names of the daemon's loops. */
export type LoopName =
  | "scheduler"
  | "sensors"
  | "automation"
  | "run-queue"
  | "monitoring"
  | "launches"
  | "run-retries"
  | "backfills"
  | "freshness"
  | "retention";

/** What one pass came to. */
export interface Pass {
  /** How many items it dealt with; a pass that handled some is followed by another at once. */
  readonly handled: number;
  /** When there is certainly work again, by the database's clock; null when only a notification can tell. */
  readonly nextDueAtMs: number | null;
  /** Failures of single items, for the heartbeat; none of them failed the pass. */
  readonly errors?: readonly unknown[];
}

/** One background duty of the daemon. All have this shape, so that reading one teaches the rest. */
export interface Loop {
  readonly name: LoopName;
  /** Dagster's name of the daemon that has this duty, under which its heartbeat is shown. */
  readonly daemonType: string;
  /** Notifications that may mean work for it. */
  readonly wakesOn: readonly (
    | "queue"
    | "launch"
    | "backfill"
    | "asset"
    | "freshness"
    | "instigator"
    | "run-ended"
    | "run-status"
    | "events"
    | "location"
    | "worker-exit"
  )[];
  /** One pass. A bad item is recorded on its tick or run and never fails the pass. */
  runOnce(signal: AbortSignal): Promise<Pass>;
  /** Resolves when work that outlives its pass has ended; called once the signal has aborted. */
  drain?(): Promise<void>;
}
