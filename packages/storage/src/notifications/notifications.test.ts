import { once, EventEmitter } from "node:events";
import { createServer, connect, type Socket } from "node:net";
import { codeLocationName, holderId, instigatorId, type RunId } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import type { Storage } from "../storage.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { logLine, newRun, runStart, runSuccess } from "../testing/new-run.ts";
import { describeEachWay, worldOf } from "../testing/ways-in.ts";
import type { Notification } from "./notifications.ts";

/** What a storage hears, to be awaited. */
function listenTo(storage: Storage) {
  const heard: (Notification & { readonly atMs: number })[] = [];
  const arrivals = new EventEmitter();
  const subscription = storage.notifications.subscribe((notification) => {
    heard.push({ ...notification, atMs: performance.now() });
    arrivals.emit("one");
  });
  return {
    heard,
    /** Resolves once something that fits has been heard, now or later. */
    until: async (fits: (notification: Notification) => boolean): Promise<void> => {
      while (!heard.some(fits)) await once(arrivals, "one");
    },
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}

const startRun = async (storage: Storage): Promise<RunId> => {
  const [claim] = await storage.runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
  await storage.runs.beginWork({
    runId: claim!.run.id,
    attempt: 1,
    fence: null,
    worker: {},
    leaseMs: 60_000,
    entries: [runStart],
  });
  return claim!.run.id;
};

describe("notifications", () => {
  const world = worldOf(false);

  test("tell of every change of status at once, of the queue, of launches and of instigators", async () => {
    const listener = await world.open({ listen: true });
    expect(await listener.notifications.ready()).toBe("listening");
    using ear = listenTo(listener);
    const id = await startRun(world.storage);
    await world.storage.events.append({ runId: id, attempt: 1, entries: [runSuccess] });
    await ear.until((one) => one.kind === "run" && one.status === "SUCCESS");
    expect(ear.heard.filter((one) => one.kind === "run")).toMatchObject([
      { runId: id, seq: 1, status: "STARTING" },
      { runId: id, seq: 2, status: "STARTED" },
      { runId: id, seq: 3, status: "SUCCESS" },
    ]);
    await ear.until((one) => one.kind === "queue");
    await world.storage.instigators.setStatus(
      { id: instigatorId("i"), kind: "SENSOR", location: codeLocationName("l"), name: "n" },
      "RUNNING",
      1,
    );
    await ear.until((one) => one.kind === "instigator" && one.id === "i");
    await world.storage.instigators.sync(codeLocationName("l"), []);
    await ear.until((one) => one.kind === "instigator" && one.id === null);
    const [held] = await world.storage.runs.submit([newRun()], { kind: "hold" });
    await world.storage.events.append({
      runId: held!.run.id,
      attempt: null,
      entries: [{ type: "RUN_STARTING", atMs: 1, message: "", stepKey: null }],
    });
    await ear.until((one) => one.kind === "launch");
  });

  test("of a run's log come at most once in 50 ms, over all writers, and the last entry is always told", async () => {
    const listener = await world.open({ listen: true });
    await listener.notifications.ready();
    using ear = listenTo(listener);
    const id = await startRun(world.storage);
    const other = await world.open();
    const begunAt = performance.now();
    for (let batch = 0; batch < 200; batch += 1) {
      const storage = batch % 2 === 0 ? world.storage : other;
      await storage.events.append({ runId: id, attempt: 1, entries: [logLine(String(batch))] });
    }
    await ear.until((one) => one.kind === "run" && one.seq === 202);
    const logs = ear.heard.filter((one) => one.kind === "run" && one.status === null);
    expect(logs.length).toBeLessThanOrEqual((performance.now() - begunAt) / 50 + 1);
  });

  test("of 10,000 bytes of text carry none of it", async () => {
    const id = await startRun(world.storage);
    await world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("x".repeat(10_000)), runSuccess] });
    expect((await world.storage.runs.get(id)).status).toBe("SUCCESS");
  });

  test("that were held back are sent when the storage closes", async () => {
    const listener = await world.open({ listen: true });
    await listener.notifications.ready();
    using ear = listenTo(listener);
    const id = await startRun(world.storage);
    const writer = await world.open();
    await writer.events.append({ runId: id, attempt: 1, entries: [logLine("last words")] });
    await writer[Symbol.asyncDispose]();
    await ear.until((one) => one.kind === "run" && one.runId === id && one.seq === 3);
  });

  test("come again after the connection was lost, with a resync", async () => {
    const listener = await world.open({ listen: true });
    await listener.notifications.ready();
    using ear = listenTo(listener);
    await using raw = await openRawClient(world.connectionString);
    const kill =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dagwright/test listen' and datname = current_database()";
    expect((await raw.query(kill)).rows.length).toBeGreaterThan(0);
    await ear.until((one) => one.kind === "resync");
    const id = await startRun(world.storage);
    await ear.until((one) => one.kind === "run" && one.runId === id);
  });

  test("survive a server that is away for a while", async () => {
    const server = new URL(world.connectionString);
    const sockets = new Set<Socket>();
    const relay = createServer((near) => {
      const far = connect(Number(server.port), server.hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => (near.destroy(), far.destroy(), sockets.delete(socket)));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    const { port } = relay.address() as { port: number };
    const detour = new URL(world.connectionString);
    detour.port = String(port);
    const listener = await world.open({ listen: true, listenConnectionString: detour.href });
    expect(await listener.notifications.ready()).toBe("listening");
    using ear = listenTo(listener);
    relay.close();
    for (const socket of sockets) socket.destroy();
    const back = createServer((near) => {
      const far = connect(Number(server.port), server.hostname);
      for (const socket of [near, far]) socket.on("error", () => (near.destroy(), far.destroy()));
      near.pipe(far).pipe(near);
    });
    await once(relay, "close");
    await new Promise<void>((resolve) => back.listen(port, "127.0.0.1", resolve));
    await ear.until((one) => one.kind === "resync");
    const id = await startRun(world.storage);
    await ear.until((one) => one.kind === "run" && one.runId === id);
    await listener[Symbol.asyncDispose]();
    back.close();
  });

  test("a process that does not listen holds no connection for it", async () => {
    const silent = await world.open({ maxConnections: 1 });
    expect(await silent.notifications.ready()).toBe("silent");
  });

  test("a run worker holds one connection, whatever it does", async () => {
    const worker = await world.open({ role: "run-worker" });
    const id = await startRun(worker);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        worker.events.append({ runId: id, attempt: 1, entries: [logLine(String(index))] }),
      ),
    );
    await using raw = await openRawClient(world.connectionString);
    const { rows } = await raw.query(
      "select 1 from pg_stat_activity where application_name = 'dagwright/run-worker' and datname = current_database()",
    );
    expect(rows).toHaveLength(1);
  });
});

describeEachWay("subscribers are served", (world) => {
  test("by LISTEN where it works, and through a pooler by polling", async () => {
    const listener = await world.open({ listen: true });
    expect(await listener.notifications.ready()).toBe(world.isPooled ? "polling" : "listening");
    using ear = listenTo(listener);
    const id = await startRun(world.storage);
    await ear.until((one) => (world.isPooled ? one.kind === "resync" : one.kind === "run" && one.runId === id));
  });
});
