import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AssetEvent, codeLocationName, type ExecutorSnapshot, holderId } from "@dagwright/model";
import { type NewRun, openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, runCommand } from "./command.ts";

const executor: ExecutorSnapshot = { name: "in_process", options: {} };
const nightly: NewRun = {
  jobName: "nightly",
  location: codeLocationName("here"),
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  plan: { jobName: "nightly", steps: [], executor },
  jobSnapshot: {
    name: "nightly",
    description: null,
    tags: {},
    metadata: {},
    owners: [],
    rootGraph: "nightly",
    graphs: [],
    ops: [],
    assets: [],
    executor,
    resources: [],
    configTypes: [],
    runConfigType: "run",
  },
};

const made = (name: string, partition: string | null = null): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: 0,
  message: "",
  stepKey: null,
  assetKey: name.split("/"),
  partition,
  description: null,
  metadata: {},
  tags: {},
});

describe("commands that delete", () => {
  const cleanup = new AsyncDisposableStack();
  let home: string;
  let storage: Storage;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "dagwright-cli-test-"));
    cleanup.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    const { connectionString } = cleanup.use(await createTestDatabase());
    await writeFile(
      join(home, "dagster.yaml"),
      `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(connectionString)}\nretention:\n  run_logs: {purge_after_days: 30}\n`,
    );
    storage = cleanup.use(await openStorage({ connectionString, role: "test", listen: false, maxConnections: 1 }));
  });
  afterAll(() => cleanup.disposeAsync());

  const run = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(args, { cwd: home, env: { DAGWRIGHT_HOME: home } });
  const newRun = async (isActive: boolean): Promise<string> => {
    await storage.runs.submit(
      [nightly],
      isActive ? { kind: "launch", holder: holderId("h"), claimMs: 60_000 } : { kind: "hold" },
    );
    return (await storage.runs.list({}, { limit: 1 }))[0]!.id;
  };

  test("runs are deleted, asked or not, and those that are executed only when told so", async () => {
    const [waiting, active] = [await newRun(false), await newRun(true)];
    const unasked = await run("run", "delete", waiting);
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain("Say --force to do it without being asked");
    const { exitCode, stdout } = await run("run", "delete", waiting, active, randomUUID(), "--force", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: waiting, isDeleted: true, error: null },
      { id: active, isDeleted: false, error: expect.stringContaining("terminate it first") as string },
      { isDeleted: false, error: expect.stringContaining("has no run") as string },
    ]);
    await newRun(false);
    const wiped = await run("run", "wipe", "--force");
    expect(wiped).toMatchObject({ exitCode: 1, stdout: "1 runs are deleted\n" });
    expect(wiped.stderr).toContain("1 runs are being executed and were left");
    expect(await run("run", "wipe", "--force", "--active")).toMatchObject({ exitCode: 0, stdout: "1 runs are deleted\n" });
  });

  test("assets are wiped by key, by partition, or all", async () => {
    const { assets } = storage;
    await assets.report([made("orders/daily", "a"), made("orders/daily", "b"), made("prices"), made("more")]);
    expect(await run("asset", "wipe", "orders/daily", "--partition", "a", "--force")).toMatchObject({
      exitCode: 0,
      stdout: "orders/daily is wiped\n",
    });
    expect(await assets.materializedPartitions(["orders", "daily"])).toEqual(["b"]);
    const { exitCode, stderr } = await run("asset", "wipe", "prices", "none", "--force");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("knows nothing of the asset none");
    expect((await assets.list({ limit: 9 })).map((key) => key.join("/")).sort()).toEqual(["more", "orders/daily"]);
    expect((await run("asset", "wipe", "--all", "--force")).exitCode).toBe(0);
    expect(await assets.list({ limit: 9 })).toEqual([]);
    expect((await run("asset", "wipe", "--force")).stderr).toContain("Name assets, or say --all for all of them.");
  });

  test("what retention would remove is shown, and removed", async () => {
    const { stdout } = await run("instance", "purge", "--dry-run");
    expect(stdout).toMatch(/^sensor ticks \(SKIPPED\) from before \d{4}-\d\d-\d\dT\d\d:\d\dZ: 0 rows to delete$/m);
    expect(stdout).toMatch(/^log lines of runs from before .*: 0 rows to delete$/m);
    const done = await run("instance", "purge", "--json");
    expect(done.exitCode, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject([
      { step: { kind: "ticks", instigatorKind: "SENSOR" }, rows: 0 },
      { step: { kind: "ticks", instigatorKind: "AUTOMATION" }, rows: 0 },
      { step: { kind: "evaluations" }, rows: 0 },
      { step: { kind: "events", class: "run_logs" }, rows: 0 },
    ]);
    expect(await storage.retention.lastReport()).toMatchObject({ purged: [] });
  });
});
