import pg from "pg";
import { expect, test, vi } from "vitest";

import { type GraphqlSocket, type Message, openSocket } from "../testing/graphql-socket.ts";
import { everyEntry, launch, line, work } from "../testing/run-history.ts";
import { type ServedNumbers, serveNumbers } from "../testing/served-numbers.ts";

const protocols = [
  { protocol: "graphql-ws", start: "start", data: "data", stop: "stop" },
  { protocol: "graphql-transport-ws", start: "subscribe", data: "next", stop: "complete" },
] as const;

const logs = `subscription($runId: ID!, $cursor: String) {
  pipelineRunLogs(runId: $runId, cursor: $cursor) {
    __typename
    ... on PipelineRunLogsSubscriptionSuccess { run { status } messages { __typename ... on MessageEvent { message } } hasMorePastEvents cursor }
    ... on PipelineRunLogsSubscriptionFailure { missingRunId message }
  }
}`;

async function connect(served: ServedNumbers, protocol: string): Promise<GraphqlSocket> {
  const socket = await openSocket(served.url, protocol);
  socket.send({ type: "connection_init", payload: {} });
  expect(await socket.next()).toEqual({ type: "connection_ack" });
  return socket;
}

const messagesOf = (message: Message): string[] =>
  message.payload.data.pipelineRunLogs.messages.map((each: { message: string }) => each.message);

test.each(protocols)(
  "$protocol: what a run has logged comes first, then what it logs, as it does",
  async ({ protocol, start, data, stop }) => {
    await using served = await serveNumbers();
    const runId = await launch(served);
    using socket = await connect(served, protocol);
    socket.send({ id: "1", type: start, payload: { query: logs, variables: { runId } } });
    const past = await socket.next();
    expect(past).toMatchObject({ id: "1", type: data });
    expect(past.payload.data.pipelineRunLogs).toMatchObject({
      __typename: "PipelineRunLogsSubscriptionSuccess",
      run: { status: "STARTING" },
      hasMorePastEvents: false,
      cursor: "1",
    });

    const [claim] = served.workspace.launched;
    await work(served, claim!, []);
    expect((await socket.next()).payload.data.pipelineRunLogs).toMatchObject({
      run: { status: "STARTED" },
      messages: [{ __typename: "RunStartEvent" }],
    });
    await served.storage.events.append({ runId, attempt: 1, entries: [line("one"), line("two")] });
    expect(messagesOf(await socket.next())).toEqual(["one", "two"]);

    socket.send({ id: "1", type: stop });
    socket.send({ id: "2", type: start, payload: { query: logs, variables: { runId, cursor: "3" } } });
    const second = await socket.next();
    // The older protocol says that the stopped one is complete; the newer one lets the client have the last word.
    expect({ id: second.id, messages: messagesOf(second) }).toEqual({ id: "2", messages: ["two"] });
  },
);

test.each(protocols)(
  "$protocol: an unknown run is told in the answer, which then is complete",
  async ({ protocol, start, data }) => {
    await using served = await serveNumbers();
    using socket = await connect(served, protocol);
    socket.send({ id: "1", type: start, payload: { query: logs, variables: { runId: "nonsense" } } });
    expect(await socket.next()).toEqual({
      id: "1",
      type: data,
      payload: {
        data: {
          pipelineRunLogs: {
            __typename: "PipelineRunLogsSubscriptionFailure",
            missingRunId: "nonsense",
            message: "This instance has no run nonsense",
          },
        },
      },
    });
    expect(await socket.next()).toEqual({ id: "1", type: "complete" });
  },
);

test("an operation that does not fit is an error: one object in the older protocol, a list in the newer", async () => {
  await using served = await serveNumbers();
  for (const { protocol, start } of protocols) {
    using socket = await connect(served, protocol);
    socket.send({ id: "1", type: start, payload: { query: "subscription { nothing }" } });
    const { type, payload } = await socket.next();
    expect(type).toBe("error");
    expect(Array.isArray(payload)).toBe(protocol === "graphql-transport-ws");
    expect((Array.isArray(payload) ? payload[0] : payload).message).toContain("nothing");
    socket.send({ id: "2", type: start, payload: { query: "{ version }" } });
    expect((await socket.next()).payload).toMatchObject({ data: { version: expect.any(String) } });
    expect(await socket.next()).toEqual({ id: "2", type: "complete" });
  }
});

test("a subscription whose field is left out is refused, with the reason", async () => {
  await using served = await serveNumbers();
  using socket = await connect(served, "graphql-transport-ws");
  const query = `subscription { locationStateChangeEvents @include(if: false) { __typename } }`;
  socket.send({ id: "1", type: "subscribe", payload: { query } });
  expect(await socket.next()).toMatchObject({
    type: "error",
    payload: [{ message: expect.stringContaining("@include leaves it out") }],
  });
});

