import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFinalRunStatus, type StoredEntry } from "@dagwright/model";
import { expect, test, vi } from "vitest";
import { createWorld, type World } from "../fixtures/run-world.ts";

const holdUntil = (step: string, file: string) => ({ ops: { [step]: { config: { file } } } });
const forever = (step = "hold") => holdUntil(step, "/no/such/file");

async function start(world: World, jobName: string, runConfig = {}, leaseMs = 30_000) {
  const worker = await world.startWorker({ leaseMs });
  const claim = await world.submit(jobName, runConfig);
  worker.execute(claim);
  return { worker, id: claim.run.id };
}

/** From when to when each step of a pool ran, by its events. */
const spans = (entries: readonly StoredEntry[]) =>
  entries
    .filter(({ type, stepKey }) => type === "STEP_START" && stepKey !== "outside")
    .map(({ stepKey, atMs: from }) => {
      const to = entries.find((entry) => entry.type === "STEP_SUCCESS" && entry.stepKey === stepKey)?.atMs;
      if (to === undefined) throw new Error(`${stepKey} did not succeed`);
      return { from, to };
    });

function mostAtOnce(all: readonly { readonly from: number; readonly to: number }[]): number {
  return Math.max(...all.map(({ from }) => all.filter((other) => other.from <= from && from < other.to).length));
}

const isBlocked = (entry: StoredEntry): boolean =>
  entry.type === "ENGINE_EVENT" && entry.message === "Step blocked by limit for pool shared";

const holders = async (world: World) => {
  const { claims } = await world.storage.pools.get("shared", null);
  return claims.filter(({ claimedAtMs }) => claimedAtMs !== null);
};

test("steps of three runs in processes of their own share a pool of two, and never more than two are at it", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 2, null);
  const runs = await Promise.all(["pooled", "pooled", "pooled_in_processes"].map((jobName) => start(world, jobName)));
  const logs = await Promise.all(
    runs.map(async ({ id }) => {
      expect(await world.untilStatus(id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
      return await world.log(id);
    }),
  );
  const all = logs.flatMap(spans);
  expect(all).toHaveLength(9);
  expect(mostAtOnce(all)).toBe(2);
  const [log] = logs;
  const blocked = log!.find(isBlocked);
  expect(blocked).toMatchObject({ metadata: { pool: { type: "pool", pool: "shared" } } });
  // Who does not need the pool does not wait for it.
  const outside = log!.findIndex(({ type, stepKey }) => type === "STEP_SUCCESS" && stepKey === "outside");
  expect(outside).toBeLessThan(log!.findLastIndex(({ type }) => type === "STEP_START"));
  expect((await world.storage.pools.get("shared", null)).claims).toEqual([]);
  const output = join(world.home, "storage", runs[0]!.id, "compute_logs", "pooled_20.out");
  expect(await readFile(output, "utf8")).toBe("in the pool for 20 ms\n");
});

test("the slots of a run whose worker was killed are another's as soon as its lease is over", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 1, null);
  const leaseMs = 1_500;
  const dead = await start(world, "holding", forever(), leaseMs);
  await vi.waitFor(async () => expect(await holders(world)).toMatchObject([{ runId: dead.id }]), { timeout: 15_000 });
  const next = await start(world, "holding", forever());
  await world.untilLogged(next.id, "Step blocked by limit for pool shared");
  process.kill(-dead.worker.child.pid!, "SIGKILL");
  await dead.worker.exited;
  const killedAt = performance.now();
  await vi.waitFor(async () => expect(await holders(world)).toMatchObject([{ runId: next.id }]), {
    timeout: 10_000,
    interval: 20,
  });
  expect(performance.now() - killedAt).toBeLessThan(leaseMs + 1_500);
  // Nobody has found out about the dead run yet: its lease was enough.
  expect((await world.storage.runs.get(dead.id)).status).toBe("STARTED");
});

test("the end that somebody else writes for a lost run frees its slots at once", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 1, null);
  const lost = await start(world, "holding", forever());
  await vi.waitFor(async () => expect(await holders(world)).toHaveLength(1), { timeout: 15_000 });
  const next = await start(world, "holding", forever());
  await world.untilLogged(next.id, "Step blocked by limit for pool shared");
  process.kill(-lost.worker.child.pid!, "SIGKILL");
  await lost.worker.exited;
  await world.storage.events.append({
    runId: lost.id,
    attempt: 1,
    entries: [{ type: "RUN_FAILURE", atMs: Date.now(), stepKey: null, message: "lost", error: null, reason: "WORKER_LOST" }],
  });
  // The lease would have held for half a minute.
  await vi.waitFor(async () => expect(await holders(world)).toMatchObject([{ runId: next.id }]), { timeout: 5_000, interval: 5 });
});

test("a step that wants two slots waits until both are free", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 2, null);
  const file = join(world.home, "enough");
  const small = await start(world, "holding", holdUntil("hold", file));
  await vi.waitFor(async () => expect(await holders(world)).toHaveLength(1), { timeout: 15_000 });
  const heavy = await start(world, "holding_two", forever("hold_two"));
  await world.untilLogged(heavy.id, "Step blocked by limit for pool shared");
  await writeFile(file, "");
  expect(await world.untilStatus(small.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  await vi.waitFor(async () => expect(await holders(world)).toMatchObject([{ runId: heavy.id, slots: 2 }]), { timeout: 10_000 });
});

test("a run that waits for a slot can be terminated, and leaves the line", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 0, null);
  const { worker, id } = await start(world, "holding", forever());
  await world.untilLogged(id, "Step blocked by limit for pool shared");
  worker.send({ type: "terminate", graceMs: 5_000 });
  const status = await world.untilStatus(id, "SUCCESS", "FAILURE", "CANCELED");
  expect(isFinalRunStatus(status) && status).toBe("CANCELED");
  expect((await world.log(id)).map(({ type }) => type)).not.toContain("STEP_START");
  expect((await world.storage.pools.get("shared", null)).claims).toEqual([]);
});

test("a limit that is raised lets those go on who wait", async () => {
  const world = await createWorld();
  await world.storage.pools.setLimit("shared", 0, null);
  const runs = await Promise.all([start(world, "pooled"), start(world, "holding", forever())]);
  await Promise.all(runs.map(({ id }) => world.untilLogged(id, "Step blocked by limit for pool shared")));
  await world.storage.pools.setLimit("shared", null, null);
  expect(await world.untilStatus(runs[0].id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  await world.untilLogged(runs[1].id, 'Started execution of step "hold"');
});

test("the default limit of dagster.yaml holds for pools that have none of their own", async () => {
  const world = await createWorld();
  const yaml = `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(world.connectionString)}\nconcurrency:\n  pools:\n    default_limit: 1\n`;
  await writeFile(join(world.home, "dagster.yaml"), yaml);
  const runs = await Promise.all([start(world, "pooled"), start(world, "pooled")]);
  for (const { id } of runs) expect(await world.untilStatus(id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  const logs = await Promise.all(runs.map(({ id }) => world.log(id)));
  expect(mostAtOnce(logs.flatMap(spans))).toBe(1);
});

test("pools that count runs hold no step back: the queue has counted the run in", async () => {
  const world = await createWorld();
  const yaml = `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(world.connectionString)}\nconcurrency:\n  pools: {granularity: run}\n`;
  await writeFile(join(world.home, "dagster.yaml"), yaml);
  await world.storage.pools.setLimit("shared", 0, null);
  const { id } = await start(world, "pooled");
  expect(await world.untilStatus(id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
  expect((await world.storage.pools.get("shared", null)).claims).toEqual([]);
});
