import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeLocationName, runId, snapshotId } from "@dagwright/model";
import {
  type CodeLocationHandlers,
  compressJson,
  isTransientCallError,
  type LocationState,
  protocolVersion,
  startCodeLocationRpcServer,
  type WorkerEvent,
} from "@dagwright/rpc";
import { expect, onTestFinished, test, vi } from "vitest";
import { CodeLocationNotFoundError, DuplicateCodeLocationError } from "./errors.ts";
import type { LocationSource } from "./location-connection.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

const patience = { timeout: 15_000, interval: 10 };
const numbers = codeLocationName("numbers");

/** A code-location server on a real socket, whose code is a text that the test sets. */
async function startLocation(listen: string, { name = "numbers" } = {}) {
  let state: LocationState = stateOf(name, "s1", "v1");
  const listeners = new Set<() => void>();
  const fetched: string[] = [];
  const workers: WorkerEvent[] = [{ kind: "current" }];
  const notHere = (): never => {
    throw new Error("This test has no such handler");
  };
  const handlers: CodeLocationHandlers = {
    getLocation: async () => state,
    watchLocation: async function* ({ signal } = {}) {
      for (let told: LocationState | null = null; signal?.aborted !== true;) {
        if (told !== state) yield (told = state);
        else
          await new Promise<void>((resolve) => {
            listeners.add(resolve);
            signal?.addEventListener("abort", () => resolve(), { once: true });
          });
      }
    },
    getSnapshot: async (id) => {
      fetched.push(id);
      return compressJson({ formatVersion: 1, sdkVersion: id, jobs: [] });
    },
    reload: async () => state,
    shutdown: async () => undefined,
    validateRunConfig: notHere,
    getExecutionPlan: notHere,
    getPartitionConfig: notHere,
    evaluateSchedule: notHere,
    evaluateSensor: notHere,
    evaluateMany: notHere,
    launchRun: async (request) => ({ ...request }),
    terminateRun: async ({ graceMs }) => graceMs === 7,
    watchWorkers: async function* ({ signal } = {}) {
      yield* workers;
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    },
    readComputeLog: notHere,
  };
  const server = await startCodeLocationRpcServer({ listen, handlers });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return {
    address: server.address,
    fetched,
    workers,
    set(change: Partial<LocationState>) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    stop: () => server[Symbol.asyncDispose](),
  };
}

function stateOf(name: string, serverId: string, code: string): LocationState {
  return {
    name,
    serverId,
    protocolVersion,
    snapshotId: snapshotId(`snapshot of ${code}`),
    codeHash: code,
    loadError: null,
    sdkVersion: "0.1.0",
    loadedAtMs: 1,
    loading: false,
    stopping: false,
    workingDirectory: "/project",
    entryFile: "/project/definitions.ts",
  };
}

function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "dww-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return `unix:${join(directory, "s")}`;
}

function open(sources: readonly LocationSource[]): Workspace {
  const workspace = openWorkspace(sources);
  onTestFinished(() => workspace[Symbol.asyncDispose]());
  return workspace;
}
const at = (address: string, name = numbers): LocationSource => ({ name, server: { address } });
const loadError = {
  error: { name: "BuildError", message: "Unexpected token", stack: [] },
  file: "/project/a.ts",
  line: 2,
  column: 3,
};

test("a location is LOADING, then LOADED with its definitions", async () => {
  const server = await startLocation("127.0.0.1:0");
  const workspace = open([at(server.address)]);
  expect(workspace.entries()).toMatchObject([{ name: "numbers", status: "LOADING", isServing: false, snapshot: null }]);
  await workspace.waitUntilLoaded();
  expect(workspace.location("numbers")).toMatchObject({
    status: "LOADED",
    isServing: true,
    snapshotId: "snapshot of v1",
    snapshot: { sdkVersion: "snapshot of v1" },
    loadError: null,
    serverId: "s1",
    address: server.address,
  });
});

