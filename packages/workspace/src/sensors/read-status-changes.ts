import {
  type RunId,
  type RunStatusChange,
  type RunStatusEvent,
  runId,
  type StepFailureEvent,
  type StoredEntry,
} from "@dagwright/model";
import type { Storage, StoreOptions, StreamCursor } from "@dagwright/storage";
import { isMonitored, type RunMonitor } from "./is-monitored.ts";

/** Changes that a run status sensor is to look at, and where it stands behind them. */
export interface StatusChanges {
  /** Oldest first. */
  readonly changes: readonly RunStatusChange[];
  /** The place behind each of them: behind it, and behind what was passed over before it. */
  readonly places: readonly StreamCursor[];
  /** The place behind all that was read. */
  readonly cursor: StreamCursor;
  /** Whether there may be more behind the cursor that can be read now. */
  readonly hasMore: boolean;
  /** There are more, in transactions that have ended later than one that is still open: to be read as soon as that ends. */
  readonly isHeldUp: boolean;
  /** How long that one has been open, in milliseconds, and which it is. */
  readonly heldMs: number;
  readonly blocker: string | null;
}

/** Events of one page of the stream. */
const pageSize = 500;
/** Pages of runs that are none of the sensor's business before a tick ends without any. */
const mostPages = 20;

/**
 * Reads on from a cursor until enough changes are found that are the sensor's business. What it passes over is passed for good with the cursor.
 *
 * @param limit - most changes to give
 */
export async function readStatusChanges(
  storage: Pick<Storage, "events" | "runs">,
  monitor: RunMonitor,
  from: StreamCursor,
  limit: number,
  options?: StoreOptions,
): Promise<StatusChanges> {
  const { eventType } = monitor.monitored;
  const changes: RunStatusChange[] = [];
  const places: StreamCursor[] = [];
  let cursor = from;
  for (let page = 1; ; page += 1) {
    const read = await storage.events.readStream(cursor, { types: [eventType], limit: pageSize }, options);
    cursor = read.cursor;
    const events = read.entries as readonly (RunStatusEvent & StoredEntry)[];
    const runs = new Map(
      (await storage.runs.getMany([...new Set(events.map((event) => event.runId))], options)).map((run) => [run.id, run]),
    );
    for (const [index, event] of events.entries()) {
      // A run that retention has removed is nobody's business any more.
      const run = runs.get(event.runId);
      if (run === undefined || !isMonitored(run, monitor)) continue;
      changes.push({ run, event, stepFailures: [] });
      places.push(read.places[index]!);
    }
    const isAtEnd = events.length < pageSize;
    if (!isAtEnd && changes.length < limit && page < mostPages) continue;
    const isCut = changes.length > limit;
    const taken = changes.slice(0, limit);
    return {
      changes: eventType === "RUN_FAILURE" ? await withStepFailures(storage, taken, options) : taken,
      places: places.slice(0, limit),
      cursor: isCut ? places[limit - 1]! : cursor,
      hasMore: isCut || !isAtEnd,
      isHeldUp: read.isHeldUp,
      heldMs: read.lagMs,
      blocker: read.blocker,
    };
  }
}

async function withStepFailures(
  storage: Pick<Storage, "events">,
  changes: readonly RunStatusChange[],
  options?: StoreOptions,
): Promise<readonly RunStatusChange[]> {
  const failures = new Map<RunId, StepFailureEvent[]>();
  const ids = changes.map(({ run }) => run.id);
  for (const entry of await storage.events.readTypes(ids, ["STEP_FAILURE"], options)) {
    const id = runId(entry.runId);
    failures.set(id, [...(failures.get(id) ?? []), entry as StoredEntry & StepFailureEvent]);
  }
  return changes.map((change) => ({ ...change, stepFailures: failures.get(change.run.id) ?? [] }));
}
