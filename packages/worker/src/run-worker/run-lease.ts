import { isFinalRunStatus, type RunStatus } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { RunAssignment } from "../protocol.ts";
import { isRefusal, withDeadline } from "./database-calls.ts";
import { describe } from "./engine-log.ts";
import type { PoolClaims } from "./pool-claims.ts";

export interface RunLeaseOptions {
  readonly storage: Pick<Storage, "runs">;
  readonly assignment: Pick<RunAssignment, "runId" | "attempt">;
  readonly leaseMs: number;
  /** When the statement that gave the run was sent: the lease counts from there at the latest. */
  readonly sentAt: number;
  /** Slots of pools that are held beside it, renewed with it. */
  readonly pools: () => PoolClaims | null;
  /** Whether losing it still matters: while the run's last batch is on its way its own answer may be the one that comes second. */
  readonly isRunning: () => boolean;
  readonly onCanceling: () => void;
  /** The run is no longer this worker's, or it may not be. */
  readonly onLost: (reason: string) => void;
}

/**
 * A worker's hold on its run: renewed three times in its length, and with each batch of the log that is written. Once it may have run out by
 * this process's clock, the run is another worker's to take.
 */
export class RunLease implements Disposable {
  readonly #options: RunLeaseOptions;
  #until: number;
  #timer: NodeJS.Timeout | null;

  constructor(options: RunLeaseOptions) {
    this.#options = options;
    this.#until = options.sentAt + options.leaseMs;
    this.#timer = setTimeout(() => void this.#renew(), options.leaseMs / 3);
  }

  /** @param sentAt - when the statement was sent that the database has answered */
  renewed(sentAt: number): void {
    this.#until = sentAt + this.#options.leaseMs;
  }

  /** Gives the run up when the lease may have run out while the database was away. */
  check(error: unknown): void {
    const { leaseMs, onLost } = this.#options;
    if (performance.now() > this.#until)
      onLost(`its lease of ${leaseMs} ms ran out while the database was away (${describe(error)})`);
  }

  async #renew(): Promise<void> {
    const { storage, assignment, leaseMs, isRunning, onCanceling, onLost } = this.#options;
    const sentAt = performance.now();
    let nextMs = leaseMs / 3;
    try {
      const { runId, attempt } = assignment;
      const status: RunStatus | null = await withDeadline(leaseMs, (signal) =>
        storage.runs.renewLease(runId, attempt, leaseMs, { signal }),
      );
      if (this.#timer === null) return;
      if (status === null || isFinalRunStatus(status)) {
        if (isRunning()) onLost("the run is no longer this worker's");
        return;
      }
      this.renewed(sentAt);
      const pools = this.#options.pools();
      if (pools !== null && !(await pools.renew()) && isRunning())
        return onLost(`its lease of ${leaseMs} ms ran out while it held slots of a pool`);
      if (status === "CANCELING") onCanceling();
    } catch (error) {
      if (isRefusal(error)) {
        if (isRunning()) onLost(describe(error));
        return;
      }
      this.check(error);
      nextMs = Math.min(1_000, leaseMs / 10);
    }
    if (this.#timer !== null) this.#timer = setTimeout(() => void this.#renew(), nextMs);
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