test("definitions are fetched once per hash, over reloads, lost connections and locations", async () => {
  const [one, two] = [socketPath(), socketPath()];
  const first = await startLocation(one);
  const other = await startLocation(two, { name: "other" });
  const workspace = open([at(one), at(two, codeLocationName("other"))]);
  await workspace.waitUntilLoaded();
  expect([...first.fetched, ...other.fetched]).toEqual(["snapshot of v1"]);

  // The same definitions from other code.
  first.set({ codeHash: "v1b", loadedAtMs: 2 });
  await vi.waitFor(() => expect(workspace.location("numbers").codeHash).toBe("v1b"), patience);
  // The same definitions from another server.
  await first.stop();
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("ERROR"), patience);
  const again = await startLocation(one);
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("LOADED"), patience);
  expect([...first.fetched, ...other.fetched, ...again.fetched]).toEqual(["snapshot of v1"]);

  again.set({ snapshotId: snapshotId("snapshot of v2"), codeHash: "v2" });
  await vi.waitFor(() => expect(workspace.location("numbers").snapshot?.sdkVersion).toBe("snapshot of v2"), patience);
  expect(again.fetched).toEqual(["snapshot of v2"]);
});

test("a location that is down stays listed with its last definitions, and an error that names address and cause", async () => {
  const address = socketPath();
  const server = await startLocation(address);
  const workspace = open([at(address)]);
  await workspace.waitUntilLoaded();
  await server.stop();
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("ERROR"), patience);
  const entry = workspace.location("numbers");
  expect(entry).toMatchObject({ isServing: false, snapshot: { sdkVersion: "snapshot of v1" } });
  expect(entry.loadError?.error.message).toContain(address);
  expect(entry.loadError?.error.message).toMatch(/ENOENT|ECONNREFUSED/);

  const run = {
    runId: runId("0190a0a0-0000-7000-8000-000000000001"),
    attempt: 1,
    fence: 1,
    jobName: "j",
    jobSnapshotId: snapshotId("s"),
  };
  const refused = await workspace
    .client("numbers")
    .launchRun(run)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ kind: "CodeLocationUnreachableError", message: expect.stringContaining(address) });
  expect(isTransientCallError(refused)).toBe(true);
});

test("a location that was never up is an error too, and is found when it comes", async () => {
  const address = socketPath();
  const workspace = open([at(address)]);
  await workspace.waitUntilLoaded();
  expect(workspace.location("numbers")).toMatchObject({ status: "ERROR", snapshot: null });
  await startLocation(address);
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("LOADED"), patience);
  expect(workspace.location("numbers").loadError).toBeNull();
});

test("code that does not load is an error with its place, while the code before it serves", async () => {
  const server = await startLocation("127.0.0.1:0");
  const workspace = open([at(server.address)]);
  await workspace.waitUntilLoaded();
  server.set({ loadError });
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("ERROR"), patience);
  expect(workspace.location("numbers")).toMatchObject({ isServing: true, snapshot: { sdkVersion: "snapshot of v1" }, loadError });
});

test("listeners hear of every change, of reloads by a new version key, and of removals", async () => {
  const server = await startLocation("127.0.0.1:0");
  const workspace = open([at(server.address)]);
  const heard: (readonly [string, string | null, string | null])[] = [];
  const listening = workspace.onChange((entry, name) => heard.push([name, entry?.status ?? null, entry?.versionKey ?? null]));
  await workspace.waitUntilLoaded();
  server.set({ codeHash: "v2", loadedAtMs: 2 });
  await vi.waitFor(() => expect(heard).toHaveLength(2), patience);
  await workspace.setLocations([]);
  expect(heard).toEqual([
    ["numbers", "LOADED", "s1:v1:1"],
    ["numbers", "LOADED", "s1:v2:2"],
    ["numbers", null, null],
  ]);
  listening[Symbol.dispose]();
  await workspace.setLocations([at(server.address)]);
  await workspace.waitUntilLoaded();
  expect(heard).toHaveLength(3);
});

