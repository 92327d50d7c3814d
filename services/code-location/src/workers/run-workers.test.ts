import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRuntimeDir } from "@dagwright/instance/runtime-dir";
import { type RunId, runId, snapshotId } from "@dagwright/model";
import { type CodeLocationClient, isTransientCallError, type WorkerEvent } from "@dagwright/rpc";
import { expect, onTestFinished, test, vi } from "vitest";
import { createProject, type Project } from "../testing/project.ts";
import { createRunWorld, serveLocation, startFront, untilState } from "../testing/served-location.ts";

/** A busy machine is no failure. */
const patience = { timeout: 40_000, interval: 10 };
vi.setConfig({ testTimeout: 120_000 });

/** Jobs that wait for files, leave children behind, and tell which code they are of. */
const definitionsOf = (version: string): string => `
import { definitions, inProcessExecutor, job, multiprocessExecutor, op } from "dagwright";
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { version } from "./version.ts";
const until = async (file: string, signal?: AbortSignal) => { while (!existsSync(file)) await sleep(10, undefined, { signal }); };
const quick = op("quick", {}, (_, context) => { context.log.info("quick of ${version} with " + process.env.GREETING); });
const wait = op("wait", { config: z.object({ file: z.string() }) }, async (_, context) => {
  context.log.info("waiting");
  await until(context.op.config.file, context.signal);
});
const first = op("first", { config: z.object({ file: z.string() }), out: z.string() }, async (_, context) => {
  context.log.info("first of " + version);
  await until(context.op.config.file, context.signal);
  return version;
});
const second = op("second", { ins: { text: z.string() } }, async ({ text }, context) => {
  const { late } = await import("./late.ts");
  context.log.info("second of " + version + " after " + text + " with " + late);
});
const child = op("child", { config: z.object({ pidFile: z.string() }) }, async (_, context) => {
  const sleeper = spawn("sleep", ["600"], { stdio: "ignore" });
  writeFileSync(context.op.config.pidFile, String(sleeper.pid));
  console.error("last words");
  context.log.info("has a child");
  await sleep(600_000);
});
const inProcess = { executor: inProcessExecutor };
export default definitions({ jobs: [
  job("quick_job", inProcess, () => quick()),
  job("waiting", inProcess, () => wait()),
  job("two_steps", inProcess, () => { second({ text: first() }); }),
  job("two_processes", { executor: multiprocessExecutor({ maxConcurrent: 1 }) }, () => { second({ text: first() }); }),
  job("with_child", inProcess, () => child()),
] });`;
const filesOf = (version: string) => ({
  "definitions.ts": definitionsOf(version),
  "version.ts": `export const version: string = "${version}";`,
  "late.ts": `export const late: string = "late of ${version}";`,
});

interface Watched {
  readonly events: WorkerEvent[];
  until(isIt: (event: WorkerEvent) => boolean): Promise<WorkerEvent>;
  exit(id: RunId): Promise<Extract<WorkerEvent, { kind: "exited" }>>;
}

function watchWorkers(client: CodeLocationClient): Watched {
  const events: WorkerEvent[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    for await (const event of client.watchWorkers({ signal: stop.signal })) events.push(event);
  })().catch(() => undefined);
  onTestFinished(async () => {
    stop.abort();
    await reading;
  });
  const until = (isIt: (event: WorkerEvent) => boolean): Promise<WorkerEvent> =>
    vi.waitFor(() => {
      const found = events.find(isIt);
      if (found === undefined) throw new Error(`not among ${JSON.stringify(events)}`);
      return found;
    }, patience);
  return {
    events,
    until,
    exit: async (id) =>
      (await until((event) => event.kind === "exited" && event.runId === id)) as Extract<WorkerEvent, { kind: "exited" }>,
  };
}

const releaseFile = (project: Project): string => project.path("release");
const isRunning = (pid: number): boolean => {
  // A child whose parent was killed is reaped by init, which in a container may be nobody.
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
  return status !== "" && !/^State:\s+Z/m.test(status);
};

