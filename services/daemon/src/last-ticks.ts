import type { InstigatorId } from "@dagwright/model";
import type { LastTick, Storage } from "@dagwright/storage";

/** Reads the last ticks of sensors; those that are asked for in the same turn of the event loop in one statement. */
export function readLastTicks(storage: Pick<Storage, "instigators">): (id: InstigatorId) => Promise<LastTick | undefined> {
  let waiting: { readonly ids: InstigatorId[]; readonly ticks: Promise<ReadonlyMap<InstigatorId, LastTick>> } | null = null;
  return async (id) => {
    if (waiting === null) {
      const ids: InstigatorId[] = [];
      const ticks = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        waiting = null;
        return storage.instigators.lastTicks(ids);
      });
      waiting = { ids, ticks };
    }
    waiting.ids.push(id);
    return (await waiting.ticks).get(id);
  };
}
