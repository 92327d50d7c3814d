import { RawSocket } from "@dagwright/webserver/testing";
import { readdirSync, readFileSync } from "node:fs";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from "graphql";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Random } from "../chaos/random.ts";
import { locationName, type Stack, startStack } from "../stack/stack.ts";
import { breakRequest } from "./broken-request.ts";
import { populate } from "./populate.ts";
import { QueryWriter } from "./random-query.ts";
import { begin, brokenDeeds, fittingDeeds, type Subprotocol, subprotocols } from "./random-session.ts";

/** `FUZZ_SEED=7 FUZZ_REQUESTS=100000 pnpm vitest tests/fuzz` for others, and more of them. */
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 10_000);
/** `FUZZ_ONLY=123` sends one of them again. */
const only = process.env["FUZZ_ONLY"] === undefined ? null : Number(process.env["FUZZ_ONLY"]);

/** Each WebSocket has several operations. */
const sessions = Math.ceil(requests / 20);
/** Runs and calls of user code are processes. */
const starts = Math.min(Math.ceil(requests / 50), 400);

const atOnce = 16;
const statementMs = 15_000;
const mostMb = 700;
/** How a failure that should not be is told, wherever in the answer. */
const unexpected = "Something failed that should not have";
const refusals: ReadonlySet<number> = new Set([200, 204, 400, 403, 404, 405, 406, 411, 413, 415, 431]);

