import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPostgres } from "@dagwright/instance";
import { migrateStorage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";

/** The database of a campaign. */
export interface ChaosDatabase extends AsyncDisposable {
  readonly connectionString: string;
  /** Its connections are shared, one transaction each. */
  readonly isPooled: boolean;
  /** Of its server, when that is the campaign's own and may be killed and paused; it is started again by itself. */
  readonly serverPid: (() => number) | null;
}

/** `own`: a server for this campaign alone. `shared`: a database of the tests' server; `pgbouncer`: of one that is reached through pgbouncer. */
export type ChaosServer = "own" | "shared" | "pgbouncer";

export async function openChaosDatabase(server: ChaosServer): Promise<ChaosDatabase> {
  if (server !== "own") {
    const database = await createTestDatabase({ throughPgbouncer: server === "pgbouncer" });
    return {
      connectionString: database.connectionString,
      isPooled: server === "pgbouncer",
      serverPid: null,
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  }
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-chaos-postgres-"));
  await chmod(home, 0o755);
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = opening.use(await openEmbeddedPostgres({ home }, new AbortController().signal));
  const connectionString = postgres.url.reveal();
  await migrateStorage({ connectionString });
  const opened = opening.move();
  return {
    connectionString,
    isPooled: false,
    serverPid: () => Number(readFileSync(join(postgres.dataDir, "postmaster.pid"), "utf8").split("\n")[0]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
