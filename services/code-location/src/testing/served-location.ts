import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  codeLocationName,
  holderId,
  type JsonObject,
  type LocationSnapshot,
  type RunId,
  type RunStatus,
  type StoredEntry,
} from "@dagwright/model";
import { openRuntimeDir } from "@dagwright/instance/runtime-dir";
import { type CodeLocationClient, createCodeLocationClient, type LocationState } from "@dagwright/rpc";
import { type LaunchClaim, openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { prepareRun } from "@dagwright/workspace";
import { pino } from "pino";
import { onTestFinished, vi } from "vitest";
import { type CodeLocationServer, type CodeLocationServerOptions, startCodeLocationServer } from "../code-location-server.ts";
import { isAlive, killProcessGroup } from "../workers/process-group.ts";
import { listWorkerRecords } from "../workers/worker-files.ts";
import type { Project } from "./project.ts";

/** Vitest's own options are not for the processes that a server starts. */
const { NODE_OPTIONS: _, VITEST: _vitest, ...environment } = process.env;

export interface ServedLocation {
  readonly server: CodeLocationServer;
  readonly client: CodeLocationClient;
  readonly home: string;
  /** What it logged. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

export function createHome(): string {
  const home = mkdtempSync(join(tmpdir(), "dwh-"));
  onTestFinished(async () => {
    // Workers outlive their servers; what they write on their way out would bring the folder back.
    const runtimeDirectory = await openRuntimeDir(home, environment);
    const pids = listWorkerRecords(runtimeDirectory).map(({ pid }) => pid);
    for (const pid of pids) killProcessGroup(pid);
    await vi.waitUntil(() => !pids.some(isAlive), { timeout: 10_000, interval: 10 }).catch(() => undefined);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    rmSync(runtimeDirectory, { recursive: true, force: true });
  });
  return home;
}

/** A server in this process, for a project's `definitions.ts`; no warm workers unless asked for. */
export async function serveLocation(project: Project, options: Partial<CodeLocationServerOptions> = {}): Promise<ServedLocation> {
  const home = options.home ?? createHome();
  const logged: Record<string, unknown>[] = [];
  const server = await startCodeLocationServer({
    home,
    locationName: "project",
    target: { kind: "ts_file", file: project.path("definitions.ts") },
    environment,
    warmWorkers: { atStart: 0, max: 0 },
    log: pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) }),
    ...options,
  });
  const client = createCodeLocationClient({
    address: server.address,
    ...(options.token !== undefined && { token: options.token }),
  });
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  await server.loaded;
  return { server, client, home, logged };
}

/** The first state of which `isIt` holds, as the watch tells it. */
export async function untilState(client: CodeLocationClient, isIt: (state: LocationState) => boolean): Promise<LocationState> {
  for await (const state of client.watchLocation({ timeoutMs: 40_000 })) if (isIt(state)) return state;
  throw new Error("The location did not come into that state");
}

/** A server in a process of its own, to be killed. */
export interface FrontProcess {
  readonly child: ChildProcess;
  readonly client: CodeLocationClient;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export async function startFront(
  project: Project,
  home: string,
  socketName = "s",
  nodeArguments: readonly string[] = [],
): Promise<FrontProcess> {
  const socket = join(home, socketName);
  const program = fileURLToPath(new URL("../main.ts", import.meta.url));
  const args = ["--home", home, "--name", "project", "--file", project.path("definitions.ts"), "--listen", `unix:${socket}`];
  const child = spawn(process.execPath, [...nodeArguments, program, ...args], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const client = createCodeLocationClient({ address: `unix:${socket}` });
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await kill("SIGTERM");
  });
  await vi.waitFor(() => client.getLocation({ timeoutMs: 1_000 }), { timeout: 40_000, interval: 20 });
  await untilState(client, ({ snapshotId, loading }) => snapshotId !== null && !loading);
  return { child, client, kill };
}

/** An instance on a real Postgres: its home, and runs made from a location's definitions. */
export interface RunWorld {
  readonly home: string;
  readonly storage: Storage;
  submit(client: CodeLocationClient, jobName: string, runConfig?: JsonObject): Promise<LaunchClaim>;
  launch(client: CodeLocationClient, claim: LaunchClaim): Promise<JsonObject>;
  log(id: RunId): Promise<readonly StoredEntry[]>;
  untilStatus(id: RunId, ...statuses: readonly RunStatus[]): Promise<RunStatus>;
  untilLogged(id: RunId, message: string): Promise<void>;
}

export async function createRunWorld(): Promise<RunWorld> {
  const home = createHome();
  const database = await createTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  writeFileSync(
    join(home, "dagster.yaml"),
    `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(database.connectionString)}\n`,
  );
  const storage = await openStorage({ connectionString: database.connectionString, role: "test", listen: false });
  onTestFinished(() => storage[Symbol.asyncDispose]());
  const waiting = { timeout: 40_000, interval: 10 };
  const log = (id: RunId): Promise<readonly StoredEntry[]> => storage.events.read(id, { afterSeq: 0, limit: 10_000 });
  return {
    home,
    storage,
    async submit(client, jobName, runConfig = {}) {
      const { snapshotId } = await client.getLocation();
      const snapshot: LocationSnapshot = await client.getSnapshot(snapshotId!);
      const job = snapshot.jobs.find(({ name }) => name === jobName)!;
      const run = prepareRun({ location: codeLocationName("project"), job, runConfig });
      const [claim] = await storage.runs.submit([run], { kind: "launch", holder: holderId("test"), claimMs: 60_000 });
      return claim!;
    },
    launch: (client, { run, fence }) =>
      client.launchRun({ runId: run.id, attempt: run.attempt, fence, jobName: run.jobName, jobSnapshotId: run.jobSnapshotId }),
    log,
    untilStatus: (id, ...statuses) =>
      vi.waitFor(async () => {
        const { status } = await storage.runs.get(id);
        if (!statuses.includes(status)) throw new Error(`the run is ${status}`);
        return status;
      }, waiting),
    untilLogged: (id, message) =>
      vi.waitFor(async () => {
        if (!(await log(id)).some((entry) => entry.message.includes(message))) throw new Error(`nothing logged with ${message}`);
      }, waiting),
  };
}
