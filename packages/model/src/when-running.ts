/**
 * What becomes of a run that is submitted while another one of the same job has not ended.
 *
 * - `skip`: it does not start, ever: it is recorded as CANCELED, with the reason.
 * - `queue`: it waits in the queue until the other one has ended.
 * - `replace`: those that wait are canceled, the one that runs is terminated, and it starts once that has ended.
 */
export type WhenRunningPolicy = "skip" | "queue" | "replace";

/** A job's policy, and which of its runs are "another one". */
export interface WhenRunningSnapshot {
  readonly policy: WhenRunningPolicy;
  /** `partition`: only runs for the same partition stand in each other's way. */
  readonly per: "job" | "partition";
}