test("setting the locations keeps the connections that stay, and opens and closes the others", async () => {
  const [kept, gone, added] = await Promise.all(["kept", "gone", "added"].map((name) => startLocation("127.0.0.1:0", { name })));
  const workspace = open([at(kept!.address, codeLocationName("kept")), at(gone!.address, codeLocationName("gone"))]);
  await workspace.waitUntilLoaded();
  const before = workspace.location("kept");
  await workspace.setLocations([at(added!.address, codeLocationName("added")), at(kept!.address, codeLocationName("kept"))]);
  await workspace.waitUntilLoaded();
  expect(workspace.entries().map(({ name, status }) => [name, status])).toEqual([
    ["added", "LOADED"],
    ["kept", "LOADED"],
  ]);
  expect(workspace.location("kept")).toBe(before);
  expect(() => workspace.location("gone")).toThrow(new CodeLocationNotFoundError("gone", ["added", "kept"]));
  await expect(workspace.setLocations([at("a:1"), at("b:1")])).rejects.toBeInstanceOf(DuplicateCodeLocationError);
});

test("a server that the workspace has started for it is waited for, and stopped with it", async () => {
  const address = socketPath();
  const stopped = vi.fn<() => void>();
  const attempts: number[] = [];
  const workspace = openWorkspace([
    {
      name: numbers,
      server: async () => {
        attempts.push(attempts.length);
        if (attempts.length === 1) throw new Error("no room to start it");
        const server = await startLocation(address);
        return { connect: { address: server.address }, [Symbol.asyncDispose]: async () => stopped() };
      },
    },
  ]);
  await workspace.waitUntilLoaded();
  expect(workspace.location("numbers").loadError?.error.message).toBe("no room to start it");
  expect(() => workspace.client("numbers")).toThrow("no room to start it");
  await vi.waitFor(() => expect(workspace.location("numbers").status).toBe("LOADED"), patience);
  expect(stopped).not.toHaveBeenCalled();
  await workspace[Symbol.asyncDispose]();
  expect(stopped).toHaveBeenCalledOnce();
});

test("a server of a later protocol is refused by name", async () => {
  const server = await startLocation("127.0.0.1:0");
  server.set({ protocolVersion: protocolVersion + 1 });
  const workspace = open([at(server.address)]);
  await workspace.waitUntilLoaded();
  expect(workspace.location("numbers").loadError?.error.message).toMatch(
    /speaks version 2 of the protocol, this process speaks 1; update this process/,
  );
});

test("launches and terminations go to the run's location", async () => {
  const server = await startLocation("127.0.0.1:0");
  const workspace = open([at(server.address)]);
  await workspace.waitUntilLoaded();
  const run = {
    id: runId("0190a0a0-0000-7000-8000-000000000001"),
    location: numbers,
    attempt: 3,
    jobName: "j",
    jobSnapshotId: snapshotId("js"),
  };
  expect(await workspace.launchRun({ run, fence: 9 } as never)).toEqual({
    runId: run.id,
    attempt: 3,
    fence: 9,
    jobName: "j",
    jobSnapshotId: "js",
  });
  expect(await workspace.terminateRun(run as never, 7)).toBe(true);
  await expect(workspace.launchRun({ run: { ...run, location: "elsewhere" }, fence: 9 } as never)).rejects.toBeInstanceOf(
    CodeLocationNotFoundError,
  );
});

test("workers are watched over lost connections", async () => {
  const address = socketPath();
  const first = await startLocation(address);
  const workspace = open([at(address)]);
  await workspace.waitUntilLoaded();
  const stop = new AbortController();
  const heard: string[] = [];
  const watching = (async () => {
    for await (const event of workspace.watchWorkers("numbers", { signal: stop.signal }))
      heard.push(event.kind === "exited" ? event.stderrTail : event.kind);
  })();
  await vi.waitFor(() => expect(heard).toEqual(["current"]), patience);
  await first.stop();
  const again = await startLocation(address);
  again.workers.unshift({
    kind: "exited",
    runId: runId("r"),
    attempt: 1,
    exitCode: -1,
    signal: null,
    stderrTail: "meanwhile",
    atMs: 1,
  });
  await vi.waitFor(() => expect(heard).toEqual(["current", "meanwhile", "current"]), patience);
  stop.abort();
  await watching;
});

test("waiting gives up when its signal aborts", async () => {
  const workspace = open([
    {
      name: numbers,
      server: (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    },
  ]);
  const reason = new Error("enough");
  await expect(workspace.waitUntilLoaded(AbortSignal.abort(reason))).rejects.toBe(reason);
  const later = new AbortController();
  const waiting = workspace.waitUntilLoaded(later.signal);
  later.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
