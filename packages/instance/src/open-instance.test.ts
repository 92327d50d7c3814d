import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { StorageRefusedError, StorageUnavailableError } from "@dagwright/storage";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { ConfigFileError } from "./errors.ts";
import { openInstance } from "./open-instance.ts";
import { ConnectionUrl } from "./postgres/connection-url.ts";

const { signal } = new AbortController();

/** Sockets go here instead of a directory under /tmp that outlives the tests. */
let runtime: { readonly XDG_RUNTIME_DIR: string };
beforeAll(async () => {
  runtime = { XDG_RUNTIME_DIR: await mkdtemp("/tmp/dw-") };
});
afterAll(() => rm(runtime.XDG_RUNTIME_DIR, { recursive: true, force: true }));

async function makeHome(dagsterYaml: string | null = null): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "dagwright-instance-"));
  await chmod(home, 0o755);
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  if (dagsterYaml !== null) await writeFile(join(home, "dagster.yaml"), dagsterYaml);
  return home;
}

const customYaml = (kind: string, className: string) =>
  `${kind}: {module: ./component.mjs, class: ${className}, config: {region: north}}\n`;

describe("openInstance", () => {
  it("makes a home with every default work at once, and again", async () => {
    const home = join(await makeHome(), "made");
    const env = runtime;
    {
      await using instance = await openInstance({ home, env, role: "test" }, signal);
      await instance.storage.setValue("kept", "yes");
      expect(instance.settings).toMatchObject({
        home,
        configFile: null,
        artifactDir: join(home, "storage"),
        computeLogDir: join(home, "storage"),
      });
      expect(instance.settings.storage.kind).toBe("embedded");
      expect(instance.runtimeDir.length).toBeLessThan(60);
      expect((await stat(instance.runtimeDir)).mode & 0o777).toBe(0o700);
      const record = JSON.parse(await readFile(join(home, "postgres/server.json"), "utf8")) as { password: string };
      expect(JSON.stringify([instance.settings, instance.config])).not.toContain(record.password);
    }
    await using again = await openInstance({ home, env, role: "test" }, signal);
    expect(await again.storage.getValue("kept")).toBe("yes");
  });

  it("tells a daemon which keys have no effect yet, and nobody else", async () => {
    const home = await makeHome("backfills: {num_workers: 2}\npython_logs: {managed_python_loggers: [root]}\n");
    const said: string[] = [];
    const log = (level: string, message: string): void => void (level === "warn" && said.push(message));
    await (await openInstance({ home, env: runtime, role: "test", log }, signal))[Symbol.asyncDispose]();
    expect(said).toEqual([]);
    await (await openInstance({ home, env: runtime, role: "daemon", log }, signal))[Symbol.asyncDispose]();
    expect(said).toEqual(["dagster.yaml sets what has no effect yet: python_logs.managed_python_loggers, backfills.num_workers"]);
  });

  it("is opened by several at once on an empty home", async () => {
    const home = await makeHome();
    const instances = await Promise.all([1, 2, 3].map(() => openInstance({ home, env: runtime, role: "test" }, signal)));
    await instances[0]!.storage.setValue("seen", "by all");
    expect(await Promise.all(instances.map(({ storage }) => storage.getValue("seen")))).toEqual(["by all", "by all", "by all"]);
    await Promise.all(instances.map((instance) => instance[Symbol.asyncDispose]()));
  });

  it("leaves a run worker with one connection", async () => {
    const home = await makeHome();
    await using observer = await openEmbeddedPostgres({ home }, signal);
    await (await openInstance({ home, env: runtime, role: "test" }, signal))[Symbol.asyncDispose]();
    await using worker = await openInstance({ home, env: runtime, role: "run-worker" }, signal);
    await worker.storage.nowMs();
    const client = new pg.Client({ connectionString: observer.url.reveal() });
    await client.connect();
    const { rows } = await client.query<{ application_name: string }>(
      "select application_name from pg_stat_activity where application_name like 'dagwright/%' order by 1",
    );
    await client.end();
    expect(rows.map((row) => row.application_name)).toEqual([`dagwright/embedded:${process.pid}`, "dagwright/run-worker"]);
  });

  it("connects to a Postgres that dagster.yaml names, and does not make tables when told not to", async () => {
    await using server = await openEmbeddedPostgres({ home: await makeHome() }, signal);
    const db = `postgres_db: {username: ${server.url.username}, password: {env: PW}, hostname: 127.0.0.1, port: ${server.url.port}, db_name: dagwright}`;
    const env = { ...runtime, PW: decodeURIComponent(new URL(server.url.reveal()).password) };
    const strict = await makeHome(`storage: {postgres: {${db}, should_autocreate_tables: false}}`);
    await expect(openInstance({ home: strict, env, role: "test" }, signal)).rejects.toThrow(/no Dagwright schema yet/);
    const home = await makeHome(`storage: {postgres: {${db}}}\ncompute_logs: {module: dagster, class: NoOpComputeLogManager}\n`);
    await using instance = await openInstance({ home, env, role: "test" }, signal);
    expect(await instance.storage.nowMs()).toBeGreaterThan(0);
    expect(instance.settings).toMatchObject({
      storage: { kind: "postgres", url: expect.stringContaining(":***@127.0.0.1") as string },
      computeLogDir: null,
    });
    await expect(openInstance({ home, env: { ...runtime, PW: "wr0ng-pass" }, role: "test" }, signal)).rejects.toSatisfy(
      (error) => error instanceof StorageRefusedError && !error.message.includes("wr0ng-pass"),
    );
  });

  it("goes on without TLS where sslmode lets it, and not where it does not", async () => {
    await using server = await openEmbeddedPostgres({ home: await makeHome() }, signal);
    const open = async (sslmode: string) => {
      const home = await makeHome(`storage: {postgres: {postgres_url: '${server.url.withParams({ sslmode }).reveal()}'}}`);
      await using instance = await openInstance({ home, env: runtime, role: "test" }, signal);
      return await instance.storage.nowMs();
    };
    expect(await open("prefer")).toBeGreaterThan(0);
    expect(await open("disable")).toBeGreaterThan(0);
    await expect(open("require")).rejects.toThrow(/does not speak TLS, which sslmode=require asks for/);
  });

  it("awaits a Postgres that is away, saying so, and gives up in time without a secret in its words", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    listener.close();
    const home = await makeHome(`storage: {postgres: {postgres_url: 'postgresql://ann:s3cret@127.0.0.1:${port}/runs'}}`);
    const said: string[] = [];
    const opening = openInstance(
      { home, env: runtime, role: "test", retryForMs: 700, log: (level, message) => said.push(`${level} ${message}`) },
      signal,
    );
    await expect(opening).rejects.toThrow(StorageUnavailableError);
    expect(said.length).toBeGreaterThan(1);
    expect(said[0]).toMatch(
      new RegExp(`^warn Postgres at 127.0.0.1:${port} .*cannot be reached: ECONNREFUSED.* Trying again in 0\\.\\d s$`),
    );
    expect(said.join("\n")).not.toContain("s3cret");
  });

  it("stops waiting when it is told to", async () => {
    const home = await makeHome("storage: {postgres: {postgres_url: 'postgresql://ann@127.0.0.1:1/runs'}}");
    const controller = new AbortController();
    const opening = openInstance({ home, env: runtime, role: "test", log: () => controller.abort() }, controller.signal);
    await expect(opening).rejects.toThrow(/abort/i);
  });

  it("says what is wrong with dagster.yaml before anything is started", async () => {
    const home = await makeHome("storage: {mysql: {mysql_url: x}}\nrun_que: {}\n");
    await expect(openInstance({ home, env: runtime, role: "test" }, signal)).rejects.toThrow(ConfigFileError);
    await expect(stat(join(home, "postgres"))).rejects.toThrow(/ENOENT/);
  });
});

