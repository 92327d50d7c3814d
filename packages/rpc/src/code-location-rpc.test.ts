import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { type LocationSnapshot, runId, serializeError, snapshotId } from "@dagwright/model";
import { expect, onTestFinished, test } from "vitest";
import type { LocationState, WorkerEvent } from "./code-location-api.ts";
import { type CodeLocationClient, type CodeLocationClientOptions, createCodeLocationClient } from "./code-location-client.ts";
import {
  type CodeLocationHandlers,
  type CodeLocationRpcServerOptions,
  startCodeLocationRpcServer,
} from "./code-location-rpc-server.ts";
import { compressJson } from "./compressed-json.ts";
import {
  CallTimeoutError,
  CodeLocationStoppingError,
  CodeLocationUnreachableError,
  InsecureListenError,
  ListenError,
  PayloadTooLargeError,
  ProtocolVersionError,
  RemoteError,
  UnauthenticatedError,
  UserCodeError,
} from "./errors.ts";
import { isTransientCallError } from "./grpc-status.ts";
import { codeLocationService } from "./services.ts";

const state: LocationState = {
  name: "numbers",
  serverId: "s1",
  protocolVersion: 1,
  snapshotId: snapshotId("abc"),
  codeHash: "c1",
  loadError: {
    error: {
      name: "SyntaxError",
      message: "Unexpected token",
      stack: ["    at x"],
      cause: { name: "Error", message: "deeper", stack: [] },
    },
    file: "/project/a.ts",
    line: 3,
    column: 7,
  },
  sdkVersion: "0.1.0",
  loadedAtMs: 1_700_000_000_123,
  loading: false,
  stopping: false,
  workingDirectory: "/project",
  entryFile: "/project/a.ts",
};
const run = {
  runId: runId("0190a0a0-0000-7000-8000-000000000001"),
  attempt: 2,
  fence: 5_000_000_000,
  jobName: "j",
  jobSnapshotId: snapshotId("js"),
};

const notHere = (): never => {
  throw new Error("This test has no such handler");
};
const noHandlers: CodeLocationHandlers = {
  getLocation: async () => state,
  watchLocation: notHere,
  getSnapshot: notHere,
  reload: notHere,
  shutdown: notHere,
  validateRunConfig: notHere,
  getExecutionPlan: notHere,
  getPartitionConfig: notHere,
  evaluateSchedule: notHere,
  evaluateSensor: notHere,
  evaluateMany: notHere,
  launchRun: notHere,
  terminateRun: notHere,
  watchWorkers: notHere,
  readComputeLog: notHere,
};

async function serve(
  handlers: Partial<CodeLocationHandlers>,
  serverOptions: Partial<CodeLocationRpcServerOptions> = {},
  clientOptions: Partial<CodeLocationClientOptions> = {},
): Promise<CodeLocationClient> {
  const server = await startCodeLocationRpcServer({
    listen: "127.0.0.1:0",
    handlers: { ...noHandlers, ...handlers },
    ...serverOptions,
  });
  const client = createCodeLocationClient({ address: server.address, ...clientOptions });
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return client;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "rpc-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("many evaluations travel in one call, each answered as it is done, and what fails fails for itself", async () => {
  const asked: unknown[] = [];
  const client = await serve({
    async *evaluateMany(evaluations) {
      asked.push(...evaluations);
      yield [{ index: 1, result: { runRequests: [], skipReason: "quick", logs: [] } }];
      yield [
        { index: 0, error: new UserCodeError({ name: "TypeError", message: "mine", stack: ["at a"] }) },
        { index: 2, error: new CodeLocationStoppingError("numbers") },
        { index: 3, error: new RangeError("odd") },
      ];
    },
  });
  const evaluations = [
    { kind: "SCHEDULE", name: "nightly", context: { scheduledAtMs: 5 } },
    { kind: "SENSOR", name: "files", context: { cursor: "c", lastTickAtMs: 1, lastRunKey: null } },
  ] as const;
  const [first, second] = await collect(client.evaluateMany(evaluations));
  expect(asked).toEqual(evaluations);
  expect(first).toEqual([{ index: 1, result: { runRequests: [], skipReason: "quick", logs: [] } }]);
  const errors = second?.map((answer) => ("error" in answer ? answer.error : null)) ?? [];
  expect(errors[0]).toBeInstanceOf(UserCodeError);
  expect((errors[0] as UserCodeError).error).toMatchObject({ name: "TypeError", stack: ["at a"] });
  expect(errors.map(isTransientCallError)).toEqual([false, true, false]);
  expect(errors[2]?.message).toBe("odd");
});

