import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

/**
 * Makes a server count statements, and write as little as it can: histories are loaded into it, not kept. It is stopped for that; whoever holds it starts it
 * again.
 */
export async function makeServerCount(connectionString: string, dataDir: string): Promise<void> {
  const settings = {
    shared_preload_libraries: "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
    fsync: "off",
    full_page_writes: "off",
    max_wal_size: "8GB",
    shared_buffers: "1GB",
  };
  await inServer(connectionString, async (client) => {
    for (const [name, value] of Object.entries(settings)) await client.query(`alter system set ${name} = '${value}'`);
  });
  const [pid] = (await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGINT");
  for (let attempt = 0; ; attempt += 1) {
    await delay(200);
    try {
      await inServer(connectionString, (client) => client.query("create extension if not exists pg_stat_statements"));
      return;
    } catch (error) {
      if (attempt > 150) throw error;
    }
  }
}

/** Statements in one database since {@link forgetStatements}, without those that only begin and end transactions. */
export async function countStatements(serverUrl: string, database: string): Promise<number> {
  let count = 0;
  await inServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select coalesce(sum(calls), 0)::int as count from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = $1`,
      [database],
    );
    count = rows[0]!.count;
  });
  return count;
}

export const forgetStatements = (serverUrl: string): Promise<void> =>
  inServer(serverUrl, async (client) => void (await client.query("select pg_stat_statements_reset()")));

async function inServer(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: "dagwright/bench" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