describe("a component of the user's own", () => {
  const source = `
export class Launcher {
  static async open({ config, home }) { return new Launcher(config, home); }
  constructor(config, home) { this.config = config; this.home = home; }
  async [Symbol.asyncDispose]() { await (await import("node:fs/promises")).writeFile(this.home + "/disposed", ""); }
  async launchRun() {} async terminateRun() { return true; } async checkHealth() { return { status: "running" }; }
}
export const Half = { open: () => ({ launchRun() {} }) };
export const Fails = { open() { throw new Error("no such region"); } };
export const NoOpen = {};
`;
  const open = async (yaml: string, url = "postgresql://nobody@127.0.0.1:1/never") => {
    const home = await makeHome(`${yaml}storage: {postgres: {postgres_url: '${url}'}}`);
    await writeFile(join(home, "component.mjs"), source);
    await mkdir(join(home, "node_modules/nomad-launcher"), { recursive: true });
    await writeFile(
      join(home, "node_modules/nomad-launcher/package.json"),
      '{"name":"nomad-launcher","type":"module","exports":"./index.js"}',
    );
    await writeFile(join(home, "node_modules/nomad-launcher/index.js"), source);
    await using instance = await openInstance({ home, env: runtime, role: "test" }, signal);
    return { home, runLauncher: instance.runLauncher };
  };

  it.each([
    ["a path", "./component.mjs"],
    ["an npm package", "nomad-launcher"],
  ])("is loaded by %s and its export", async (_, module) => {
    await using server = await openEmbeddedPostgres({ home: await makeHome() }, signal);
    const yaml = `run_launcher: {module: ${module}, class: Launcher, config: {region: north}}\n`;
    const { home, runLauncher } = await open(yaml, server.url.reveal());
    expect(runLauncher).toMatchObject({ config: { region: "north" }, home });
    expect((await stat(join(home, "disposed"))).isFile()).toBe(true);
  });

  it.each([
    [
      "no such export",
      customYaml("run_launcher", "Lancher"),
      /run_launcher .* names Lancher of \.\/component\.mjs, which has no such export; it has Fails, Half, Launcher, NoOpen/,
    ],
    ["no open", customYaml("run_launcher", "NoOpen"), /which has no function open\(context\)/],
    ["too few methods", customYaml("run_launcher", "Half"), /which opened something without terminateRun\(\), checkHealth\(\)/],
    ["a failing open", customYaml("run_launcher", "Fails"), /which failed to open: no such region/],
    ["the shape of another", customYaml("compute_logs", "Launcher"), /without openCapture\(\), read\(\), follow\(\)/],
    ["no such file", "run_launcher: {module: ./absent.mjs, class: X}\n", /there is no file .*absent\.mjs/],
    [
      "no such package",
      "run_launcher: {module: my_company.launchers, class: X}\n",
      /neither installed as an npm package nor known here/,
    ],
  ])("with %s is refused by name", async (_, yaml, message) => {
    await expect(open(yaml)).rejects.toThrow(message);
  });
});

describe("a connection URL", () => {
  it("is printed without its password, however it is printed", () => {
    const url = ConnectionUrl.parse("postgresql://ann:p%40ss@db:6432/runs?sslmode=verify-full&sslpassword=hidden")!;
    for (const shown of [String(url), JSON.stringify({ url }), `${url}`, url.describe()])
      expect(shown).not.toMatch(/p%40ss|p@ss|hidden/);
    expect(String(url)).toBe("postgresql://ann:***@db:6432/runs?sslmode=verify-full&sslpassword=***");
    expect(url.reveal()).toContain("p%40ss");
  });

  it.each([
    ["postgres://db/runs", "db", 5432, "runs"],
    ["postgresql://a@[::1]:6000/runs", "::1", 6000, "runs"],
    ["postgresql://a@localhost/runs?host=/run/postgres", "/run/postgres", 5432, "runs"],
  ])("%s leads to %s", (text, host, port, database) => {
    expect(ConnectionUrl.parse(text)).toMatchObject({ host, port, database });
  });

  it.each(["", "db/runs", "mysql://db/runs", "postgresql://a:b@:x/runs", "postgresql://a:%zz@db/runs"])("%j is none", (text) => {
    expect(ConnectionUrl.parse(text)).toBeNull();
  });
});
