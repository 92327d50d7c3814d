import type { InstigatorId, RunId, RunStatus } from "@dagwright/model";

/** What the database tells its listeners. Ids only; readers fetch the rest. */
export type Notification =
  /** The log of a run grew, or its status changed (then `status` is set). */
  | { readonly kind: "run"; readonly runId: RunId; readonly seq: number; readonly status: RunStatus | null }
  /** Something was put on the queue, or a run ended and made room. */
  | { readonly kind: "queue" }
  /** A launch became due for whoever sweeps. */
  | { readonly kind: "launch" }
  /** A backfill was made or changed, or a run of one has news. */
  | { readonly kind: "backfill" }
  /** Assets were made. */
  | { readonly kind: "asset" }
  /** An asset with a freshness policy was made, or has another policy. */
  | { readonly kind: "freshness" }
  /** An instigator was switched, or its next time moved. */
  | { readonly kind: "instigator"; readonly id: InstigatorId | null }
  /** The connection was lost and is back, or notifications are polled: anything may have happened. */
  | { readonly kind: "resync" };

/** One LISTEN connection, shared by all subscribers of a process. Falls back to polling where LISTEN cannot work (a pooler in transaction mode). */
export interface Notifications {
  /** Calls `listener` for each notification until disposed. A listener must not throw and should not block. */
  subscribe(listener: (notification: Notification) => void): Disposable;
  /** Resolves once notifications arrive; "polling" when LISTEN does not work here and "resync" comes every second, "silent" when opened with `listen: false`. */
  ready(): Promise<"listening" | "polling" | "silent">;
}
