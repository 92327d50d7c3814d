import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ConnectionUrl } from "../postgres/connection-url.ts";
import { openEmbeddedPostgres } from "./embedded-postgres.ts";
import { makeRunnable } from "./postgres-binaries.ts";
import { isServing, readPostmaster } from "./postmaster.ts";
import { serverAccount } from "./server-account.ts";
import { readServerRecord, replaceServerRecord } from "./server-record.ts";

const isRoot = process.getuid?.() === 0;
const { signal } = new AbortController();

/** A home of the test's own, under a directory that everybody may enter; nothing of it is left, and no server. */
async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "dagwright-embedded-"));
  await chmod(home, 0o755);
  onTestFinished(async () => {
    const record = await readServerRecord(join(home, "postgres"));
    const postmaster = record === null ? null : await readPostmaster(record.dataDir);
    if (record !== null && postmaster !== null && (await isServing(postmaster, record.dataDir)))
      process.kill(postmaster.pid, "SIGQUIT");
    if (record !== null) await until(async () => (await livingPid(record.dataDir)) === null);
    await rm(home, { recursive: true, force: true });
  });
  return home;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("The condition did not come true within 10 s");
    await sleep(10);
  }
}

async function livingPid(dataDir: string): Promise<number | null> {
  const postmaster = await readPostmaster(dataDir);
  return postmaster !== null && (await isServing(postmaster, dataDir)) ? postmaster.pid : null;
}

async function answer(url: ConnectionUrl): Promise<unknown> {
  const client = new pg.Client({ connectionString: url.reveal() });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<{ answer: number }>("select 42 as answer")).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

interface User {
  readonly process: ChildProcess;
  readonly port: number;
  leave(): Promise<void>;
  kill(): Promise<void>;
}

/** Another process that uses the home's server. */
async function startUser(home: string): Promise<User> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "fixtures/use-server.ts"), home], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => ["0"])])) as [Buffer | string];
  const port = Number(String(line));
  if (port === 0) throw new Error("The other process could not use the server");
  return {
    process: child,
    port,
    async leave() {
      child.stdin.end("leave\n");
      await once(child, "exit");
    },
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** The server's process for the connection by which a user holds it. */
async function backendOf({ process: { pid } }: User, url: ConnectionUrl): Promise<number> {
  const client = new pg.Client({ connectionString: url.reveal() });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pid from pg_stat_activity where application_name = $1", [
    `dagwright/embedded:${pid}`,
  ]);
  await client.end();
  return rows[0]!.pid;
}

