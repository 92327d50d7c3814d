import pg from "pg";

/** A connection beside the stores, to look at what they did and to stand in their way. */
export async function openRawClient(
  connectionString: string,
  applicationName = "dagwright/test-raw",
): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString, application_name: applicationName });
  // Databases are dropped under it at times.
  client.on("error", () => undefined);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Resolves once a statement in the client's database waits for a lock; pass a client that is not in a transaction that failed. */
export async function untilSomebodyWaits(client: pg.Client): Promise<void> {
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  // The view is read once per transaction unless told otherwise.
  while ((await client.query(waiting)).rows.length === 0) await client.query("select pg_stat_clear_snapshot()");
}
