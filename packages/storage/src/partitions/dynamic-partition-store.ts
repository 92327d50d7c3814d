import type { StoreOptions } from "../runs/run-store.ts";

/** The keys of a name at some time. */
export interface DynamicKeys {
  readonly keys: readonly string[];
  /** Equal as long as they are, and greater with every change. */
  readonly version: string;
  /** The number of the last one. */
  readonly lastId: string | null;
}

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
  /**
   * All keys in that order with their version, from those that were read before: reads what came behind them, or everything where some were deleted
   * since. What is given back is what was given as long as nothing has changed.
   */
  current(name: string, before: DynamicKeys | null, options?: StoreOptions): Promise<DynamicKeys>;
  /** A page of them; `cursor` is that of the page before, and stays good when keys are deleted. */
  list(
    name: string,
    page: { readonly cursor?: string; readonly limit: number; readonly newestFirst?: boolean },
    options?: StoreOptions,
  ): Promise<{ readonly keys: readonly string[]; readonly cursor: string | null }>;
}