test("every field of every message arrives", async () => {
  const events: WorkerEvent[] = [
    { kind: "started", runId: run.runId, attempt: 1, atMs: 5 },
    { kind: "exited", runId: run.runId, attempt: 1, exitCode: -1, signal: null, stderrTail: "last words", atMs: 6 },
    { kind: "exited", runId: run.runId, attempt: 2, exitCode: 0, signal: "SIGKILL", stderrTail: "", atMs: 7 },
    { kind: "current" },
  ];
  const client = await serve({
    reload: async () => ({ ...state, snapshotId: null, loadError: null, loading: true }),
    validateRunConfig: async (request) => ({ ok: true, runConfig: { request: JSON.parse(JSON.stringify(request)) } }),
    getExecutionPlan: async (request) =>
      ({ jobName: JSON.stringify(request), steps: [], executor: { name: "in_process", config: {} } }) as never,
    evaluateSchedule: async (request) => ({ runRequests: [], skipReason: JSON.stringify(request), logs: [] }),
    evaluateSensor: async (request) => ({ runRequests: [], skipReason: JSON.stringify(request), cursor: "c", logs: [] }),
    launchRun: async (request) => ({ ...request }),
    terminateRun: async (request) => request.graceMs === 1500 && request.runId === run.runId,
    watchWorkers: async function* () {
      yield* events;
    },
    readComputeLog: async function* (request) {
      yield { data: Buffer.from(JSON.stringify(request)), nextOffset: 9, complete: true };
    },
  });
  expect(await client.getLocation()).toEqual(state);
  expect(await client.reload()).toEqual({ ...state, snapshotId: null, loadError: null, loading: true });
  const config = { snapshotId: snapshotId("abc"), jobName: "j", runConfig: { ops: { a: [1, null] } } };
  expect(await client.validateRunConfig(config)).toEqual({ ok: true, runConfig: { request: config } });
  const selection = { snapshotId: null, jobName: "j", selection: { stepKeys: null, assetKeys: [["a", "b"]] } };
  expect(JSON.parse((await client.getExecutionPlan(selection)).jobName)).toEqual(selection);
  const tick = { name: "s", context: { scheduledAtMs: 5 } };
  expect(JSON.parse((await client.evaluateSchedule(tick)).skipReason ?? "")).toEqual(tick);
  const sensorTick = { name: "s", context: { cursor: "x", lastTickAtMs: null, lastRunKey: "k" } };
  expect(JSON.parse((await client.evaluateSensor(sensorTick)).skipReason ?? "")).toEqual(sensorTick);
  expect(await client.launchRun(run)).toEqual(run);
  expect(await client.terminateRun({ runId: run.runId, graceMs: 1500 })).toBe(true);
  expect(await collect(client.watchWorkers())).toEqual(events);
  const log = { logKey: [run.runId, "compute_logs", "abc"], stream: "stderr" as const, offset: 3, maxBytes: 10, follow: true };
  const [part] = await collect(client.readComputeLog(log));
  expect({ ...part, data: JSON.parse(part?.data.toString() ?? "") }).toEqual({ data: log, nextOffset: 9, complete: true });
});