let stack: Stack;
let writer: QueryWriter;
beforeAll(async () => {
  stack = await startStack({
    // By the way that holds for a session least, where there is one.
    // Not unless asked for: Debian's pgbouncer, 1.18, ends itself when clients leave in the middle of cancellations, and takes other suites' with it.
    postgres: process.env["FUZZ_THROUGH"] === "pgbouncer" ? "pgbouncer" : "shared",
    definitions: new URL("project/definitions.ts", import.meta.url).pathname,
    // Whoever takes more than this ends.
    envOf: (program): Readonly<Record<string, string>> =>
      program === "webserver" ? { NODE_OPTIONS: "--max-old-space-size=320" } : {},
  });
  const known = await populate(stack);
  const introspection = await stack.query<IntrospectionQuery>(getIntrospectionQuery());
  writer = new QueryWriter(buildClientSchema(introspection), known);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** A request of its own numbers: the seed and its place say all about it. */
const randomOf = (index: number): Random => new Random(seed * 1_000_003 + index);

interface Errors {
  readonly errors?: readonly { readonly path?: unknown; readonly extensions?: { readonly errorInfo?: unknown } }[];
}

/** Whether anything in an answer is a fault of the server's: a resolver that threw what it should not, or gave what its type cannot show. */
function hasFailed(text: string): boolean {
  if (text.includes(unexpected)) return true;
  if (!text.includes('"errors"') || !text.startsWith("{")) return false;
  const { errors = [] } = JSON.parse(text) as Errors;
  return errors.some(({ path, extensions }) => path !== undefined && extensions?.errorInfo === undefined);
}

/** What the server's log says of the failures that an answer names. */
function logOf(text: string): string {
  const ids = new Set(
    [...text.matchAll(/(?:should not have|be reached now|told to stop)[^(]*\(correlation id ([\w-]+)/g)].map(([, id = ""]) => id),
  );
  const { lines } = stack.webserver;
  return [...ids].flatMap((id) => lines.flatMap((line, at) => (line.includes(id) ? lines.slice(at, at + 14) : []))).join("\n");
}

/** Sends all of them, some at a time, and gathers what must not be. */
async function sendAll(count: number, send: (index: number) => Promise<string | null>): Promise<readonly string[]> {
  // One of each kind: a fault that every tenth request meets should not hide the others.
  const faults = new Map<string, string>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count && faults.size < 20) {
      const index = next++;
      if (only !== null && index !== only) continue;
      const fault = await send(index).catch((error: unknown) => `no answer: ${String(error)} ${String((error as Error).cause)}`);
      if (fault === null) continue;
      const log = logOf(fault);
      const kind = /^ +at .*$/m.exec(log)?.[0] ?? fault.slice(0, 200);
      if (!faults.has(kind)) faults.set(kind, `FUZZ_SEED=${seed} FUZZ_ONLY=${index}: ${fault}\n${log}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return [...faults.values()];
}

/** What the database does meanwhile: the longest that one of the webserver's statements took. */
async function watched<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly longestMs: number }> {
  const client = new pg.Client({ connectionString: stack.connectionString! });
  await client.connect();
  let longestMs = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await client.query<{ ms: number }>(
        `select coalesce(max(extract(epoch from clock_timestamp() - query_start) * 1000), 0)::float as ms from pg_stat_activity
         where application_name = 'dagwright/webserver' and state = 'active' and query not like 'listen%'`,
      );
      longestMs = Math.max(longestMs, rows[0]?.ms ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  try {
    return { result: await work(), longestMs };
  } finally {
    isOver = true;
    await watching;
    await client.end();
  }
}

const residentMb = (): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${stack.webserver.pid}/status`, "utf8"))?.[1]) / 1024;

async function expectSound(send: (index: number) => Promise<string | null>, count = requests): Promise<void> {
  const pid = stack.webserver.pid;
  const { result, longestMs } = await watched(() => sendAll(count, send));
  expect(result.join("\n\n")).toBe("");
  expect(longestMs).toBeLessThan(statementMs);
  expect(stack.webserver.pid).toBe(pid);
  expect(residentMb()).toBeLessThan(mostMb);
}

/** Under load of others everything takes longer; a fault does not wait for that. */
const timeoutMs = 300_000;

async function post(body: object): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${stack.url()}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}

test("no query that fits the schema makes a resolver fail", { timeout: timeoutMs }, async () => {
  await expectSound(async (index) => {
    const asked = writer.write(randomOf(index));
    const { status, text } = await post(asked);
    const isSound = (status === 200 || status === 400) && !hasFailed(text);
    return isSound ? null : `${status} ${text.slice(0, 1_500)}\n${asked.query}\n${JSON.stringify(asked.variables)}`;
  });
});

test("nothing that is sent to the endpoint makes it fail", { timeout: timeoutMs }, async () => {
  await expectSound(async (index) => {
    const random = randomOf(index);
    const { method, search, headers, body } = breakRequest(writer.write(random), random);
    const response = await fetch(`${stack.url()}/graphql${search}`, {
      method,
      headers,
      body,
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (refusals.has(response.status) && !hasFailed(text)) return null;
    return `${response.status} ${text.slice(0, 1_500)}\n${method} ${search} ${JSON.stringify(headers)}\n${body?.toString().slice(0, 3_000)}`;
  });
});

/** Open files and sockets of the webserver. */
const openFiles = (): number => readdirSync(`/proc/${stack.webserver.pid}/fd`).length;
const openedForItself = 30;

/** What is wrong with a session: a message of a failure, or that the server does not answer any more. */
async function faultOf(connection: RawSocket, subprotocol: Subprotocol): Promise<string | null> {
  const last = JSON.stringify({
    id: "last",
    type: subprotocol === "graphql-ws" ? "start" : "subscribe",
    payload: { query: "{ version }" },
  });
  const hasLast = (): boolean => connection.texts.some((text) => text.includes('"id":"last"') && !text.includes('"complete"'));
  connection.send(last);
  const silent = Symbol("silent");
  const silence = new Promise<typeof silent>((resolve) => setTimeout(() => resolve(silent), 2_000).unref());
  // One that waits for the rest of a frame says nothing; the server is asked otherwise whether it still does.
  if ((await Promise.race([connection.until(hasLast), silence])) === silent)
    return (await post({ query: "{ version }" })).status === 200 ? null : "it hangs";
  const failed = connection.texts.find((text) => {
    if (text.includes(unexpected)) return true;
    const { payload } = JSON.parse(text) as { payload?: object };
    return payload !== undefined && payload !== null && hasFailed(JSON.stringify(payload));
  });
  return failed?.slice(0, 1_500) ?? null;
}

test.each([
  ["no operation that fits makes a resolver fail over a WebSocket", fittingDeeds, true],
  ["nothing that is sent over a WebSocket makes the server fail", brokenDeeds, false],
] as const)("%s", { timeout: timeoutMs }, async (_, deedsOf, isFitting) => {
  const before = openFiles();
  await expectSound(async (index) => {
    const random = randomOf(index);
    const subprotocol = random.pick(subprotocols);
    const deeds = deedsOf(subprotocol, writer, random);
    using connection = await RawSocket.open(stack.url(), subprotocol);
    if (isFitting) begin(connection);
    for (const deed of deeds) deed(connection);
    // Some go at once, with everything under way.
    if (random.next() < 0.2) return null;
    const fault = await faultOf(connection, subprotocol);
    if (fault !== null) return `${subprotocol}: ${fault}`;
    return isFitting && connection.isOver ? `${subprotocol}: closed by ${await connection.closeCode}` : null;
  }, sessions);
  // Whatever became of them, nothing of them is left.
  await expect.poll(openFiles, { timeout: 60_000 }).toBeLessThan(before + openedForItself);
  expect((await post({ query: "{ version }" })).status).toBe(200);
});

const launch = `mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } ... on Error { message } }
}`;
const unfinished = { statuses: ["QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"] } as const;

test(
  "nothing that starts processes or calls user code makes it fail, nor do runs that go on meanwhile",
  { timeout: timeoutMs },
  async () => {
    let launched = 0;
    await expectSound(async (index) => {
      const random = randomOf(index);
      const isLaunch = index % 8 === 0;
      const jobName = random.pick(["chain", "failing", "text_job"]);
      const params = { selector: { repositoryName: "__repository__", repositoryLocationName: locationName, jobName } };
      const asked = isLaunch ? { query: launch, variables: { params } } : writer.writeStart(random);
      const { status, text } = await post(asked);
      if (text.includes('"LaunchRunSuccess"')) launched += 1;
      const isSound = (status === 200 || status === 400) && !hasFailed(text);
      return isSound ? null : `${status} ${text.slice(0, 1_500)}\n${asked.query}\n${JSON.stringify(asked.variables)}`;
    }, starts);
    // Among those may be a reload, during which nothing can be launched.
    expect(launched).toBeGreaterThan(0);
    await expect.poll(() => stack.storage.runs.count(unfinished), { timeout: timeoutMs / 2, interval: 200 }).toBe(0);
  },
);
