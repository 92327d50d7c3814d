import { openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { onTestFinished } from "vitest";

/** A database of the test's own, empty; opened once for each replica that the test plays. */
export async function openTestStorages(count = 1): Promise<readonly Storage[]> {
  const database = await createTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const storage = await openStorage({ connectionString: database.connectionString, role: "test", maxConnections: 3 });
      onTestFinished(() => storage[Symbol.asyncDispose]());
      return storage;
    }),
  );
}

export async function openTestStorage(): Promise<Storage> {
  const [storage] = await openTestStorages();
  if (storage === undefined) throw new Error("one storage was asked for");
  return storage;
}