describe("the embedded Postgres", () => {
  it("is made at first use, keeps its data and its port, and is stopped by its last user", async () => {
    const home = await makeHome();
    let port: number;
    {
      await using first = await openEmbeddedPostgres({ home }, signal);
      port = first.url.port;
      expect(await answer(first.url)).toBe(42);
      expect((await stat(join(home, "postgres/server.json"))).mode & 0o777).toBe(0o600);
      const client = new pg.Client({ connectionString: first.url.reveal() });
      await client.connect();
      await client.query("create table kept (n int)");
      await client.end();
    }
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    expect(await readPostmaster(dataDir)).toBeNull();
    await using second = await openEmbeddedPostgres({ home }, signal);
    const client = new pg.Client({ connectionString: second.url.reveal() });
    await client.connect();
    expect((await client.query("select * from kept")).rows).toEqual([]);
    await client.end();
    expect(second.url.port).toBe(port);
  });

  it("is adopted while it lives, in a process group of its own, and outlives those who leave first", async () => {
    const home = await makeHome();
    const other = await startUser(home);
    const mine = await openEmbeddedPostgres({ home }, signal);
    const pid = await livingPid(mine.dataDir);
    expect(mine.url.port).toBe(other.port);
    if (process.platform === "linux") {
      const group = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[2];
      expect(Number(group)).toBe(pid);
    }
    await other.leave();
    expect(await answer(mine.url)).toBe(42);
    expect(await livingPid(mine.dataDir)).toBe(pid);
    await mine[Symbol.asyncDispose]();
    expect(await livingPid(mine.dataDir)).toBeNull();
  });

  it("is one when several processes start it at once, and the last of them stops it when all leave at once", async () => {
    const home = await makeHome();
    const users = await Promise.all([startUser(home), startUser(home), startUser(home)]);
    expect(new Set(users.map(({ port }) => port)).size).toBe(1);
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    expect(await livingPid(dataDir)).not.toBeNull();
    await Promise.all(users.map((user) => user.leave()));
    expect(await livingPid(dataDir)).toBeNull();
  });

  it("does not count a user that was killed", async () => {
    const home = await makeHome();
    const other = await startUser(home);
    const mine = await openEmbeddedPostgres({ home }, signal);
    await other.kill();
    await mine[Symbol.asyncDispose]();
    expect(await livingPid(mine.dataDir)).toBeNull();
  });

  it("does not count one that it has not yet noticed to be killed", async () => {
    const home = await makeHome();
    const other = await startUser(home);
    const mine = await openEmbeddedPostgres({ home }, signal);
    const backend = await backendOf(other, mine.url);
    process.kill(backend, "SIGSTOP");
    await other.kill();
    const left = mine[Symbol.asyncDispose]();
    // A user that lives would not be waited for.
    await Promise.race([left, sleep(500)]);
    process.kill(backend, "SIGCONT");
    await left;
    expect(await livingPid(mine.dataDir)).toBeNull();
  });

  it("is left to connections that hold nothing, such as a run worker's", async () => {
    const home = await makeHome();
    const mine = await openEmbeddedPostgres({ home }, signal);
    const worker = new pg.Client({ connectionString: mine.url.reveal(), application_name: "dagwright/run-worker" });
    worker.on("error", () => undefined);
    await worker.connect();
    await mine[Symbol.asyncDispose]();
    expect((await worker.query<{ answer: number }>("select 42 as answer")).rows[0]?.answer).toBe(42);
    await worker.end();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    expect(await livingPid(mine.dataDir)).toBeNull();
  });

  it("is stopped by a process that gave its hold back and leaves last", async () => {
    const home = await makeHome();
    const worker = await openEmbeddedPostgres({ home }, signal);
    const client = new pg.Client({ connectionString: worker.url.reveal(), application_name: "dagwright/run-worker" });
    client.on("error", () => undefined);
    await client.connect();
    await worker.giveHoldBack();
    expect(
      (await client.query<{ n: number }>("select count(*)::int as n from pg_stat_activity where datname = 'dagwright'")).rows[0]
        ?.n,
    ).toBe(1);
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    expect(await livingPid(worker.dataDir)).not.toBeNull();
    await client.end();
    await worker[Symbol.asyncDispose]();
    expect(await livingPid(worker.dataDir)).toBeNull();
  });

  it("is recovered when server and users were killed", async () => {
    const home = await makeHome();
    const user = await startUser(home);
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    await user.kill();
    process.kill((await livingPid(dataDir))!, "SIGKILL");
    await until(async () => (await livingPid(dataDir)) === null);
    expect(await readPostmaster(dataDir)).not.toBeNull();
    await using mine = await openEmbeddedPostgres({ home }, signal);
    expect(await answer(mine.url)).toBe(42);
  });

  it("is started again on its port when it dies under its users", async () => {
    const home = await makeHome();
    await using mine = await openEmbeddedPostgres({ home }, signal);
    await using neighbour = await openEmbeddedPostgres({ home }, signal);
    const killed = (await livingPid(mine.dataDir))!;
    process.kill(killed, "SIGKILL");
    await until(async () => {
      const pid = await livingPid(mine.dataDir);
      return pid !== null && pid !== killed && (await answer(mine.url).catch(() => null)) === 42;
    });
    expect(await answer(neighbour.url)).toBe(42);
  });

  it("passes over a postmaster.pid whose number went to another program of the same account", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    const account = await serverAccount(dataDir);
    const stranger = spawn("sleep", ["60"], { ...account, cwd: "/", stdio: "ignore" });
    onTestFinished(() => void stranger.kill("SIGKILL"));
    const pidFile = join(dataDir, "postmaster.pid");
    await writeFile(pidFile, `${stranger.pid}\n${dataDir}\n1700000000\n1\n\n127.0.0.1\n  0 0\nready   \n`, { mode: 0o600 });
    if (account !== null) await chown(pidFile, account.uid, account.gid);
    await using mine = await openEmbeddedPostgres({ home }, signal);
    expect(await answer(mine.url)).toBe(42);
  });

  it("moves to another port when its own is taken", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    const record = (await readServerRecord(join(home, "postgres")))!;
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    onTestFinished(() => void squatter.close());
    const taken = (squatter.address() as { port: number }).port;
    await replaceServerRecord(join(home, "postgres"), { ...record, port: taken });
    const said: string[] = [];
    await using mine = await openEmbeddedPostgres({ home, log: (_, message) => said.push(message) }, signal);
    expect(mine.url.port).not.toBe(taken);
    expect(await answer(mine.url)).toBe(42);
    expect(said).toEqual([`Port ${taken} is taken by another program; the embedded Postgres moves to ${mine.url.port}`]);
  });

  it("that cannot start is an error with the end of its log", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    await truncate(join(dataDir, "global/pg_control"), 0);
    await expect(openEmbeddedPostgres({ home }, signal)).rejects.toThrow(
      /ended while starting \(.*\)\. Its log .*postgres\.log ends:\n[^]*pg_control/,
    );
  });

  it("names data that was lost", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    await rm(join(home, "postgres/data"), { recursive: true });
    await expect(openEmbeddedPostgres({ home }, signal)).rejects.toThrow(
      /data in .*postgres\/data is gone\. Bring it back, or remove .*server\.json/,
    );
  });

  it("is stopped again when its start is given up", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    const { dataDir } = (await readServerRecord(join(home, "postgres")))!;
    const controller = new AbortController();
    const opening = openEmbeddedPostgres({ home }, controller.signal);
    const outcome = opening.then(
      () => "opened",
      (error: unknown) => (error as Error).name,
    );
    while ((await readPostmaster(dataDir)) === null) await setImmediate();
    controller.abort();
    expect(await outcome).toBe("AbortError");
    expect(await livingPid(dataDir)).toBeNull();
  });

  it("names a record that was lost", async () => {
    const home = await makeHome();
    await (await openEmbeddedPostgres({ home }, signal))[Symbol.asyncDispose]();
    await rm(join(home, "postgres/server.json"));
    await expect(openEmbeddedPostgres({ home }, signal)).rejects.toThrow(
      /holds a Postgres cluster, but .*server\.json, which has its password, is gone/,
    );
  });

  it.skipIf(!isRoot)("lies outside a home that only root can enter, and is found there again", async () => {
    const outer = await makeHome();
    await chmod(outer, 0o700);
    const home = join(outer, "home");
    const passableDir = await mkdtemp(join(tmpdir(), "dagwright-passable-"));
    onTestFinished(() => rm(passableDir, { recursive: true, force: true }));
    const said: string[] = [];
    const options = { home, passableDir, log: (_: string, message: string) => void said.push(message) };
    const first = await openEmbeddedPostgres(options, signal);
    expect(dirname(dirname(first.dataDir))).toBe(passableDir);
    expect(said[0]).toContain(`only root can enter ${outer}`);
    expect(await answer(first.url)).toBe(42);
    await first[Symbol.asyncDispose]();
    await using second = await openEmbeddedPostgres(options, signal);
    expect(second.dataDir).toBe(first.dataDir);
  });

  it.skipIf(!isRoot)("runs a copy of programs that its account cannot reach", async () => {
    const front = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(front).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const closed = await makeHome();
    const passableDir = await makeHome();
    await cp(join(dirname(dirname(entry)), "native"), join(closed, "native"), { recursive: true, verbatimSymlinks: true });
    await chmod(closed, 0o700);
    const account = await serverAccount(passableDir);
    const binaries = await makeRunnable({ native: join(closed, "native"), version: "18.4.0" }, account, passableDir);
    expect(binaries.initdb.startsWith(passableDir)).toBe(true);
    const dataDir = join(passableDir, "cluster");
    await mkdir(dataDir);
    await chown(dataDir, account!.uid, account!.gid);
    execFileSync(binaries.initdb, ["-D", dataDir, "--locale=C", "--no-sync"], {
      uid: account!.uid,
      gid: account!.gid,
      cwd: "/",
      stdio: "ignore",
    });
    expect((await readFile(join(dataDir, "PG_VERSION"), "utf8")).trim()).toBe(binaries.majorVersion);
  });
});