test("definitions larger than one message arrive in chunks, over a Unix socket that only its owner may use", async () => {
  const path = join(temporaryDirectory(), "s");
  const snapshot = {
    jobs: Array.from({ length: 40_000 }, (_, index) => ({ name: `job_${Math.sin(index)}` })),
  } as unknown as LocationSnapshot;
  const asked: string[] = [];
  const client = await serve(
    {
      getSnapshot: async (id) => {
        asked.push(id);
        return compressJson(snapshot);
      },
    },
    { listen: `unix:${path}` },
  );
  expect(await client.getSnapshot(snapshotId("abc"))).toEqual(snapshot);
  expect(asked).toEqual(["abc"]);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test("a run config of 5 MB passes, and a message beyond the limit is refused by name", async () => {
  const client = await serve({
    validateRunConfig: async ({ runConfig }) => ({ ok: true, runConfig: { length: JSON.stringify(runConfig).length } }),
  });
  // Hardly compressible, so that the message itself is that large.
  const config = (bytes: number): string =>
    Array.from({ length: bytes / 16 }, (_, index) => Math.sin(index).toString().slice(2, 18)).join("");
  const five = config(5_000_000);
  expect(await client.validateRunConfig({ snapshotId: null, jobName: "j", runConfig: five })).toEqual({
    ok: true,
    runConfig: { length: five.length + 2 },
  });
  const parts = client.launchRun({ ...run, jobName: "x".repeat(65 * 1024 * 1024) });
  await expect(parts).rejects.toBeInstanceOf(PayloadTooLargeError);
});

test("expected failures keep their name, user code's its stack, and others stay on their side", async () => {
  const unexpected: unknown[] = [];
  const thrown = new TypeError("numbers is undefined", { cause: new Error("deeper \u{1f600}\nsecond line") });
  const client = await serve(
    {
      evaluateSensor: async ({ name }) => {
        if (name === "user") throw new UserCodeError(serializeError(thrown));
        if (name === "huge")
          throw new UserCodeError({
            name: "E",
            message: "m".repeat(5_000_000),
            stack: Array.from({ length: 5_000 }, (_, index) => `    at ${Math.sin(index)}`),
          });
        if (name === "named") throw new RemoteError("SensorNotFoundError", 'There is no sensor "named"', {}, null);
        if (name === "stopping") throw new CodeLocationStoppingError("numbers");
        throw new Error("an invariant with a secret on the second line\nsecret");
      },
    },
    { onError: (error) => unexpected.push(error) },
  );
  const evaluate = (name: string): Promise<unknown> =>
    client
      .evaluateSensor({ name, context: { cursor: null, lastTickAtMs: null, lastRunKey: null } })
      .catch((error: unknown) => error);

  const user = (await evaluate("user")) as UserCodeError;
  expect(user).toBeInstanceOf(UserCodeError);
  expect(user.error).toEqual(serializeError(thrown));
  const huge = (await evaluate("huge")) as UserCodeError;
  expect(huge).toBeInstanceOf(UserCodeError);
  expect(huge.message).toMatch(/^m{1000}/);
  expect(await evaluate("named")).toMatchObject({ kind: "SensorNotFoundError", message: 'There is no sensor "named"' });
  const stopping = await evaluate("stopping");
  expect(stopping).toMatchObject({ kind: "CodeLocationStoppingError" });
  expect(isTransientCallError(stopping)).toBe(true);
  expect(unexpected).toEqual([]);

  const bug = (await evaluate("bug")) as Error;
  expect(bug.message).toContain("an invariant");
  expect(bug.message).not.toContain("\nsecret");
  expect(isTransientCallError(bug)).toBe(false);
  expect(unexpected).toHaveLength(1);
});

test("every call has a deadline, which the server sees too", async () => {
  let seen: { readonly timeoutMs: number | undefined; readonly hungUp: Promise<unknown> } | undefined;
  const client = await serve({
    getLocation: ({ signal, timeoutMs } = {}) => {
      const hungUp = new Promise((resolve) => signal?.addEventListener("abort", resolve));
      seen = { timeoutMs, hungUp };
      return new Promise(() => undefined);
    },
  });
  await expect(client.getLocation({ timeoutMs: 150 })).rejects.toBeInstanceOf(CallTimeoutError);
  expect(seen?.timeoutMs).toBeGreaterThan(0);
  expect(seen?.timeoutMs).toBeLessThanOrEqual(150);
  await seen?.hungUp;
});

test("a caller's abort ends the call on both sides", async () => {
  const began = Promise.withResolvers<AbortSignal>();
  const client = await serve({
    watchLocation: async function* ({ signal } = {}) {
      yield state;
      began.resolve(signal!);
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    },
  });
  const leaving = new AbortController();
  const reason = new Error("enough");
  const read = (async () => {
    for await (const one of client.watchLocation({ signal: leaving.signal })) expect(one).toEqual(state);
  })();
  const serverSignal = await began.promise;
  leaving.abort(reason);
  await expect(read).rejects.toBe(reason);
  if (!serverSignal.aborted) await new Promise((resolve) => serverSignal.addEventListener("abort", resolve));
});

test("a watch ends without an error when its server closes or its deadline comes", async () => {
  const handlers: Partial<CodeLocationHandlers> = {
    watchLocation: async function* ({ signal } = {}) {
      yield state;
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    },
  };
  const server = await startCodeLocationRpcServer({ listen: "127.0.0.1:0", handlers: { ...noHandlers, ...handlers } });
  await using client = createCodeLocationClient({ address: server.address });
  expect(await collect(client.watchLocation({ timeoutMs: 200 }))).toEqual([state]);
  const states: LocationState[] = [];
  for await (const one of client.watchLocation()) {
    states.push(one);
    void server[Symbol.asyncDispose]();
  }
  expect(states).toEqual([state]);
});

test("a server that is away is named with its address, and found again when it is back", async () => {
  const path = join(temporaryDirectory(), "s");
  await using client = createCodeLocationClient({ address: `unix:${path}` });
  const away = await client.getLocation().catch((error: unknown) => error);
  expect(away).toBeInstanceOf(CodeLocationUnreachableError);
  expect((away as Error).message).toContain(path);
  expect(isTransientCallError(away)).toBe(true);
  await using _server = await startCodeLocationRpcServer({ listen: `unix:${path}`, handlers: noHandlers });
  await expect.poll(() => client.getLocation().catch(() => null), { timeout: 10_000 }).toEqual(state);
});

test("a socket that a killed server left is taken over, one that answers is not", async () => {
  const path = join(temporaryDirectory(), "s");
  const code = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", code]);
  await expect(new Promise((resolve, reject) => connect(path, () => resolve("answers")).on("error", reject))).rejects.toThrow(
    "ECONNREFUSED",
  );
  await using server = await startCodeLocationRpcServer({ listen: `unix:${path}`, handlers: noHandlers });
  await expect(startCodeLocationRpcServer({ listen: server.address, handlers: noHandlers })).rejects.toBeInstanceOf(ListenError);
});

test("beyond this machine it serves only with a token, TLS, or when told that the network is private", async () => {
  const listen = "0.0.0.0:0";
  await expect(startCodeLocationRpcServer({ listen, handlers: noHandlers })).rejects.toBeInstanceOf(InsecureListenError);
  await using withToken = await startCodeLocationRpcServer({ listen, handlers: noHandlers, token: "secret" });
  await using told = await startCodeLocationRpcServer({ listen, handlers: noHandlers, insecure: true });
  expect([withToken.address, told.address].every((address) => /^0\.0\.0\.0:\d+$/.test(address))).toBe(true);
});

test("without the token nothing is answered but health", async () => {
  const launched: unknown[] = [];
  const handlers: Partial<CodeLocationHandlers> = {
    launchRun: async (request) => {
      launched.push(request);
      return {};
    },
  };
  const client = await serve(handlers, { token: "secret" });
  await expect(client.launchRun(run)).rejects.toBeInstanceOf(UnauthenticatedError);
  await expect(collect(client.watchWorkers())).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(await client.checkHealth()).toBe(false);
  await using wrong = createCodeLocationClient({ address: client.address, token: "secre" });
  await expect(wrong.launchRun(run)).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(launched).toEqual([]);
  await using right = createCodeLocationClient({ address: client.address, token: "secret" });
  await right.launchRun(run);
  expect(launched).toHaveLength(1);
});

test("over TLS a caller needs the authority, and where asked for a certificate of its own", async () => {
  const directory = temporaryDirectory();
  const made = spawnSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout",
      "key.pem",
      "-out",
      "cert.pem",
    ],
    { cwd: directory },
  );
  expect(made.status, String(made.stderr)).toBe(0);
  const [cert, key] = [readFileSync(join(directory, "cert.pem")), readFileSync(join(directory, "key.pem"))];
  const client = await serve({}, { tls: { cert, key, clientCa: cert } }, { tls: { ca: cert, cert, key } });
  expect(await client.getLocation()).toEqual(state);
  await using nobody = createCodeLocationClient({ address: client.address, tls: { ca: cert } });
  await expect(nobody.getLocation()).rejects.toBeInstanceOf(CodeLocationUnreachableError);
  await using plain = createCodeLocationClient({ address: client.address });
  await expect(plain.getLocation()).rejects.toBeInstanceOf(CodeLocationUnreachableError);
});

