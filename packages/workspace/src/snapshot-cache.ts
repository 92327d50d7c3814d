import type { LocationSnapshot, SnapshotId } from "@dagwright/model";

/** Definitions by their content hash: each is fetched once, whichever locations have it and however often they reconnect. */
export interface SnapshotCache {
  get(id: SnapshotId, fetch: () => Promise<LocationSnapshot>): Promise<LocationSnapshot>;
  /** Forgets what nobody shows any more. */
  retain(ids: ReadonlySet<SnapshotId>): void;
}

export function createSnapshotCache(): SnapshotCache {
  const known = new Map<SnapshotId, Promise<LocationSnapshot>>();
  const pending = new Set<SnapshotId>();
  return {
    async get(id, fetch) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const fetched = fetch();
      known.set(id, fetched);
      pending.add(id);
      try {
        return await fetched;
      } catch (error) {
        known.delete(id);
        throw error;
      } finally {
        pending.delete(id);
      }
    },
    retain(ids) {
      for (const id of known.keys()) if (!ids.has(id) && !pending.has(id)) known.delete(id);
    },
  };
}
