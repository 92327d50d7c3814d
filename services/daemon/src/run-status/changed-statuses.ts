import {
  type InstigatorId,
  instigatorIdOf,
  type LocationSnapshot,
  runStatuses,
  type RunStatus,
  runStatusOfEvent,
} from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { LocationEntry } from "@dagwright/workspace";

/**
 * Statuses to which runs have come, as notifications tell: what makes run status sensors due before their interval has passed. A lost
 * notification costs no more than that interval.
 */
export class ChangedStatuses {
  readonly #statuses = new Set<RunStatus>();
  /** Sensors that were being evaluated when they should have been made due. */
  #missed: readonly InstigatorId[] = [];

  note(status: RunStatus): void {
    this.#statuses.add(status);
  }

  /** Anything may have happened. */
  noteAll(): void {
    for (const status of runStatuses) this.#statuses.add(status);
  }

  /** Whether some sensor of the locations waits for one of the statuses that were noted. */
  concerns(entries: readonly LocationEntry[]): boolean {
    return this.#missed.length > 0 || this.#sensorsOf(entries).length > 0;
  }

  /** Makes the sensors due that wait for what was noted. */
  async hurry(entries: readonly LocationEntry[], storage: Storage, signal: AbortSignal): Promise<void> {
    const ids = [...new Set([...this.#missed, ...this.#sensorsOf(entries)])];
    this.#statuses.clear();
    this.#missed = ids;
    this.#missed = await storage.instigators.hurry(ids, { signal });
  }

  #sensorsOf(entries: readonly LocationEntry[]): readonly InstigatorId[] {
    if (this.#statuses.size === 0) return [];
    return entries.flatMap(({ name, snapshot, isServing }) =>
      snapshot === null || !isServing ? [] : eventDriven(snapshot, this.#statuses).map((sensor) => instigatorIdOf(name, sensor)),
    );
  }
}

const eventDriven = ({ sensors }: LocationSnapshot, statuses: ReadonlySet<RunStatus>): readonly string[] =>
  sensors.flatMap(({ name, monitoredRuns }) =>
    monitoredRuns?.isEventDriven === true && statuses.has(runStatusOfEvent[monitoredRuns.eventType]) ? [name] : [],
  );