test("health follows what the server says of itself", async () => {
  await using server = await startCodeLocationRpcServer({ listen: "127.0.0.1:0", handlers: noHandlers });
  await using client = createCodeLocationClient({ address: server.address });
  expect(await client.checkHealth()).toBe(false);
  server.health.setServing(true);
  expect(await client.checkHealth()).toBe(true);
});

test("a method that an older server does not know is told as such", async () => {
  const client = await serve({});
  const raw = new Client(client.address, credentials.createInsecure());
  onTestFinished(() => raw.close());
  const { requestSerialize, responseDeserialize } = codeLocationService.getLocation;
  const unknown = await new Promise<unknown>((resolve) => {
    raw.makeUnaryRequest("/dagwright.v1.CodeLocation/FromTheFuture", requestSerialize, responseDeserialize, {}, resolve);
  });
  const { fromGrpcStatus } = await import("./grpc-status.ts");
  expect(fromGrpcStatus(unknown as never, { method: "FromTheFuture", address: client.address, timeoutMs: 1 })).toBeInstanceOf(
    ProtocolVersionError,
  );
});

test("fields that a newer peer adds are passed over", () => {
  const { responseSerialize, responseDeserialize } = codeLocationService.terminateRun;
  const added = Buffer.from([0xfa, 0x3f, 0x03, 0x61, 0x62, 0x63]); // field 1023: "abc"
  expect(responseDeserialize(Buffer.concat([responseSerialize({ found: true }), added]))).toEqual({ found: true });
});
