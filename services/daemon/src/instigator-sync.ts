import { createHash } from "node:crypto";
import { canonicalJson, type CodeLocationName, instigatorIdOf, type LocationSnapshot } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import type { DeclaredInstigator, Storage } from "@dagwright/storage";
import { createBackoff, type LocationEntry, type Workspace } from "@dagwright/workspace";
import type { Logger } from "pino";
import type { DatabaseClock } from "./database-clock.ts";

export interface InstigatorSyncOptions {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly clock: DatabaseClock;
  readonly log: Logger;
  /** Called when kept instigators may have changed. */
  readonly onSynced: () => void;
}

/**
 * Keeps the instance's instigators in line with what the code locations declare, whenever definitions change. Every replica does so; the
 * result is the same whoever comes first.
 */
export function startInstigatorSync({ storage, workspace, clock, log, onSynced }: InstigatorSyncOptions): AsyncDisposable {
  const stop = new AbortController();
  const synced = new Map<CodeLocationName, string>();
  let running: Promise<void> = Promise.resolve();

  const sync = async (entry: LocationEntry): Promise<void> => {
    if (entry.snapshot === null || entry.snapshotId === null || synced.get(entry.name) === entry.snapshotId) return;
    const backoff = createBackoff();
    while (!stop.signal.aborted) {
      try {
        await storage.instigators.sync(entry.name, declaredInstigators(entry.name, entry.snapshot, clock.nowMs()), {
          signal: stop.signal,
        });
        synced.set(entry.name, entry.snapshotId);
        return onSynced();
      } catch (error) {
        if (stop.signal.aborted) return;
        log.error({ location: entry.name, err: error }, `could not keep the schedules and sensors of "${entry.name}"`);
        await backoff.wait(stop.signal).catch(() => undefined);
      }
    }
  };
  const enqueue = (entry: LocationEntry | null): void => {
    if (entry !== null) running = running.then(() => sync(entry));
  };
  const subscription = workspace.onChange(enqueue);
  for (const entry of workspace.entries()) enqueue(entry);

  return {
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]();
      stop.abort();
      await running;
    },
  };
}

/** What a location declares, as the instance keeps it. */
export function declaredInstigators(
  location: CodeLocationName,
  snapshot: LocationSnapshot,
  nowMs: number,
): readonly DeclaredInstigator[] {
  const schedules = snapshot.schedules.map((schedule): DeclaredInstigator => ({
    id: instigatorIdOf(location, schedule.name),
    kind: "SCHEDULE",
    name: schedule.name,
    defaultStatus: schedule.defaultStatus,
    timingHash: hash(canonicalJson([schedule.cron, schedule.timeZone])),
    nextAtMs: nextTimeMs(schedule, nowMs) ?? Number.MAX_SAFE_INTEGER,
  }));
  const sensors = snapshot.sensors.map((sensor): DeclaredInstigator => ({
    id: instigatorIdOf(location, sensor.name),
    kind: sensor.sensorType === "AUTOMATION" ? "AUTOMATION" : "SENSOR",
    name: sensor.name,
    defaultStatus: sensor.defaultStatus,
    timingHash: hash(String(sensor.minimumIntervalSeconds)),
    nextAtMs: nowMs,
  }));
  return [...schedules, ...sensors];
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
