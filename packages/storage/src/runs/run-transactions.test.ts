import { holderId } from "@dagwright/model";
import { expect, test } from "vitest";
import { openStorage } from "../open-storage.ts";
import type { Storage } from "../storage.ts";
import { newRun, runStart, runSuccess, stepStart } from "../testing/new-run.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { createTestDatabase } from "../testing/test-database.ts";

/** How many transactions a process commits in a database of its own; a backend counts them when it ends. */
async function commitsOf(work: (storage: Storage) => Promise<void>): Promise<number> {
  await using database = await createTestDatabase();
  {
    await using storage = await openStorage({
      connectionString: database.connectionString,
      role: "test",
      listen: false,
      maxConnections: 1,
    });
    await work(storage);
  }
  await using raw = await openRawClient(database.connectionString);
  const others = "select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  await expect.poll(async () => (await raw.query<{ n: number }>(others)).rows[0]?.n).toBe(0);
  const { rows } = await raw.query<{ n: number }>(
    "select xact_commit::int as n from pg_stat_database where datname = current_database()",
  );
  return rows[0]!.n;
}

test("a six-op run without a queue takes five transactions", async () => {
  const aRun = async (storage: Storage): Promise<void> => {
    const [claim] = await storage.runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
    const { id } = claim!.run;
    await storage.runs.beginWork({
      runId: id,
      attempt: 1,
      fence: claim!.fence,
      worker: {},
      leaseMs: 60_000,
      entries: [runStart],
    });
    const steps = ["a", "b", "c", "d", "e", "f"].map(stepStart);
    await storage.events.append({ runId: id, attempt: 1, entries: steps.slice(0, 3) });
    await storage.events.append({ runId: id, attempt: 1, entries: steps.slice(3) });
    await storage.events.append({ runId: id, attempt: 1, entries: [runSuccess] });
  };
  // Autovacuum's commits in the same database count too, and can only add.
  const counts: number[] = [];
  while (counts.length < 5 && !counts.includes(5)) counts.push((await commitsOf(aRun)) - (await commitsOf(async () => {})));
  expect(counts).toContain(5);
});
