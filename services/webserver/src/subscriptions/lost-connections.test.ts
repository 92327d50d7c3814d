import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { RunId } from "@dagwright/model";
import { expect, test } from "vitest";

import { RawSocket } from "../testing/raw-socket.ts";
import { launch, line, work } from "../testing/run-history.ts";
import { type ServedNumbers, serveNumbers } from "../testing/served-numbers.ts";

const protocols = [
  { protocol: "graphql-ws", start: "start", data: "data" },
  { protocol: "graphql-transport-ws", start: "subscribe", data: "next" },
] as const;
type Protocol = (typeof protocols)[number];

async function begin(
  { url }: ServedNumbers,
  { protocol, start }: Protocol,
  query: string,
  variables: object,
): Promise<RawSocket> {
  const socket = await RawSocket.open(url, protocol);
  socket.send({ type: "connection_init" });
  expect(await socket.next()).toEqual({ type: "connection_ack" });
  socket.send({ id: "1", type: start, payload: { query, variables } });
  return socket;
}

async function startedRun(served: ServedNumbers): Promise<RunId> {
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, []);
  return runId;
}

/** The same numbers each time. */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
}

const logs = `subscription($runId: ID!, $cursor: String) {
  pipelineRunLogs(runId: $runId, cursor: $cursor) {
    ... on PipelineRunLogsSubscriptionSuccess { messages { ... on MessageEvent { message } } cursor }
  }
}`;

test.each(protocols)(
  "$protocol: connections lost at any place lose nothing of a run's log and repeat nothing",
  { timeout: 120_000 },
  async (protocol) => {
    await using served = await serveNumbers();
    const runId = await startedRun(served);
    const total = 3_000;
    const seen: string[] = [];
    const writing = (async () => {
      for (let from = 0; from < total; from += 60) {
        // Never far ahead of the reader: the log comes in many pieces, however slow the reader is.
        while (from - seen.length > 120) await delay(1);
        const entries = Array.from({ length: 60 }, (_, n) => line(`line ${from + n}`));
        await served.storage.events.append({ runId, attempt: 1, entries });
      }
    })();
    const random = pseudoRandom(7);
    let cursor: string | null = null;
    let connections = 0;
    while (seen.length < total) {
      using socket = await begin(served, protocol, logs, { runId, cursor });
      connections += 1;
      for (let pieces = random(3); pieces >= 0 && seen.length < total; pieces -= 1) {
        const message = await socket.next();
        expect(message?.type).toBe(protocol.data);
        const { messages, cursor: next } = message!.payload.data.pipelineRunLogs as {
          messages: { message: string }[];
          cursor: string;
        };
        seen.push(...messages.map((each) => each.message).filter((text) => text.startsWith("line ")));
        cursor = next;
      }
      socket.destroy();
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => `line ${n}`));
    expect(connections).toBeGreaterThan(3);
  },
);

test.each(protocols)("$protocol: so it is with what a step prints", async (protocol) => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  const logKey = [runId, "compute_logs", "lost"];
  const capture = await served.instance.computeLogs.openCapture(logKey);
  const total = 400;
  const writing = (async () => {
    for (let n = 0; n < total; n += 1) {
      await capture.write("stdout", Buffer.from(`line ${n} 🌳\n`));
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await capture[Symbol.asyncDispose]();
  })();
  const query = `subscription($logKey: [String!]!, $cursor: String) { capturedLogs(logKey: $logKey, cursor: $cursor) { stdout cursor } }`;
  const random = pseudoRandom(11);
  let text = "";
  let cursor: string | null = null;
  for (let isComplete = false; !isComplete;) {
    using socket = await begin(served, protocol, query, { logKey, cursor });
    for (let pieces = random(8); pieces >= 0; pieces -= 1) {
      const message = await socket.next();
      isComplete = message?.type === "complete";
      if (isComplete) break;
      const piece = message!.payload.data.capturedLogs as { stdout: string | null; cursor: string };
      text += piece.stdout ?? "";
      cursor = piece.cursor;
    }
    socket.destroy();
  }
  await writing;
  expect(text).toBe(Array.from({ length: total }, (_, n) => `line ${n} 🌳\n`).join(""));
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const aliveMb = (): number => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

test("a client that does not read costs no memory, and gets everything in order when it does", { timeout: 300_000 }, async () => {
  await using served = await serveNumbers();
  const runId = await startedRun(served);
  using socket = await begin(served, protocols[1], logs, { runId, cursor: null });
  await socket.next();
  socket.pause();
  const before = aliveMb();
  const total = 200_000;
  // It lives, and says so.
  const signs = setInterval(() => socket.send({ type: "ping" }), 2_000);
  for (let from = 0; from < total; from += 5_000) {
    const entries = Array.from({ length: 5_000 }, (_, n) => line(`line ${from + n}`));
    await served.storage.events.append({ runId, attempt: 1, entries });
  }
  // The log as JSON is some twenty megabytes, and every line an object more.
  expect(aliveMb() - before).toBeLessThan(15);
  socket.resume();
  let next = 0;
  while (next < total) {
    const message = await socket.next();
    if (message?.type === "pong") continue;
    for (const { message: text } of message!.payload.data.pipelineRunLogs.messages as { message: string }[])
      if (text.startsWith("line ")) expect(text).toBe(`line ${next++}`);
  }
  clearInterval(signs);
});

test("a connection that does not begin is closed, one has so many operations and no more, and no message is too odd", async () => {
  await using served = await serveNumbers();
  const runId = await startedRun(served);
  const variables = { runId, cursor: "HEAD" };
  for (const protocol of protocols) {
    using socket = await begin(served, protocol, logs, variables);
    for (let id = 2; id <= 101; id += 1)
      socket.send({ id: String(id), type: protocol.start, payload: { query: logs, variables } });
    let refused = null;
    while (refused?.type !== "error") refused = await socket.next();
    expect(refused).toMatchObject({ id: "101" });
    expect(JSON.stringify(refused.payload)).toMatch(/has 100 operations under way/);
  }
  const long = "x".repeat(10_000);
  for (const [message, code] of [
    [JSON.stringify({ type: long }), 4400],
    [long, 4400],
    ["[]", 4400],
    ["\u0000", 4400],
    [JSON.stringify({ type: "subscribe", id: "1", payload: 7 }), 4401],
    ["y".repeat(16 * 1024 * 1024 + 1), 1009],
  ] as const) {
    using socket = await RawSocket.open(served.url, "graphql-transport-ws");
    socket.send(message);
    expect({ message: message.slice(0, 50), code: await socket.closeCode }).toEqual({ message: message.slice(0, 50), code });
  }
  {
    using socket = await begin(served, protocols[1], logs, variables);
    for (let times = 0; times < 2; times += 1) socket.send({ id: long, type: "subscribe", payload: { query: logs, variables } });
    expect(await socket.closeCode).toBe(4409);
  }
  using idle = await RawSocket.open(served.url, "graphql-ws");
  expect(await idle.closeCode).toBe(4408);
  expect((await served.graphql("{ version }")).data.version).toBeTypeOf("string");
});
