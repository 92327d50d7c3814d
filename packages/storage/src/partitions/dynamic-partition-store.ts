import type { StoreOptions } from "../runs/run-store.ts";

/** Keys of dynamic partitions, by the name of their definition; they belong to the whole instance. */
export interface DynamicPartitionStore {
  /** Adds keys behind those that are there, in the given order. @returns those that are new */
  add(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]>;
  /** @returns those that were there */
  delete(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]>;
  /** Those of the keys that exist. */
  existing(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]>;
  /** All keys in the order in which they were added. */
  keys(name: string, options?: StoreOptions): Promise<readonly string[]>;
  /** A page of them; `cursor` is that of the page before, and stays good when keys are deleted. */
  list(
    name: string,
    page: { readonly cursor?: string; readonly limit: number; readonly newestFirst?: boolean },
    options?: StoreOptions,
  ): Promise<{ readonly keys: readonly string[]; readonly cursor: string | null }>;
}
