import { createHash } from "node:crypto";

import { canonicalJson, type ExecutionPlan, type JobSnapshot, type SnapshotId, snapshotId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** Stored snapshots by hash. They never change, so each is read once while it is in use. */
export interface SnapshotCache {
  /** @throws SnapshotNotFoundError */
  job(id: SnapshotId): Promise<JobSnapshot>;
  /** @throws SnapshotNotFoundError */
  plan(id: SnapshotId): Promise<ExecutionPlan>;
}

/** Some hundred jobs and plans: the runs that people look at, not all there ever were. */
const keptOfEach = 500;

export function makeSnapshotCache(storage: Storage): SnapshotCache {
  return {
    job: remembering((id) => storage.runs.jobSnapshot(id)),
    plan: remembering((id) => storage.runs.executionPlan(id)),
  };
}

/** Keeps the most recently used answers; a failure is not kept. */
function remembering<Value>(read: (id: SnapshotId) => Promise<Value>): (id: SnapshotId) => Promise<Value> {
  const known = new Map<SnapshotId, Promise<Value>>();
  return (id) => {
    const value = known.get(id) ?? read(id);
    known.delete(id);
    known.set(id, value);
    value.catch(() => known.delete(id));
    const oldest = known.keys().next();
    if (known.size > keptOfEach && oldest.done !== true) known.delete(oldest.value);
    return value;
  };
}

const ids = new WeakMap<JobSnapshot, SnapshotId>();

/** The hash under which storage keeps a job; jobs of a location snapshot are hashed once. */
export function jobSnapshotId(job: JobSnapshot): SnapshotId {
  const known = ids.get(job);
  if (known !== undefined) return known;
  const id = snapshotId(createHash("sha256").update(canonicalJson(job)).digest("hex"));
  ids.set(job, id);
  return id;
}
