import { createHash } from "node:crypto";
import { canonicalJson, type ExecutionPlan, type JobSnapshot, type SnapshotId, snapshotId } from "@dagwright/model";

/** A snapshot as it is stored: canonical JSON and its hash. */
export interface SnapshotText {
  readonly id: SnapshotId;
  readonly body: string;
}

/**
 * Hashes of snapshots that were seen before. Hosts submit the same object again and again (they fetch a location's snapshot once),
 * and hashing a large job costs more than everything else about a submission.
 */
const seen = new WeakMap<object, SnapshotText>();

export function snapshotText(snapshot: JobSnapshot | ExecutionPlan): SnapshotText {
  const known = seen.get(snapshot);
  if (known !== undefined) return known;
  const body = canonicalJson(snapshot);
  const text = { id: snapshotId(createHash("sha256").update(body).digest("hex")), body };
  seen.set(snapshot, text);
  return text;
}
