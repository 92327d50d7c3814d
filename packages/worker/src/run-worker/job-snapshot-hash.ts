import { createHash } from "node:crypto";
import type { Repository, ResolvedJob } from "@dagwright/definitions";
import { canonicalJson } from "@dagwright/model";

const hashes = new WeakMap<ResolvedJob, string>();
/** How long hashing ahead may take; a run's own job is hashed anyway. */
const aheadMs = 20;

/** What a run's `jobSnapshotId` must be for this code to execute it. */
export function jobSnapshotHash(job: ResolvedJob): string {
  const known = hashes.get(job);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(canonicalJson(job.snapshot)).digest("hex");
  hashes.set(job, hash);
  return hash;
}

/** Hashes jobs before there is a run, so that its start does not wait for it. */
export function hashJobs({ jobs }: Repository): void {
  const until = performance.now() + aheadMs;
  for (const job of jobs.values()) {
    if (performance.now() > until) return;
    jobSnapshotHash(job);
  }
}
