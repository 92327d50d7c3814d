/**
 * Every place at which the chaos suite can kill a process: between any two steps of a run, a tick or a batch after which the world differs.
 * Named `who.where`; the process that passes there is the one that dies.
 */
export const crashPointNames = [
  // A tick, in a daemon.
  "scheduler.before-claim",
  "scheduler.after-claim",
  "scheduler.before-commit",
  "scheduler.after-commit",
  "sensors.before-claim",
  "sensors.after-claim",
  "sensors.before-commit",
  "sensors.after-commit",
  "automation.before-claim",
  "automation.after-claim",
  "automation.before-commit",
  "automation.after-commit",
  // Inside the transaction of a tick: ticks and run keys are written, then runs, then states of conditions piece by piece, then nothing but the
  // commit is left.
  "tick-commit.ticks-written",
  "tick-commit.runs-written",
  "tick-commit.automation-written",
  "tick-commit.before-commit",
  // The queue, in a daemon; `deciding` and `taken` are inside of its transaction, when there is room.
  "run-queue.before-dequeue",
  "run-queue.deciding",
  "run-queue.taken",
  "run-queue.after-dequeue",
  // A backfill, in a daemon; `held` and `runs-written` are inside of the transaction that submits a batch of its runs.
  "backfills.after-claim",
  "backfills.after-commit",
  "backfill-commit.held",
  "backfill-commit.runs-written",
  "backfill-commit.before-commit",
  // How fresh assets are, in a daemon.
  "freshness.before-claim",
  "freshness.after-claim",
  "freshness.before-commit",
  "freshness.after-commit",
  // Retention, in a daemon; `rows-gone` is inside of the transaction that removes a batch.
  "retention.before-claim",
  "retention.after-claim",
  "retention.rows-gone",
  "retention.after-commit",
  // A launch, in a daemon or a webserver: it is claimed by a transaction and not yet made, made and not yet noticed.
  "launch.before",
  "launch.after",
  "launches.before-claim",
  "launches.after-claim",
  // A launch over GraphQL, in a webserver.
  "webserver.before-submit",
  "webserver.after-submit",
  // Monitoring, in a daemon.
  "monitoring.before-settle",
  "monitoring.after-settle",
  // Automatic retries, in a daemon; `run-written` is inside of the transaction that writes the retry.
  "retries.before-claim",
  "retries.after-claim",
  "retries.run-written",
  "retries.after-submit",
  // A run's way to its worker, in the code location's front.
  "front.before-hand",
  "front.after-note",
  "front.after-hand",
  // A run, in its worker; `status` is the batch that ends the run.
  "worker.before-begin",
  "worker.after-begin",
  "worker.before-flush",
  "worker.after-flush",
  "worker.before-status",
  "worker.after-status",
  "worker.before-pool-claim",
  "worker.after-pool-claim",
  // A step in a process of its own.
  "step-worker.before-step",
  "step-worker.after-step",
] as const;

export type CrashPointName = (typeof crashPointNames)[number];

/** Under this symbol the chaos suite's preloaded module puts its hook on the global object. Each bundle of this file finds the same. */
const hook = Symbol.for("dagwright.testing.crash-point");

/**
 * A place at which a test may kill this process; without a test it is one look at the global object.
 *
 * Nothing of Dagwright sets the hook, reads a variable for it or ships the module that does: only `node --import` of a file of the
 * repository's tests arms it.
 */
export function crashPoint(name: CrashPointName): void {
  (globalThis as { [hook]?: (name: CrashPointName) => void })[hook]?.(name);
}
