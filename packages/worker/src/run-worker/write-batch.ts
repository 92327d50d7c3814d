import { randomUUID } from "node:crypto";
import { crashPoint, type RunLogEntry, serializeError } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { RunAssignment } from "../protocol.ts";
import { isKind, isPassing, isRefusal, withDeadline } from "./database-calls.ts";
import type { OutboxBatch, WriteVerdict } from "./event-outbox.ts";
import { failedEntry, isCancelingEntry, isEndOfRun } from "./last-entries.ts";

export interface BatchWriterOptions {
  readonly storage: Pick<Storage, "events">;
  readonly assignment: Pick<RunAssignment, "runId" | "attempt">;
  readonly leaseMs: number;
  /** The batch is written, and the lease renewed with it, counting from when the statement was sent. */
  readonly onWritten: (sentAt: number) => void;
}

/** Tries once to write a batch of the run's log; never rejects. */
export async function writeBatch(options: BatchWriterOptions, batch: OutboxBatch): Promise<WriteVerdict> {
  const { storage, assignment, leaseMs, onWritten } = options;
  const { runId, attempt } = assignment;
  const sentAt = performance.now();
  const append = (entries: readonly RunLogEntry[], batchId: string): Promise<number> =>
    withDeadline(leaseMs, (signal) => storage.events.append({ runId, attempt, entries, batchId, leaseMs }, { signal }));
  const what = batch.entries.some(isEndOfRun) ? "status" : "flush";
  try {
    crashPoint(`worker.before-${what}`);
    await append(batch.entries, batch.batchId);
    crashPoint(`worker.after-${what}`);
    onWritten(sentAt);
    return { kind: "written" };
  } catch (error) {
    if (isKind(error, "IllegalRunMoveError") && batch.entries.some(isCancelingEntry)) {
      // Whoever terminates a run usually writes RUN_CANCELING before its worker hears of it.
      return writeBatch(options, { ...batch, entries: batch.entries.filter((entry) => !isCancelingEntry(entry)) });
    }
    if (isRefusal(error)) return { kind: "refused", error };
    if (isPassing(error)) return { kind: "retry", error };
    // The database will never take this batch. The run must not end as if its log were whole.
    const failure = failedEntry("Its events could not be written.", serializeError(error));
    return append([failure], randomUUID()).then(
      () => ({ kind: "refused", error }),
      () => ({ kind: "retry", error }),
    );
  }
}
