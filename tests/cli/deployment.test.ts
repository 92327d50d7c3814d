import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runId } from "@dagwright/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Program } from "../stack/program.ts";
import { fixtureProject, type Stack, startStack } from "../stack/stack.ts";
import { type CommandResult, hasPseudoTerminals, runCommand, startCommand, startInTerminal } from "./command.ts";
import { freePort } from "../stack/free-port.ts";

describe("commands about a running deployment", () => {
  const cleanup = new AsyncDisposableStack();
  let stack: Stack;
  let elsewhere: string;

  beforeAll(async () => {
    stack = cleanup.use(await startStack());
    elsewhere = await mkdtemp(join(tmpdir(), "dagwright-cli-test-"));
    cleanup.defer(() => rm(elsewhere, { recursive: true, force: true }));
  });
  afterAll(() => cleanup.disposeAsync());

  // From a machine that has neither the project nor the database.
  const options = () => ({
    cwd: elsewhere,
    env: { DAGWRIGHT_WEBSERVER_URL: stack.url(), DAGWRIGHT_HOME: join(elsewhere, "home") },
  });
  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, options());
  const json = async <Document>(...args: readonly string[]): Promise<Document> => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout) as Document;
  };
  const waitingConfig = (file: string): string => JSON.stringify({ ops: { wait_for_file: { config: { file } } } });
  const launchWaiting = (file: string) =>
    stack.launch("waiting", { runConfig: { ops: { wait_for_file: { config: { file } } } } });
  const untilWaiting = (id: Awaited<ReturnType<typeof launchWaiting>>) =>
    stack.untilEntry(id, "a line", ({ type, message }) => type === "LOG_LINE" && message.startsWith("waiting"));

  test("a launch is followed to its end, and its exit code is the run's", async () => {
    const good = await run("job", "launch", "chain", "--tags", '{"team": "growth"}');
    expect(good.exitCode, good.stderr).toBe(0);
    expect(good.stdout).toMatch(/add_one_5 +Finished execution of step "add_one_5"/);
    expect(good.stdout).toMatch(/\nSUCCESS in \d+/);
    const [id] = /[0-9a-f-]{36}/.exec(good.stdout)!;
    expect((await stack.storage.runs.get(runId(id))).tags).toMatchObject({ team: "growth" });

    const config = JSON.stringify({ ops: { fail: { config: { text: "kaputt" } } } });
    const bad = await run("job", "launch", "failing", "--config-json", config);
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toMatch(/Error: kaputt\n +at fail/);
    expect(bad.stdout).toMatch(/\nFAILURE in /);
  });

  test("with --json a followed launch prints the ended run, as run show and run list do from either side", async () => {
    const launched = await json<{ id: string; status: string }>("job", "launch", "chain", "--json");
    expect(launched.status).toBe("SUCCESS");
    const { id } = launched;
    expect(await json("run", "show", id, "--json", "--url", stack.url())).toEqual(launched);
    const here = { cwd: elsewhere, env: { DAGWRIGHT_HOME: stack.home } };
    const stored = JSON.parse((await runCommand(["run", "show", id, "--json"], here)).stdout) as typeof launched;
    expect(stored).toEqual(launched);
    const [newest] = await json<readonly object[]>("run", "list", "--json", "--limit", "1", "--url", stack.url());
    expect(launched).toMatchObject(newest!);
    expect(JSON.parse((await runCommand(["run", "list", "--json", "--limit", "1"], here)).stdout)).toEqual([newest]);
  });

  test("daemon status tells each replica's duties, from either side", async () => {
    type Replica = { daemon: string; replica: string; isAlive: boolean; heartbeatAt: string; lagMs: number; errors: string[] };
    const replicas = await json<readonly Replica[]>("daemon", "status", "--json", "--url", stack.url());
    expect(replicas.map(({ daemon }) => daemon)).toEqual(
      expect.arrayContaining(["SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR"]),
    );
    expect(replicas.every(({ isAlive, errors }) => isAlive && errors.length === 0)).toBe(true);
    const here = { cwd: elsewhere, env: { DAGWRIGHT_HOME: stack.home } };
    const stored = JSON.parse((await runCommand(["daemon", "status", "--json"], here)).stdout) as readonly Replica[];
    expect(stored.map(({ daemon, replica }) => [daemon, replica])).toEqual(
      replicas.map(({ daemon, replica }) => [daemon, replica]),
    );
    expect((await runCommand(["daemon", "status"], here)).stdout).toMatch(/REPLICA +DAEMON +STATE.* SCHEDULER +alive +/s);
  });

  test("--no-follow and --detach return at once", async () => {
    const file = join(elsewhere, "go");
    const args = ["job", "launch", "waiting", "--config-json", waitingConfig(file)];
    const detached = await json<{ id: string; status: string }>(...args, "--detach", "--json");
    expect(["STARTING", "STARTED", "QUEUED"]).toContain(detached.status);
    const { exitCode, stdout } = await run(...args, "--no-follow");
    expect(exitCode).toBe(0);
    const [id] = /(?<=run logs )[0-9a-f-]{36}(?= --follow)/.exec(stdout)!;
    await writeFile(file, "");
    for (const each of [detached.id, id]) expect((await stack.untilEnd(runId(each))).status).toBe("SUCCESS");
  });

  test("a launch that its job skips beside another run is told, and the exit code says that nothing was started", async () => {
    const file = join(elsewhere, "go-alone");
    const args = ["job", "launch", "waiting_alone", "--config-json", waitingConfig(file)];
    const first = await json<{ id: string }>(...args, "--no-follow", "--json");
    const skipped = await run(...args);
    expect(skipped.exitCode).toBe(1);
    expect(skipped.stdout).toBe("");
    const told = /warning: Run ([0-9a-f-]{36}) was not started and is canceled: another run of job "waiting_alone" is under way/;
    expect(skipped.stderr).toMatch(told);
    const id = runId(told.exec(skipped.stderr)![1]!);
    expect((await stack.storage.runs.get(id)).status).toBe("CANCELED");
    const asJson = await run(...args, "--json");
    expect(asJson.exitCode).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ job: "waiting_alone", status: "CANCELED" });
    await writeFile(file, "");
    expect((await stack.untilEnd(runId(first.id))).status).toBe("SUCCESS");
  });

  test("Ctrl-C while following leaves the run running and says so", async () => {
    const file = join(elsewhere, "go-on");
    const command = startCommand(["job", "launch", "waiting", "--config-json", waitingConfig(file)], options());
    await command.until(/waiting 3/);
    command.child.kill("SIGINT");
    const { exitCode, stderr } = await command.result;
    expect(exitCode).toBe(130);
    const id = runId(/(?<=The run goes on\. Follow it with: dagwright run logs )[0-9a-f-]{36}/.exec(stderr)![0]);
    expect((await stack.storage.runs.get(id)).status).toBe("STARTED");
    await writeFile(file, "");
    expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  });

  test("run logs --follow shows what was and what comes, to the end, also by the beginning of an id", async () => {
    const file = join(elsewhere, "go-log");
    const id = await launchWaiting(file);
    await untilWaiting(id);
    const command = startCommand(["run", "logs", id.slice(0, 23), "--follow"], options());
    await command.until(/waiting 2[0-9]/);
    await writeFile(file, "");
    const { exitCode, stdout } = await command.result;
    expect(exitCode).toBe(0);
    expect(stdout.match(/waiting \d+$/gm)?.slice(0, 3)).toEqual(["waiting 0", "waiting 1", "waiting 2"]);
    expect(stdout.trimEnd()).toMatch(/Finished execution of run for "waiting"\.$/);
  });

  test("a followed run's log goes on over a restart of the webserver, without a gap or a line twice", async () => {
    const file = join(elsewhere, "go-restart");
    const id = await launchWaiting(file);
    await using own = await startOwnWebserver(stack);
    const command = startCommand(["run", "logs", id, "--follow", "--json", "--url", own.url], options());
    await command.until(/waiting 5"/);
    await own.restart();
    const seen = Number(
      /\d+/.exec(
        command
          .output()
          .match(/waiting \d+/g)!
          .at(-1)!,
      )![0],
    );
    await command.until(new RegExp(`waiting ${seen + 20}"`));
    await writeFile(file, "");
    const { exitCode, stdout } = await command.result;
    expect(exitCode).toBe(0);
    const messages = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toEqual((await stack.log(id)).map(({ message }) => message));
  });

  test("run terminate ends a run; what has ended is refused by name, and the others end all the same", async () => {
    const [first, second] = await Promise.all([launchWaiting("/nonexistent"), launchWaiting("/nonexistent")]);
    await Promise.all([untilWaiting(first), untilWaiting(second)]);
    const { exitCode, stdout, stderr } = await run("run", "terminate", first);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/is being canceled|is CANCELED/);
    expect((await stack.untilEnd(first)).status).toBe("CANCELED");
    const both = await run("run", "terminate", first, second, "--json");
    expect(both.exitCode).toBe(1);
    expect(JSON.parse(both.stdout)).toEqual([
      { id: first, status: null, error: expect.stringContaining("CANCELED") },
      { id: second, status: expect.stringMatching(/^CANCEL/), error: null },
    ]);
    expect((await stack.untilEnd(second)).status).toBe("CANCELED");
  });

  test("run reexecute executes a run again, all of it or what failed, and follows the new one", async () => {
    const { id } = await json<{ id: string }>("job", "launch", "chain", "--json");
    const again = await run("run", "reexecute", id);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toMatch(new RegExp(`^Run \\S+ of chain is launched; it executes run ${id} again\n`));
    expect(again.stdout).toMatch(/\nSUCCESS in \d+/);
    const refused = await run("run", "reexecute", id, "--from-failure");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("only a failed or canceled run") });

    const config = JSON.stringify({ ops: { fail: { config: { text: "kaputt" } } } });
    const failed = await run("job", "launch", "failing", "--config-json", config, "--json");
    const parent = JSON.parse(failed.stdout) as { id: string };
    const child = await run("run", "reexecute", parent.id, "--from-failure", "--json");
    expect(child.exitCode).toBe(1);
    expect(JSON.parse(child.stdout)).toMatchObject({ parentRunId: parent.id, status: "FAILURE", runConfig: JSON.parse(config) });
  });

  test("problems of a config are told at once with their paths, an unknown job with what is near", async () => {
    const config = JSON.stringify({ ops: { strict: { config: { name: 7, nested: {} } } } });
    const { exitCode, stderr } = await run("job", "launch", "strict_job", "--config-json", config);
    expect(exitCode).toBe(1);
    for (const path of ["name", "count", "nested.flag"]) expect(stderr).toContain(`\n  ops.strict.config.${path}: `);
    expect(await run("job", "launch", "chian")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean "chain"?'),
    });
  });

  test("definitions are listed in the same shape from a deployment and from the project", async () => {
    const project = { cwd: dirname(fixtureProject), env: { DAGWRIGHT_HOME: stack.home } };
    for (const what of ["job", "asset", "schedule", "sensor"]) {
      const here = JSON.parse((await runCommand([what, "list", "--json"], project)).stdout) as unknown;
      expect(await json(what, "list", "--json", "--url", stack.url()), what).toEqual(here);
    }
  });

  test("a code location that is away is told, and the others can be used", async () => {
    const socket = join(stack.home, "code.sock");
    const workspaceFile = join(stack.home, "with-away.yaml");
    await writeFile(
      workspaceFile,
      `load_from:\n  - grpc_server: {socket: ${socket}, location_name: project}\n  - grpc_server: {socket: ${socket}.away, location_name: away}\n`,
    );
    await using own = await startOwnWebserver(stack, workspaceFile);
    const launched = await run("job", "launch", "chain", "--url", own.url);
    expect(launched.exitCode, launched.stderr).toBe(0);
    const listed = await run("job", "list", "--json", "--url", own.url);
    expect(listed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: code location "away" (does not load: .+|is still being loaded)\n$/),
    });
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ name: "chain" }));
  });

  test("schedules are switched on and off and tell their next ticks", async () => {
    const started = await json<readonly { status: string; nextTickAt: string }[]>("schedule", "start", "every_minute", "--json");
    expect(started).toMatchObject([{ name: "every_minute", status: "RUNNING" }]);
    expect(Date.parse(started[0]!.nextTickAt) % 60_000).toBe(0);
    const ticks = await json<readonly string[]>("schedule", "preview", "every_minute", "--count", "3", "--json");
    expect(ticks.map((tick) => Date.parse(tick) - Date.parse(ticks[0]!))).toEqual([0, 60_000, 120_000]);
    expect(await json("schedule", "restart", "every_minute", "--json")).toMatchObject([
      { name: "every_minute", status: "RUNNING" },
    ]);
    expect(await json("schedule", "logs", "every_minute", "--json")).toBeInstanceOf(Array);
    const { schedules, daemons } = await json<{ schedules: readonly object[]; daemons: readonly object[] }>(
      "schedule",
      "debug",
      "--json",
    );
    expect(schedules).toMatchObject([{ name: "every_minute", status: "RUNNING" }]);
    expect(daemons).toMatchObject([{ daemon: "SCHEDULER", isAlive: true }]);
    const { stdout } = await run("schedule", "stop", "--all");
    expect(stdout).toBe("schedule every_minute is STOPPED\n");
    const wrong = await run("schedule", "start", "every_minut");
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean "every_minute"?') });
    expect(await run("schedule", "restart", "every_minute")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is not running"),
    });
    expect(await run("schedule", "start")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--all") });
  });

  test("sensors are switched on and off, and their cursor can be set and cleared", async () => {
    expect(await json("sensor", "cursor", "file_sensor", "--set", "42", "--json")).toEqual({
      location: "project",
      name: "file_sensor",
      cursor: "42",
    });
    expect((await run("sensor", "cursor", "file_sensor")).stdout).toBe("42\n");
    expect(await json("sensor", "preview", "file_sensor", "--json")).toMatchObject({
      skipReason: "no file",
      runRequests: [],
      error: null,
    });
    expect((await run("sensor", "start", "file_sensor")).stdout).toMatch(/^sensor file_sensor is RUNNING/);
    expect(await json("sensor", "stop", "file_sensor", "--json")).toMatchObject([
      { status: "STOPPED", nextTickAt: null, cursor: "42" },
    ]);
    expect(await json("sensor", "cursor", "file_sensor", "--clear", "--json")).toMatchObject({ cursor: null });
  });

  test.runIf(hasPseudoTerminals)(
    "in a terminal there are colours and live lines, and Ctrl-C works; with NO_COLOR there are none",
    async () => {
      const file = join(elsewhere, "go-terminal");
      const command = startInTerminal(["job", "launch", "waiting", "--config-json", waitingConfig(file)], options());
      await command.until(/waiting 3/);
      expect(command.output()).toContain("\u001B[36mwait_for_file");
      command.child.stdin?.write("\u0003");
      const { exitCode, stdout } = await command.result;
      expect(exitCode).toBe(130);
      expect(stdout).toContain("The run goes on.");
      const { cwd, env } = options();
      const plain = await startInTerminal(["job", "list", "--url", stack.url()], { cwd, env: { ...env, NO_COLOR: "1" } }, 30)
        .result;
      expect(plain.stdout).not.toContain("\u001B[");
      for (const line of plain.stdout.trimEnd().split("\r\n")) expect(line.length).toBeLessThanOrEqual(30);
      await writeFile(file, "");
    },
  );
});

/** A second webserver of the stack on a port that stays its own. */
async function startOwnWebserver(
  stack: Stack,
  workspaceFile = join(stack.home, "workspace.yaml"),
): Promise<AsyncDisposable & { readonly url: string; restart(): Promise<void> }> {
  const port = await freePort();
  const webserver = new Program({
    name: "second webserver",
    args: ["webserver", "-w", workspaceFile, "-p", String(port), "--log-format", "plain"],
    cwd: stack.home,
    env: { ...process.env, NODE_OPTIONS: undefined, DAGSTER_HOME: undefined, DAGWRIGHT_HOME: stack.home },
  });
  const url = await webserver.start();
  return {
    url,
    async restart() {
      await webserver.kill();
      await webserver.start();
    },
    [Symbol.asyncDispose]: () => webserver[Symbol.asyncDispose](),
  };
}
