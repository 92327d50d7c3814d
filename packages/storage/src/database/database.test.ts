import { once } from "node:events";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { sql } from "./sql.ts";
import { describe, expect, test } from "vitest";
import { StatementTimeoutError, StorageRefusedError, StorageUnavailableError } from "../errors.ts";
import { openStorage } from "../open-storage.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { describeEachWay } from "../testing/ways-in.ts";
import { Database } from "./database.ts";

const openDatabase = (connectionString: string, maxConnections = 1): Database =>
  new Database({ connectionString, applicationName: "dagwright/database-test", maxConnections, log: () => undefined });

/** A way to the server that lets clients in and then tells them, in the same bytes, what Postgres tells when its postmaster is killed. */
async function proxyThatEnds(connectionString: string): Promise<AsyncDisposable & { readonly connectionString: string }> {
  const url = new URL(connectionString);
  const server = { host: url.hostname, port: Number(url.port) };
  const fields = Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0");
  const farewell = Buffer.concat([Buffer.from("E"), Buffer.alloc(4), fields]);
  farewell.writeUInt32BE(fields.length + 4, 1);
  const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  const proxy = createServer((client) => {
    const upstream = createConnection(server);
    client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    client.pipe(upstream);
    upstream.on("data", (data: Buffer) => {
      if (data.subarray(-readyForQuery.length).equals(readyForQuery)) client.end(Buffer.concat([data, farewell]));
      else client.write(data);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    connectionString: url.href,
    async [Symbol.asyncDispose]() {
      proxy.close();
      await once(proxy, "close");
    },
  };
}

describe("the connection", () => {
  test("is as fresh after statements and transactions as before: no prepared statements, no settings", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString);
    await database.rows(sql`select ${1}::int`);
    await database.transaction(async (transaction) => transaction.rows(sql`select ${"x"}::text`));
    await database.rows(sql`select ${1}::int / 0`).catch(() => undefined);
    await using raw = await openRawClient(server.connectionString, "dagwright/database-test");
    const settings = sql<{ prepared: number; locks: number; settings: Record<string, string> }>`
      select (select count(*) from pg_prepared_statements)::int as prepared, (
          select count(*) from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database() where l.locktype = 'advisory')::int as locks,
        (select jsonb_object_agg(name, reset_val) from pg_settings where source in ('client', 'session') and name not in ('client_encoding', 'DateStyle')) as settings`;
    const [inside] = await database.rows(settings);
    const fresh = await raw.query(settings.compile().sql);
    // statement_timeout stands in the transaction that asks; its value outside is the server's.
    expect(inside).toMatchObject({ prepared: 0, locks: 0 });
    expect(Object.keys(inside!.settings)).toEqual(expect.arrayContaining(["application_name"]));
    expect({ ...inside!.settings, statement_timeout: undefined }).toEqual({
      ...fresh.rows[0].settings,
      statement_timeout: undefined,
    });
    expect(inside!.settings["statement_timeout"]).toBe("0");
  });

  test("ends a statement at its deadline, on the server, and goes on", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString);
    await expect(database.rows(sql`select pg_sleep(60)`, { timeoutMs: 50 })).rejects.toThrow(StorageUnavailableError);
    await expect(
      database.transaction((transaction) => transaction.rows(sql`select pg_sleep(60)`), { timeoutMs: 50 }),
    ).rejects.toThrow(/statement timeout/);
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test("leaves an aborted statement at once, uncommitted, and goes on", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString);
    await database.rows(sql`create table written (n int)`);
    const reason = new Error("no longer wanted");
    const abort = new AbortController();
    const call = database.transaction(
      async (transaction) => {
        await transaction.rows(sql`insert into written values (1)`);
        abort.abort(reason);
        await transaction.rows(sql`select pg_sleep(60)`);
      },
      { signal: abort.signal },
    );
    await expect(call).rejects.toBe(reason);
    expect(await database.rows(sql`select * from written`)).toEqual([]);
    await expect(database.rows(sql`select 1`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("has a limit for statements that name none, and tells which it was", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = new Database({
      connectionString: server.connectionString,
      applicationName: "dagwright/limited",
      maxConnections: 1,
      log: () => undefined,
      statementTimeoutMs: 50,
    });
    const error = await database.rows(sql`select pg_sleep(60)`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatementTimeoutError);
    expect(error).toMatchObject({ timeoutMs: 50, message: expect.stringContaining("its limit is 50 ms") });
  });

  test("of a process that stands still in the middle of a transaction is closed, so that others get its locks", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using sleeper = new Database({
      connectionString: server.connectionString,
      applicationName: "dagwright/sleeper",
      maxConnections: 1,
      log: () => undefined,
      idleInTransactionMs: 100,
    });
    await using other = openDatabase(server.connectionString);
    await other.rows(sql`create table locked (n int)`);
    await other.rows(sql`insert into locked values (1)`);
    const lock = sql`select n from locked for update`;
    const locked = Promise.withResolvers<void>();
    const wake = Promise.withResolvers<void>();
    const slept = sleeper.transaction(async (transaction) => {
      await transaction.rows(lock);
      locked.resolve();
      await wake.promise;
      await transaction.rows(sql`update locked set n = 2`);
    });
    slept.catch(() => undefined);
    await locked.promise;
    expect(await other.rows(lock, { timeoutMs: 20_000 })).toEqual([{ n: 1 }]);
    wake.resolve();
    await expect(slept).rejects.toThrow(StorageUnavailableError);
    expect(await other.rows(sql`select n from locked`)).toEqual([{ n: 1 }]);
    expect(await sleeper.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  test("does again what the server gave up since two had each other wait, also a single statement", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString, 3);
    await database.rows(sql`create table locked (id int primary key, n int)`);
    await database.rows(sql`insert into locked values (1, 0), (2, 0)`);
    const both = Promise.withResolvers<void>();
    let begun = 0;
    const add = (first: number, second: number) =>
      database.transaction(async (transaction) => {
        begun += 1;
        await transaction.rows(sql`update locked set n = n + 1 where id = ${first}`);
        if (begun === 2) both.resolve();
        await both.promise;
        await transaction.rows(sql`update locked set n = n + 1 where id = ${second}`);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(await database.rows(sql`select n from locked order by id`)).toEqual([{ n: 2 }, { n: 2 }]);
    expect(begun).toBe(3);

    // One that holds the first row and asks for the second while a statement holds the second and waits for the first.
    await using raw = await openRawClient(server.connectionString);
    await raw.query("begin");
    await raw.query("set local deadlock_timeout = '60s'");
    await raw.query("update locked set n = n + 1 where id = 1");
    const statement = database.rows(
      sql.raw("do $$ begin update locked set n = n + 1 where id = 2; update locked set n = n + 1 where id = 1; end $$"),
    );
    statement.catch(() => undefined);
    const isWaiting = "select 1 from pg_locks where not granted";
    while ((await database.rows(sql.raw(isWaiting))).length === 0);
    await raw.query("update locked set n = n + 1 where id = 2");
    await raw.query("commit");
    await statement;
    expect(await database.rows(sql`select n from locked order by id`)).toEqual([{ n: 4 }, { n: 4 }]);
  });

  test("to a server that ends in the moment of its greeting is told as retryable, and ends no process", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using proxy = await proxyThatEnds(server.connectionString);
    await using database = openDatabase(proxy.connectionString);
    await expect(database.rows(sql`select 1`)).rejects.toThrow(StorageUnavailableError);
    await expect(database.transaction((transaction) => transaction.rows(sql`select 1`))).rejects.toThrow(StorageUnavailableError);
  });

  test("that breaks in the middle is told as retryable, and the next call has a new one", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString);
    await using raw = await openRawClient(server.connectionString);
    const broken = database.rows(sql`select pg_sleep(60)`);
    // It may be told of before the answer to the statement that breaks it.
    broken.catch(() => undefined);
    const kill =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()";
    while ((await raw.query(kill)).rows.length === 0);
    const error = await broken.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect((error as StorageUnavailableError).retryable).toBe(true);
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

describe("a connection that cannot be made names host, port and database, says what to do, and tells no password", () => {
  const failure = async (connectionString: string): Promise<Error> => {
    const thrown = await openStorage({ connectionString, role: "test" }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(String(thrown)).not.toContain("s3cret");
    return thrown as Error;
  };

  test("wrong password", async () => {
    await using server = await createTestDatabase();
    const url = new URL(server.connectionString);
    url.password = "s3cret";
    const error = await failure(url.href);
    expect(error).toBeInstanceOf(StorageRefusedError);
    expect(error.message).toContain(`${url.hostname}:${url.port}`);
    expect(error.message).toMatch(/Check user and password/);
  });

  test("unknown database", async () => {
    await using server = await createTestDatabase();
    const url = new URL(server.connectionString);
    url.pathname = "/nowhere";
    const error = await failure(url.href);
    expect(error).toBeInstanceOf(StorageRefusedError);
    expect(error.message).toMatch(/has no database "nowhere". Create it/);
  });

  test("nobody listens", async () => {
    const error = await failure("postgresql://me:s3cret@127.0.0.1:1/mine");
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error.message).toBe(
      'Postgres at 127.0.0.1:1 (database "mine") cannot be reached: ECONNREFUSED. Nothing listens there; check that Postgres is up, and host and port in the storage settings',
    );
  });

  test("unknown host", async () => {
    const error = await failure("postgresql://me:s3cret@no-such-host.invalid:5432/mine");
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error.message).toMatch(/no-such-host.invalid:5432 \(database "mine"\).*The host name is not known/);
  });

  test("an unreadable URL", async () => {
    const error = await failure("postgresql://me:s3cret%@host:99999999/mine");
    expect(error).toBeInstanceOf(StorageRefusedError);
    expect(error.message).toMatch(/write it as postgresql:/);
  });
});

/** What the server executes for a pool of ours. */
const executing = `select pid from pg_stat_activity where application_name like '%abandoned-test' and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`;

describeEachWay("a statement that nobody waits for any more", (world) => {
  test("is ended on the server, alone or in a transaction", async () => {
    await using database = new Database({
      connectionString: world.connectionString,
      applicationName: "dagwright/abandoned-test",
      maxConnections: 2,
      log: () => undefined,
    });
    await using raw = await openRawClient(world.connectionString);
    const gone = new AbortController();
    const reason = new Error("The client went away");
    const call = database.rows(sql`select pg_sleep(60)`, { signal: gone.signal });
    const transaction = database.transaction((within) => within.rows(sql`select pg_sleep(60)`), { signal: gone.signal });
    while ((await raw.query(executing)).rows.length < 2);
    gone.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(transaction).rejects.toBe(reason);
    await expect.poll(async () => (await raw.query(executing)).rows.length, { timeout: 10_000 }).toBe(0);
    expect(await database.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});
