import type { DynamicKeys, Storage, StoreOptions } from "@dagwright/storage";

/** Processes of a version that counts no versions may write as well: what they changed is seen after this time, in milliseconds. */
const readAnewAfterMs = 60_000;

/** The keys of dynamic partitions, of which a tick reads what has changed. */
export class DynamicKeysCache {
  readonly #storage: Pick<Storage, "dynamicPartitions">;
  readonly #known = new Map<string, { readonly keys: DynamicKeys; readonly readAtMs: number }>();

  constructor(storage: Pick<Storage, "dynamicPartitions">) {
    this.#storage = storage;
  }

  async current(name: string, options?: StoreOptions): Promise<DynamicKeys> {
    const known = this.#known.get(name);
    const isOld = known === undefined || performance.now() - known.readAtMs > readAnewAfterMs;
    const keys = await this.#storage.dynamicPartitions.current(name, isOld ? null : known.keys, options);
    this.#known.set(name, { keys, readAtMs: isOld ? performance.now() : known.readAtMs });
    return keys;
  }
}