test("a client that offers both protocols speaks the newer; breaking it closes with its codes", async () => {
  await using served = await serveNumbers();
  using both = await openSocket(served.url, ["graphql-ws", "graphql-transport-ws"]);
  expect(both.protocol).toBe("graphql-transport-ws");
  both.send({ id: "1", type: "subscribe", payload: { query: "{ version }" } });
  expect(await both.closed).toMatchObject({ code: 4401 });
  using twice = await connect(served, "graphql-transport-ws");
  twice.send({ type: "ping" });
  expect(await twice.next()).toEqual({ type: "pong" });
  twice.send({ type: "connection_init" });
  expect(await twice.closed).toMatchObject({ code: 4429 });
  using odd = await connect(served, "graphql-transport-ws");
  odd.send({ type: "sing" });
  expect(await odd.closed).toMatchObject({ code: 4400 });
});

test("a long past comes in chunks that say that more follows", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(
    served,
    served.workspace.launched[0]!,
    Array.from({ length: 2_500 }, (_, index) => line(`line ${index}`)),
  );
  using socket = await connect(served, "graphql-transport-ws");
  socket.send({ id: "1", type: "subscribe", payload: { query: logs, variables: { runId } } });
  const seen: string[] = [];
  const more: boolean[] = [];
  do {
    const message = await socket.next();
    seen.push(...messagesOf(message));
    more.push(message.payload.data.pipelineRunLogs.hasMorePastEvents);
  } while (more.at(-1) === true);
  expect(more).toEqual([true, true, false]);
  expect(seen.slice(-2_500)).toEqual(Array.from({ length: 2_500 }, (_, index) => `line ${index}`));
  expect(seen).toHaveLength(2_502);

  using head = await connect(served, "graphql-transport-ws");
  head.send({ id: "1", type: "subscribe", payload: { query: logs, variables: { runId, cursor: "HEAD" } } });
  expect(messagesOf(await head.next())).toEqual([]);
  await served.storage.events.append({ runId, attempt: 1, entries: [line("news")] });
  expect(messagesOf(await head.next())).toEqual(["news"]);
});

test("fifty clients of one run share one read of what is new, and none reads while nothing is", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, []);
  const query = `subscription($runId: ID!) { pipelineRunLogs(runId: $runId) { ... on PipelineRunLogsSubscriptionSuccess { messages { __typename ... on MessageEvent { message } } } } }`;
  using sockets = new DisposableStack();
  const clients: GraphqlSocket[] = [];
  for (let index = 0; index < 50; index += 1) {
    const socket = sockets.use(await connect(served, "graphql-transport-ws"));
    clients.push(socket);
    socket.send({ id: "1", type: "subscribe", payload: { query, variables: { runId } } });
    await socket.next();
  }
  const spy = vi.spyOn(pg.Client.prototype, "query");
  try {
    await served.storage.events.append({ runId, attempt: 1, entries: [line("shared")] });
    const news = await Promise.all(clients.map(async (client) => messagesOf(await client.next())));
    expect(news).toEqual(clients.map(() => ["shared"]));
    // The news may be told, and read, before the answer to the appending is here: reads are known by what they are, not by when they come.
    const texts = spy.mock.calls.map(([query]: unknown[]) => JSON.stringify(query)).filter((text) => text.includes("run_logs"));
    const isAppend = (text: string): boolean => text.includes("insert into dagwright.run_logs");
    expect(texts.filter(isAppend)).toHaveLength(1);
    expect(texts.filter((text) => !isAppend(text))).toHaveLength(1);
  } finally {
    spy.mockRestore();
  }
});

test("changes of a location are pushed", async () => {
  await using served = await serveNumbers();
  using socket = await connect(served, "graphql-transport-ws");
  const query = `subscription { locationStateChangeEvents { event { eventType locationName message } } }`;
  socket.send({ id: "1", type: "subscribe", payload: { query } });
  // The subscription stands when an answer to something sent after it has come.
  socket.send({ type: "ping" });
  expect(await socket.next()).toEqual({ type: "pong" });
  await served.graphql(`mutation { reloadRepositoryLocation(repositoryLocationName: "numbers") { __typename } }`);
  expect((await socket.next()).payload.data.locationStateChangeEvents.event).toMatchObject({
    eventType: "LOCATION_UPDATED",
    locationName: "numbers",
  });
});

test("a server that stops says so to its clients and leaves nothing behind", async () => {
  const served = await serveNumbers();
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, everyEntry);
  using socket = await connect(served, "graphql-transport-ws");
  socket.send({ id: "1", type: "subscribe", payload: { query: logs, variables: { runId } } });
  await socket.next();
  await served[Symbol.asyncDispose]();
  expect(await socket.closed).toMatchObject({ code: 1001 });
  await expect(fetch(`${served.url}/healthz`)).rejects.toThrow("fetch failed");
});
