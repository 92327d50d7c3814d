import { afterAll, beforeAll, describe, test } from "vitest";
import { openStorage } from "../open-storage.ts";
import type { Storage, StorageOptions } from "../storage.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** A migrated database of a suite's own, and a storage on it. */
export interface World {
  readonly storage: Storage;
  readonly connectionString: string;
  readonly isPooled: boolean;
  /** Another process's storage, as it were; closed with the world. */
  open(options?: Partial<StorageOptions>): Promise<Storage>;
}

/**
 * Declares a suite once for a direct connection and once through pgbouncer in transaction mode. Without `PGBOUNCER_URL` the second one is
 * a skipped test that carries the reason, or in CI a failed one.
 */
export function describeEachWay(title: string, suite: (world: World) => void): void {
  describe(title, () => {
    suite(worldOf(false));
  });
  const skipReason = "PGBOUNCER_URL not set (pgbouncer in transaction mode before a Postgres)";
  if (process.env["PGBOUNCER_URL"]) {
    describe(`${title}, through pgbouncer`, { tags: ["pgbouncer"] }, () => {
      suite(worldOf(true));
    });
  } else if (process.env["CI"]) {
    test(`${title}, through pgbouncer`, { tags: ["pgbouncer"] }, () => {
      throw new Error(`CI skips nothing, and this suite cannot run: ${skipReason}`);
    });
  } else {
    test(`${title}, through pgbouncer`, { tags: ["pgbouncer"], skip: true, meta: { skipReason } as object }, () => {});
  }
}

/** Made before the suite's tests and closed after them; its fields are there while they run. */
export function worldOf(isPooled: boolean, options: Partial<StorageOptions> = {}): World {
  let database: TestDatabase;
  let storage: Storage;
  const opened = new AsyncDisposableStack();
  const open = async (more: Partial<StorageOptions> = {}): Promise<Storage> =>
    opened.use(
      await openStorage({ connectionString: database.connectionString, role: "test", listen: false, ...options, ...more }),
    );
  beforeAll(async () => {
    database = opened.use(await createTestDatabase({ throughPgbouncer: isPooled }));
    storage = await open();
  });
  afterAll(() => opened.disposeAsync());
  return {
    isPooled,
    open,
    get storage() {
      return storage;
    },
    get connectionString() {
      return database.connectionString;
    },
  };
}