test("a run is handed to a warm worker, with the environment and settings of that moment; asked twice, it has one worker", async () => {
  const world = await createRunWorld();
  const project = createProject({ ...filesOf("v1"), ".env": "GREETING=hello" });
  const { client } = await serveLocation(project, { home: world.home, warmWorkers: { atStart: 1, max: 2 } });
  const workers = watchWorkers(client);
  project.save(".env", "GREETING=changed");
  const claim = await world.submit(client, "quick_job");
  const [one, two] = await Promise.all([world.launch(client, claim), world.launch(client, claim)]);
  expect(one).toEqual(two);
  expect(one).toMatchObject({ launcher: "default", location: "project", pid: expect.any(Number) });
  expect(await world.untilStatus(claim.run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  await world.untilLogged(claim.run.id, "quick of v1 with changed");
  expect(await world.storage.runs.worker(claim.run.id)).toEqual(one);
  expect(await workers.exit(claim.run.id)).toMatchObject({ attempt: 1, exitCode: 0, signal: null });
  expect(workers.events.filter((event) => event.kind === "started")).toHaveLength(1);
  // Also when it has ended.
  expect(await world.launch(client, claim)).toEqual(one);
  expect(workers.events.filter((event) => event.kind === "started")).toHaveLength(1);
});

test("without a warm worker a launch waits for a cold one, and many at once each get their own", async () => {
  const world = await createRunWorld();
  const project = createProject({ ...filesOf("v1"), ".env": "GREETING=hello" });
  const { client } = await serveLocation(project, { home: world.home });
  const claims = await Promise.all(Array.from({ length: 6 }, () => world.submit(client, "quick_job")));
  const handles = await Promise.all(claims.map((claim) => world.launch(client, claim)));
  expect(new Set(handles.map((handle) => handle["pid"])).size).toBe(6);
  for (const { run } of claims) expect(await world.untilStatus(run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

test("a reload in mid-run keeps one code version within the run, in its own process and in those of its steps, and its copy until it ends", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const workers = watchWorkers(client);
  const before = await client.getLocation();
  const config = { ops: { first: { config: { file: releaseFile(project) } } } };
  const claims = [await world.submit(client, "two_steps", config), await world.submit(client, "two_processes", config)];
  for (const claim of claims) await world.launch(client, claim);
  for (const { run } of claims) await world.untilLogged(run.id, "first of v1");

  for (const [name, text] of Object.entries(filesOf("v2"))) project.save(name, text);
  await untilState(client, ({ codeHash, loading }) => codeHash !== before.codeHash && !loading);
  const copies = (): readonly string[] =>
    readdirSync(join(world.home, "code")).filter((name) => name.startsWith(before.codeHash.slice(0, 24)));
  expect(copies()).toHaveLength(1);
  const later = await world.submit(client, "quick_job");
  await world.launch(client, later);
  await world.untilLogged(later.run.id, "quick of v2");

  writeFileSync(releaseFile(project), "");
  for (const { run } of claims) {
    expect(await world.untilStatus(run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
    await world.untilLogged(run.id, "second of v1 after v1 with late of v1");
    await workers.exit(run.id);
  }
  await vi.waitFor(() => expect(copies()).toHaveLength(0), patience);
});

test("a front that is killed leaves its run's worker alone, and the next one takes it over", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const front = await startFront(project, world.home);
  const claim = await world.submit(front.client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  const handle = await world.launch(front.client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  await front.kill("SIGKILL");
  expect(isRunning(Number(handle["pid"]))).toBe(true);

  const next = await startFront(project, world.home, "next");
  const workers = watchWorkers(next.client);
  await workers.until(({ kind }) => kind === "current");
  expect(workers.events).toEqual([
    { kind: "started", runId: claim.run.id, attempt: 1, atMs: expect.any(Number) },
    { kind: "current" },
  ]);
  // A launch that is repeated finds it.
  expect(await world.launch(next.client, claim)).toMatchObject({ pid: handle["pid"] });
  writeFileSync(releaseFile(project), "");
  expect(await world.untilStatus(claim.run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  expect(await workers.exit(claim.run.id)).toMatchObject({ exitCode: 0, signal: null });
  await vi.waitFor(() => expect(isRunning(Number(handle["pid"]))).toBe(false), patience);
});

test("an adopted worker can be terminated", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const front = await startFront(project, world.home);
  const claim = await world.submit(front.client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  await world.launch(front.client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  await front.kill("SIGKILL");
  const next = await startFront(project, world.home, "next");
  expect(await next.client.terminateRun({ runId: claim.run.id, graceMs: 2_000 })).toBe(true);
  expect(await world.untilStatus(claim.run.id, "CANCELED", "SUCCESS", "FAILURE")).toBe("CANCELED");
});

test("a worker that died while no front was there is told as exited, how unknown, with its last words; its children are killed", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const front = await startFront(project, world.home);
  const pidFile = project.path("child.pid");
  const claim = await world.submit(front.client, "with_child", { ops: { child: { config: { pidFile } } } });
  const handle = await world.launch(front.client, claim);
  await world.untilLogged(claim.run.id, "has a child");
  await front.kill("SIGKILL");
  process.kill(Number(handle["pid"]), "SIGKILL");
  await vi.waitFor(() => expect(isRunning(Number(handle["pid"]))).toBe(false), patience);

  const next = await startFront(project, world.home, "next");
  const workers = watchWorkers(next.client);
  await workers.until(({ kind }) => kind === "current");
  expect(workers.events[0]).toMatchObject({
    kind: "exited",
    runId: claim.run.id,
    attempt: 1,
    exitCode: -1,
    signal: null,
    stderrTail: expect.stringContaining("last words"),
  });
  await vi.waitFor(() => expect(isRunning(Number(readFileSync(pidFile, "utf8")))).toBe(false), patience);
  // Its warm workers and copy are gone with the front that had them.
  const runtime = await openRuntimeDir(world.home, process.env);
  await vi.waitFor(() => expect(readdirSync(join(runtime, "workers"))).toHaveLength(1), patience);
  expect(readdirSync(join(world.home, "code")).filter((name) => !name.startsWith("."))).toHaveLength(1);
});

test("a killed worker's exit is pushed with signal and last words, and its children are killed", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const workers = watchWorkers(client);
  const pidFile = project.path("child.pid");
  const claim = await world.submit(client, "with_child", { ops: { child: { config: { pidFile } } } });
  const handle = await world.launch(client, claim);
  await world.untilLogged(claim.run.id, "has a child");
  const child = Number(readFileSync(pidFile, "utf8"));
  expect(isRunning(child)).toBe(true);
  const killedAt = Date.now();
  process.kill(Number(handle["pid"]), "SIGKILL");
  const exit = await workers.exit(claim.run.id);
  expect(exit).toMatchObject({ signal: "SIGKILL", stderrTail: expect.stringContaining("last words") });
  expect(exit.atMs - killedAt).toBeLessThan(1_000);
  await vi.waitFor(() => expect(isRunning(child)).toBe(false), patience);
});

test("terminating ends the run CANCELED, and a run that is not here is told as such", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const claim = await world.submit(client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  await world.launch(client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  expect(await client.terminateRun({ runId: runId("0190a0a0-0000-7000-8000-000000000001"), graceMs: 10 })).toBe(false);
  expect(await client.terminateRun({ runId: claim.run.id, graceMs: 5_000 })).toBe(true);
  expect(await world.untilStatus(claim.run.id, "CANCELED", "SUCCESS", "FAILURE")).toBe("CANCELED");
});

test("a worker that does not even hear of its termination is killed after the grace period", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const workers = watchWorkers(client);
  const claim = await world.submit(client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  const handle = await world.launch(client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  process.kill(Number(handle["pid"]), "SIGSTOP");
  await client.terminateRun({ runId: claim.run.id, graceMs: 50 });
  expect(await workers.exit(claim.run.id)).toMatchObject({ signal: "SIGKILL" });
});

test("a launch whose claim is not the newest is refused by its worker, told as something to try again, and disturbs no later one", async () => {
  const world = await createRunWorld();
  const project = createProject({ ...filesOf("v1"), ".env": "GREETING=hello" });
  const { client } = await serveLocation(project, { home: world.home });
  const { run, fence } = await world.submit(client, "quick_job");
  const stale = await world.launch(client, { run, fence: fence - 1 }).catch((error: unknown) => error);
  expect(stale).toMatchObject({ kind: "RunNotTakenError", message: expect.stringContaining(run.id) });
  expect(isTransientCallError(stale)).toBe(true);
  await world.launch(client, { run, fence });
  expect(await world.untilStatus(run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

test("a launch that was claimed anew while a worker was started for it goes on with the newer claim", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const { run, fence } = await world.submit(client, "quick_job");
  const [stale, newer] = await Promise.all([
    world.launch(client, { run, fence: fence - 1 }),
    world.launch(client, { run, fence }),
  ]);
  expect(stale).toEqual(newer);
  expect(await world.untilStatus(run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

test("launching a run's next attempt kills the worker of the one before, and an older attempt is refused", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const { client } = await serveLocation(project, { home: world.home });
  const workers = watchWorkers(client);
  const claim = await world.submit(client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  await world.launch(client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  const { id, jobName, jobSnapshotId } = claim.run;
  const next = client.launchRun({ runId: id, attempt: 2, fence: claim.fence + 1, jobName, jobSnapshotId });
  // The database knows of no second attempt here; that its worker asks is what counts.
  await expect(next).rejects.toMatchObject({ kind: "RunNotTakenError" });
  expect(await workers.exit(id)).toMatchObject({ attempt: 1, signal: "SIGKILL" });
  const third = client.launchRun({ runId: id, attempt: 3, fence: claim.fence + 2, jobName, jobSnapshotId });
  await expect(client.launchRun({ runId: id, attempt: 1, fence: claim.fence, jobName, jobSnapshotId })).rejects.toMatchObject({
    kind: "RunLaunchError",
  });
  await expect(third).rejects.toMatchObject({ kind: "RunNotTakenError" });
});

test("a draining server leaves runs to their workers, and ends its warm ones", async () => {
  const world = await createRunWorld();
  const project = createProject(filesOf("v1"));
  const front = await startFront(project, world.home);
  const claim = await world.submit(front.client, "waiting", { ops: { wait: { config: { file: releaseFile(project) } } } });
  const handle = await world.launch(front.client, claim);
  await world.untilLogged(claim.run.id, "waiting");
  await front.kill("SIGTERM");
  const runtime = await openRuntimeDir(world.home, process.env);
  expect(readdirSync(join(runtime, "workers"))).toEqual([handle["worker"]]);
  expect(readdirSync(join(runtime, "fronts"))).toEqual([]);
  writeFileSync(releaseFile(project), "");
  expect(await world.untilStatus(claim.run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

test("a new generation retires the warm workers of the old one, and idle ones beyond the first are retired in time", async () => {
  const world = await createRunWorld();
  const project = createProject({ ...filesOf("v1"), ".env": "GREETING=hello" });
  const { client } = await serveLocation(project, { home: world.home, warmWorkers: { atStart: 1, max: 2, idleMs: 400 } });
  const runtime = await openRuntimeDir(world.home, process.env);
  const codeOfWorkers = (): readonly string[] =>
    readdirSync(join(runtime, "workers")).flatMap((id) => {
      try {
        return [
          (JSON.parse(readFileSync(join(runtime, "workers", id, "worker.json"), "utf8")) as { generation: { codeHash: string } })
            .generation.codeHash,
        ];
      } catch {
        return [];
      }
    });
  const first = (await client.getLocation()).codeHash;
  await vi.waitFor(() => expect(codeOfWorkers()).toEqual([first]), patience);
  const claim = await world.submit(client, "quick_job");
  await world.launch(client, claim);
  await vi.waitFor(() => expect(codeOfWorkers().length).toBeGreaterThanOrEqual(2), patience);
  await vi.waitFor(() => expect(codeOfWorkers()).toEqual([first]), patience);
  project.save("version.ts", 'export const version: string = "v2";');
  const { codeHash } = await untilState(client, (state) => state.codeHash !== first);
  await vi.waitFor(() => expect(codeOfWorkers()).toEqual([codeHash]), patience);
});

test("a launch while no code is loaded is refused as something to try again", async () => {
  const project = createProject({ "definitions.ts": "export default 5 5;" });
  const { client } = await serveLocation(project);
  const request = {
    runId: runId("0190a0a0-0000-7000-8000-000000000001"),
    attempt: 1,
    fence: 1,
    jobName: "x",
    jobSnapshotId: snapshotId("x"),
  };
  await expect(client.launchRun(request)).rejects.toMatchObject({ kind: "LocationNotLoadedError" });
});
