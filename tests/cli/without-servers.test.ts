import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { codeLocationName, holderId, runId, snapshotId, stepKey } from "@dagwright/model";
import { openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixtureProject } from "../stack/stack.ts";
import { type CommandResult, hasPseudoTerminals, runCommand, startCommand, startInTerminal } from "./command.ts";

const someRun = runId("018f0000-0000-7000-8000-000000000001");

interface RunDocument {
  readonly id: string;
  readonly status: string;
  readonly job: string;
  readonly assets: readonly (readonly string[])[] | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly key: string; readonly status: string; readonly attempts: number }[];
}

describe("commands that need nothing but the database", () => {
  const cleanup = new AsyncDisposableStack();
  let home: string;
  let storage: Storage;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "dagwright-cli-test-"));
    await chmod(home, 0o755);
    cleanup.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    const { connectionString } = cleanup.use(await createTestDatabase());
    await writeFile(join(home, "dagster.yaml"), `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(connectionString)}\n`);
    storage = cleanup.use(await openStorage({ connectionString, role: "test", listen: false, maxConnections: 1 }));
  });
  afterAll(() => cleanup.disposeAsync());

  const cwd = dirname(fixtureProject);
  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, { cwd, env: { DAGWRIGHT_HOME: home } });
  const json = async <Document>(...args: readonly string[]): Promise<Document> => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout) as Document;
  };
  const newestRun = async (): Promise<RunDocument> =>
    (await json<readonly RunDocument[]>("run", "list", "--limit", "1", "--json"))[0]!;

  test("limits of concurrency pools are set and shown", async () => {
    const line = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await run("instance", "concurrency", ...args);
      return exitCode === 0 ? stdout.trimEnd() : stderr.trimEnd();
    };
    expect(await line("get")).toBe("No pool has a limit. Give one by: dagwright instance concurrency set POOL LIMIT");
    expect(await line("set", "warehouse", "2")).toBe("Pool warehouse has 2 slots now.");
    const steps = ["a", "b"].map((key) => ({ stepKey: stepKey(key), pool: "warehouse", slots: 2, priority: 0 }));
    await storage.pools.claim({ runId: someRun, attempt: 1, leaseMs: 60_000, defaultLimit: null }, steps);
    expect(await line("get", "warehouse")).toBe('"warehouse": 2 / 2 slots occupied, 1 step waits');
    const [pool] = await json<readonly unknown[]>("instance", "concurrency", "get", "--all", "--json");
    expect(pool).toMatchObject({ pool: "warehouse", limit: 2, usesDefault: false, taken: 2, steps: [{ stepKey: "a" }, {}] });
    expect(await line("set", "warehouse", "default")).toBe(
      "Pool warehouse has no limit of its own now; there is no default limit.",
    );
    expect(await line("get", "unnamed")).toBe('"unnamed": no limit');
    expect(await line("set", "warehouse", "many")).toContain(
      '"many" is no limit of a pool: a whole number from 0 to 1000 is, or "default"',
    );
  });

  test("lists tell what the project declares, for people and for scripts", async () => {
    const jobs = await json<readonly { name: string; location: string }[]>("job", "list", "--json");
    expect(jobs).toContainEqual({ location: "project", name: "chain", description: null, tags: {} });
    expect(jobs.map(({ name }) => name)).not.toContain("__ASSET_JOB");
    expect(await json("asset", "list", "--select", "word_count", "--json")).toEqual([
      {
        location: "project",
        key: ["word_count"],
        group: "text",
        kinds: [],
        tags: {},
        owners: [],
        description: null,
        dependencies: [["words"]],
        isExecutable: true,
        isExternal: false,
        jobs: [],
      },
    ]);
    expect(await json("schedule", "list", "--json")).toEqual([
      {
        location: "project",
        name: "every_minute",
        description: null,
        job: "chain",
        cron: ["* * * * *"],
        timeZone: "UTC",
        status: "STOPPED",
        nextTickAt: null,
      },
    ]);
    const { stdout } = await run("sensor", "list");
    expect(stdout).toMatch(/^SENSOR +STATUS +EVERY +JOBS +CURSOR +NEXT TICK\n/);
    expect(stdout).toMatch(/^after_failure +STOPPED +30 s +chain +- +-$/m);
    expect(stdout).toMatch(/^file_sensor +STOPPED +1 s +chain +- +-$/m);
  });

  test("what schedules will do is simulated, without a daemon and without waiting", async () => {
    const span = ["--from", "2026-03-01T00:00Z", "--until", "2026-03-01T00:03Z"];
    expect(await json("schedule", "simulate", ...span, "--all", "--run-duration", "90s", "--json")).toMatchObject({
      from: "2026-03-01T00:00:00.000Z",
      assumptions: expect.arrayContaining([
        expect.stringContaining("Runs take 90 s and all succeed"),
        expect.stringContaining("Sensors are left out"),
      ]) as unknown,
      ticks: ["00:00", "00:01", "00:02"].map((time) => ({
        kind: "SCHEDULE",
        name: "every_minute",
        scheduledAt: `2026-03-01T${time}:00.000Z`,
        outcome: { kind: "runs", runs: [{ job: "chain", partition: null }] },
      })),
      runs: { requested: 3, succeeded: 2, running: 1, mostAtOnce: 2 },
    });
    const called = await run("schedule", "simulate", ...span, "--all", "--evaluate");
    expect(called.stdout).toMatch(/^TIME +TRIGGER +FIRES\n.* every_minute +chain$/m);
    expect(called.stderr).toContain("Functions were called (");
    expect(await run("schedule", "simulate", "--run-duration", "long")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--run-duration long is no duration"),
    });
    expect(await run("schedule", "simulate", ...span)).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringContaining("Nothing is on that can be simulated"),
    });
    expect(await run("schedule", "simulate", "--until", "soon")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--until soon is no time"),
    });
  });

  test("the history of schedules is wiped when that is meant", async () => {
    expect(await run("schedule", "wipe")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    expect(await json("schedule", "wipe", "--yes", "--json")).toEqual({ wiped: expect.any(Number) });
  });

  test("a job is executed here, its steps are shown, and the instance has its run", async () => {
    const { exitCode, stdout, stderr } = await run("job", "execute", "chain", "--tags", '{"team": "growth"}');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/Run [0-9a-f-]{36} of chain, in this process/);
    expect(stdout).toMatch(/ms {2}add_one_5 +Finished execution of step "add_one_5"/);
    expect(stdout).toMatch(/\nSUCCESS in \d+/);
    const newest = await newestRun();
    expect(newest).toMatchObject({ job: "chain", status: "SUCCESS", tags: { team: "growth" } });
    const shown = await json<RunDocument>("run", "show", newest.id, "--json");
    expect(shown.steps.map(({ key, status, attempts }) => [key, status, attempts])).toEqual([
      ["one", "SUCCESS", 1],
      ...[1, 2, 3, 4, 5].map((n) => [n === 1 ? "add_one" : `add_one_${n}`, "SUCCESS", 1]),
    ]);
  });

  test("only the ops that are selected are executed", async () => {
    const { exitCode, stderr } = await run("job", "execute", "chain", "--op-selection", "*add_one, add_one_2");
    expect(exitCode, stderr).toBe(0);
    const newest = await newestRun();
    // What was asked for is kept with the run, and not among the tags that people see.
    expect(newest.tags).toEqual({ "dagster/code_location": "project" });
    const shown = await json<RunDocument>("run", "show", newest.id, "--json");
    expect(shown.steps.map(({ key }) => key)).toEqual(["one", "add_one", "add_one_2"]);
  });

  test("with --json stdout is the document, whatever the steps print", async () => {
    const { exitCode, stdout, stderr } = await run("job", "execute", "printing", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ job: "printing", status: "SUCCESS", runConfig: {} });
    expect(stdout).not.toContain("to stdout");
    expect(stderr).not.toContain("Started execution");
  });

  test("a step that fails makes exit code 1, with its error in the log and in run show", async () => {
    const { exitCode, stdout } = await run("job", "execute", "failing", "--config-json", failingConfig("kaputt"));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/Execution of step "fail" failed\.\n +Error: kaputt\n +at fail/);
    expect(stdout.match(/Error: kaputt/g)).toHaveLength(1);
    expect(stdout).toMatch(/\nFAILURE in /);
    const { stdout: shown } = await run("run", "show", (await newestRun()).id);
    expect(shown).toMatch(/Status +FAILURE\n/);
    expect(shown).toMatch(/fail +FAILURE +\d+ ms +1\n/);
    expect(shown).toContain("Error: kaputt");
  });

  test("user code that ends the process with 0 makes no success of its run", async () => {
    const config = JSON.stringify({ ops: { exit: { config: { code: 0 } } } });
    const { exitCode, stderr } = await run("job", "execute", "exiting", "--config-json", config);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/This process ended \(exit code 0\) before its run did\. See why with: dagwright run show/);
    expect(await newestRun()).toMatchObject({ job: "exiting", status: "FAILURE" });
  });

  test("all problems of a config are told at once with their paths, and no run is written", async () => {
    const before = await storage.runs.count({});
    const config = JSON.stringify({ ops: { strict: { config: { name: 7, nested: {}, more: 1 } } } });
    const { exitCode, stderr } = await run("job", "execute", "strict_job", "--config-json", config);
    expect(exitCode).toBe(1);
    for (const path of ["name", "count", "nested.flag", "more"]) expect(stderr).toContain(`\n  ops.strict.config.${path}: `);
    expect(await storage.runs.count({})).toBe(before);
  });

  test("configs of several files are merged, the later over the earlier", async () => {
    await writeFile(
      join(home, "base.yaml"),
      "ops:\n  strict:\n    config:\n      name: base\n      count: 1\n      nested: {flag: true}\n",
    );
    await writeFile(join(home, "prod.json"), '{"ops": {"strict": {"config": {"name": "prod"}}}}');
    const files = [join(home, "base.yaml"), join(home, "prod.json")];
    const executed = await json<{ runConfig: unknown }>("job", "execute", "strict_job", "-c", ...files, "--json");
    expect(executed.runConfig).toEqual({ ops: { strict: { config: { name: "prod", count: 1, nested: { flag: true } } } } });
  });

  test("assets are materialized by selection, in one run", async () => {
    const { exitCode, stdout, stderr } = await run("asset", "materialize", "--select", "+word_count");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/Run \S+ of 2 assets, in this process/);
    expect(stdout).toContain("Materialized value word_count.");
    expect((await newestRun()).assets).toEqual([["word_count"], ["words"]]);
    const wrong = await run("asset", "materialize", "--select", "word_count", "--partition", "2026-01-01");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("nothing that it makes has partitions: leave out --partition");
    const only = await run("asset", "materialize", "--select", "word_count");
    expect(only.exitCode, only.stderr).toBe(0);
    expect((await newestRun()).assets).toEqual([["word_count"]]);

    const stale = ["asset", "materialize", "--select", "+word_count", "--only-stale"];
    expect((await run(...stale)).stdout).toBe("Nothing to do: everything selected is fresh.\n");
    expect((await run("asset", "materialize", "--select", "words")).exitCode).toBe(0);
    const again = await run(...stale);
    expect(again.exitCode, again.stderr).toBe(0);
    expect((await newestRun()).assets).toEqual([["word_count"]]);
  });

  test("a run is found by the beginning of its id, and its log can be read", async () => {
    await run(
      "job",
      "execute",
      "speaking",
      "--config-json",
      JSON.stringify({ ops: { speak: { config: { text: "hello\nthere" } } } }),
    );
    const { id } = await newestRun();
    const { stdout } = await run("run", "logs", id.slice(0, 18));
    expect(stdout).toMatch(/speak +hello\n +there\n/);
    const lines = (await run("run", "logs", id, "--json")).stdout.trimEnd().split("\n");
    const entries = lines.map((line) => JSON.parse(line) as { type: string; message: string; at: string });
    expect(entries[0]?.type).toBe("RUN_STARTING");
    expect(entries.at(-1)?.type).toBe("RUN_SUCCESS");
    expect(entries.find(({ type }) => type === "LOG_LINE")).toEqual({
      type: "LOG_LINE",
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      level: "INFO",
      stepKey: "speak",
      message: "hello\nthere",
      error: [],
    });
    const unknown = await run("run", "show", "ffffffffffff");
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("no run whose id begins with ffffffffffff") });
    const tooShort = await run("run", "show", "ffff");
    expect(tooShort).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("first 8 characters") });
  });

  test("Ctrl-C ends a run that executes here as CANCELED", async () => {
    const config = JSON.stringify({ ops: { wait_for_file: { config: { file: join(home, "never") } } } });
    const command = startCommand(["job", "execute", "waiting", "--config-json", config], { cwd, env: { DAGWRIGHT_HOME: home } });
    await command.until(/waiting 3/);
    command.child.kill("SIGINT");
    const { exitCode, stdout } = await command.result;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nCANCELED in /);
    expect(await newestRun()).toMatchObject({ job: "waiting", status: "CANCELED" });
  });

  test("api execute-run takes up a run that waits for its worker, once", async () => {
    const earlier = (await storage.runs.list({ jobName: "chain" }, { limit: 1 }))[0]!;
    const waiting = {
      jobName: "chain",
      location: codeLocationName("project"),
      tags: {},
      runConfig: {},
      selection: earlier.selection,
      jobSnapshot: await storage.runs.jobSnapshot(snapshotId(earlier.jobSnapshotId)),
      plan: await storage.runs.executionPlan(snapshotId(earlier.planSnapshotId)),
    };
    const [claim] = await storage.runs.submit([waiting], { kind: "launch", holder: holderId("test"), claimMs: 60_000 });
    const { run: submitted, fence } = claim!;
    const first = await run("api", "execute-run", submitted.id, "--fence", String(fence));
    expect(first.exitCode, first.stderr).toBe(0);
    expect((await storage.runs.get(submitted.id)).status).toBe("SUCCESS");
    const second = await run("api", "execute-run", submitted.id);
    expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("has ended already, with SUCCESS") });
  });

  test("wrong usage exits with 2 and says what to do", async () => {
    const cases: readonly (readonly [args: readonly string[], said: string])[] = [
      [["job", "lunch", "x"], "Did you mean launch?"],
      [["job", "execute", "chian"], 'Did you mean "chain"?'],
      [["asset", "materialize"], "required option '--select <assets>'"],
      [["asset", "materialize", "--select", "ownr:me"], "--select: The selection"],
      [["asset", "list", "--select", "wrods"], "Did you mean words?"],
      [["run", "list", "--status", "SUCESS"], "did you mean SUCCESS?"],
      [["job", "execute", "chain", "--op-selection", "add_won"], '--op-selection: "add_won" matches no op'],
      [["job", "execute", "chain", "--tags", "{"], "--tags is not valid JSON"],
      [["job", "execute", "chain", "-c", "nowhere.yaml"], "nowhere.yaml cannot be read (ENOENT)"],
    ];
    for (const [args, said] of cases) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect([args, exitCode, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toContain(said);
    }
  });

  test("of two projects the one that does not load is told, and the other can be used", async () => {
    const broken = join(home, "broken.ts");
    await writeFile(broken, "export default {\n  oops: ;\n};\n");
    const listed = await run("job", "list", "-f", "definitions.ts", broken, "--json");
    expect(listed.exitCode).toBe(1);
    expect(listed.stderr).toMatch(/does not load: .*\n +at .*broken\.ts:2:9/);
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ name: "chain" }));
    const executed = await run("job", "execute", "chain", "-f", "definitions.ts", broken);
    expect(executed.exitCode, executed.stderr).toBe(0);
    expect(executed.stderr).toContain("warning: ");
    expect((await run("job", "list", "-f", broken)).exitCode).toBe(1);
  });

  test("what nobody reads ends a log as a pipe's end does, and a run that executes not at all", async () => {
    const { id } = await newestRun();
    const logs = startCommand(["run", "logs", id], { cwd, env: { DAGWRIGHT_HOME: home } });
    logs.child.stdout?.destroy();
    expect(await logs.result).toMatchObject({ exitCode: 141, stderr: "" });
    const execute = startCommand(["job", "execute", "chain"], { cwd, env: { DAGWRIGHT_HOME: home } });
    execute.child.stdout?.destroy();
    expect(await execute.result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await newestRun()).toMatchObject({ job: "chain", status: "SUCCESS" });
  });

  test.runIf(hasPseudoTerminals)(
    "Ctrl-C in a terminal reaches step processes too, and the run is CANCELED all the same",
    async () => {
      const config = JSON.stringify({ ops: { wait_for_file: { config: { file: join(home, "never") } } } });
      const args = ["job", "execute", "waiting_in_processes", "--config-json", config];
      const command = startInTerminal(args, { cwd, env: { DAGWRIGHT_HOME: home } });
      await command.until(/waiting 3/);
      expect(command.output()).toContain("\u001B[36mwait_for_file");
      command.child.stdin?.write("\u0003");
      const { exitCode, stdout } = await command.result;
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toMatch(/CANCELED\S* in /);
      expect(await newestRun()).toMatchObject({ job: "waiting_in_processes", status: "CANCELED" });
    },
  );

  test("a home without an instance is left as it is by questions", async () => {
    const empty = await mkdtemp(join(tmpdir(), "dagwright-cli-test-"));
    cleanup.defer(() => rm(empty, { recursive: true, force: true }));
    const nowhere = join(empty, "home");
    const env = { DAGWRIGHT_HOME: nowhere };
    expect(await runCommand(["run", "list"], { cwd, env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`There is no instance at ${nowhere}`),
    });
    expect((await runCommand(["schedule", "list"], { cwd, env })).exitCode).toBe(0);
    await expect(rm(nowhere, { recursive: true })).rejects.toThrow("ENOENT");
  });
});

const failingConfig = (text: string): string => JSON.stringify({ ops: { fail: { config: { text } } } });
