import { assetKeyToString, type InstigatorId, instigatorIdOf } from "@dagwright/model";
import type { Storage, StreamCursor } from "@dagwright/storage";
import type { LocationEntry } from "@dagwright/workspace";

/** How soon to look again while an open transaction hides what came after it, or a sensor is being evaluated, in milliseconds. */
const againMs = 100;
const pageSize = 1_000;

/**
 * Finds the asset sensors whose assets have been made, as notifications tell that some were: what makes them due before their interval has passed.
 * A lost notification, and what is made while no daemon runs, costs no more than that interval.
 */
export class MadeAssets {
  #cursor: StreamCursor | null = null;
  #isTold = true;
  /** Sensors that were being evaluated when they should have been made due. */
  #missed: readonly InstigatorId[] = [];

  /** Some asset was made, or may have been. */
  note(): void {
    this.#isTold = true;
  }

  /** Makes the sensors due that wait for what was made. @returns in how many milliseconds there may be more to see; null: when somebody notes it */
  async hurry(entries: readonly LocationEntry[], storage: Storage, signal: AbortSignal): Promise<number | null> {
    if (this.#missed.length > 0) this.#missed = await storage.instigators.hurry(this.#missed, { signal });
    if (!this.#isTold) return this.#missed.length > 0 ? againMs : null;
    const sensors = assetDriven(entries);
    if (sensors.size === 0) {
      // Whoever comes later begins with what is made from then on.
      this.#cursor = null;
      return null;
    }
    this.#isTold = false;
    if (this.#cursor === null) {
      this.#cursor = await storage.events.streamEnd({ signal });
      return null;
    }
    for (;;) {
      const { assetKeys, cursor, hasMore, isHeldUp } = await storage.events.readMaterialized(this.#cursor, pageSize, { signal });
      const ids = [...new Set([...this.#missed, ...assetKeys.flatMap((key) => sensors.get(assetKeyToString(key)) ?? [])])];
      this.#missed = await storage.instigators.hurry(ids, { signal });
      this.#cursor = cursor;
      if (hasMore) continue;
      this.#isTold = isHeldUp;
      return isHeldUp || this.#missed.length > 0 ? againMs : null;
    }
  }
}

/** The sensors that are evaluated as soon as an asset is made, by the text of its key. */
function assetDriven(entries: readonly LocationEntry[]): ReadonlyMap<string, readonly InstigatorId[]> {
  const sensors = new Map<string, InstigatorId[]>();
  for (const { name: location, snapshot, isServing } of entries) {
    if (!isServing) continue;
    for (const { name, isAssetDriven, monitoredAssets = [] } of snapshot?.sensors ?? []) {
      if (isAssetDriven !== true) continue;
      for (const key of monitoredAssets) {
        const id = assetKeyToString(key);
        const list = sensors.get(id) ?? [];
        sensors.set(id, list);
        list.push(instigatorIdOf(location, name));
      }
    }
  }
  return sensors;
}
