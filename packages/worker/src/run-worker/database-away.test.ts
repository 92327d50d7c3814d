import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInstance } from "@dagwright/instance";
import { expect, onTestFinished, test, vi } from "vitest";
import { expectNoGap, forever, waitFor } from "../fixtures/logged-run.ts";
import { createWorld, layWire, writeSettings } from "../fixtures/run-world.ts";

test("a database that is away for a while delays the log and loses nothing", async () => {
  const { world, wire, folder } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 20_000 });
  const { run, fence } = await world.submit("waiting", waitFor(join(folder, "go")));
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 5");
  wire.cut();
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 10_000 });
  await writeFile(join(folder, "go"), "");
  await wire.mend();
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
  const entries = await world.log(run.id);
  expectNoGap(entries);
  const lines = entries.filter((entry) => entry.type === "LOG_LINE");
  expect(lines.map((line) => line.message)).toEqual(lines.map((_, index) => `waiting, line ${index + 1}`));
});

test("while the database is away user code waits once far too much is unwritten, and nothing is dropped", async () => {
  const { world, wire, folder } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 60_000 });
  const { run, fence } = await world.submit("chattering", { ops: { chatter: { config: { file: join(folder, "go") } } } });
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "about to chatter \0 \ud800");
  wire.cut();
  await writeFile(join(folder, "go"), "");
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 25_000 });
  const printed = async (): Promise<number> => (await readFile(worker.stdoutFile, "utf8")).split("\n").length - 1;
  await vi.waitFor(async () => expect(await printed()).toBeGreaterThan(10), { timeout: 10_000 });
  expect(await printed()).toBeLessThan(25);
  await wire.mend();
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
  const lines = (await world.log(run.id))
    .filter((entry) => entry.type === "LOG_LINE")
    .map((entry) => Number.parseInt(entry.message, 10));
  expect(lines.slice(1)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test("a database that stays away longer than the lease ends the worker: its run may be somebody else's", async () => {
  const { world, wire } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 800 });
  const { run, fence } = await world.submit("blocking", forever);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "still blocking, line 1");
  wire.cut();
  expect(await worker.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  expect(await worker.stderr()).toMatch(/lease of 800 ms ran out while the database was away/);
  expectNoGap(await world.log(run.id));
});

test("Postgres killed and started again in mid-run: the run ends in its true state", { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "dw-restart-"));
  // Postgres does not run as root, and its own account has to get through.
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, "home");
  const instance = await openInstance({ home, env: {}, role: "test" }, AbortSignal.timeout(60_000));
  onTestFinished(() => instance[Symbol.asyncDispose]());
  const world = await createWorld({ home, storage: instance.storage, connectionString: "" });
  const worker = await world.startWorker({ leaseMs: 30_000 });
  const { run, fence } = await world.submit("waiting", waitFor(join(folder, "go")));
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 5");
  const postmaster = Number((await readFile(join(home, "postgres", "data", "postmaster.pid"), "utf8")).split("\n")[0]);
  process.kill(postmaster, "SIGKILL");
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 10_000 });
  await writeFile(join(folder, "go"), "");
  await worker.until("finished");
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  expect((await world.storage.runs.get(run.id)).status).toBe("SUCCESS");
  expectNoGap(await world.log(run.id));
});

/** A world whose workers reach their database through a wire that can be cut. */
async function createWiredWorld() {
  const world = await createWorld();
  const wire = await layWire(world.connectionString);
  await writeSettings(world.home, wire.connectionString);
  const folder = await mkdtemp(join(tmpdir(), "dw-wired-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { world, wire, folder };
}
