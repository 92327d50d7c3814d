import { createServer } from "node:http";
import { once } from "node:events";

import { expect, test, vi } from "vitest";

import { openSocket } from "../testing/graphql-socket.ts";
import { RawSocket } from "../testing/raw-socket.ts";
import { type ServedNumbers, serveNumbers } from "../testing/served-numbers.ts";

/** Asks for a WebSocket as a browser on a page of `origin` would; resolves with the close code, or null while it stays open. */
async function closeCodeFor(url: string, origin: string | undefined, protocol: string): Promise<number | null> {
  using socket = await RawSocket.open(url, protocol, origin === undefined ? {} : { origin });
  // Something to answer.
  socket.send({ type: "connection_init" });
  return (await socket.next()) === null ? await socket.closeCode : null;
}

test("a page of another site gets no socket, one of this server's does", async () => {
  await using served = await serveNumbers();
  expect(await closeCodeFor(served.url, "https://elsewhere.example", "graphql-ws")).toBe(4403);
  expect(await closeCodeFor(served.url, new URL(served.url).origin, "graphql-ws")).toBeNull();
  expect(await closeCodeFor(served.url, undefined, "graphql-transport-ws")).toBeNull();
});

test("one address has so many sockets open and no more, until one is closed", async () => {
  await using served = await serveNumbers({ maxWebSockets: 3 });
  const sockets = await Promise.all([1, 2, 3].map(() => openSocket(served.url, "graphql-ws")));
  using refused = await openSocket(served.url, "graphql-transport-ws");
  expect(await refused.closed).toEqual({ code: 1013, reason: "Too many: 3 WebSockets of this address are open; close some" });
  for (const socket of sockets) {
    socket.send({ type: "connection_init" });
    expect(await socket.next()).toEqual({ type: "connection_ack" });
  }
  sockets[0]?.[Symbol.dispose]();
  await sockets[0]?.closed;
  await vi.waitFor(async () => {
    using socket = await openSocket(served.url, "graphql-ws");
    socket.send({ type: "connection_init" });
    expect(await Promise.race([socket.next(), socket.closed])).toEqual({ type: "connection_ack" });
  });
  for (const socket of sockets) socket[Symbol.dispose]();
});

test("behind a proxy that is named each of its clients is counted by itself, and nobody else may say who they are", async () => {
  const until = async (served: ServedNumbers, from: readonly string[]) => {
    const sockets = [];
    for (const address of from) sockets.push(await RawSocket.open(served.url, "graphql-ws", { "x-forwarded-for": address }));
    const answers = sockets.map(async (socket) => {
      socket.send({ type: "connection_init" });
      return (await socket.next())?.type ?? (await socket.closeCode);
    });
    const told = await Promise.all(answers);
    for (const socket of sockets) socket.destroy();
    return told;
  };
  const clients = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1, 192.0.2.3"];
  await using named = await serveNumbers({ maxWebSockets: 1, trustedProxies: ["127.0.0.0/8", "::1", "::ffff:127.0.0.1"] });
  expect(await until(named, clients)).toEqual(["connection_ack", "connection_ack", 1013, "connection_ack"]);
  expect(named.logged.filter((line) => line.includes("--trusted-proxy"))).toHaveLength(1);
  await using alone = await serveNumbers({ maxWebSockets: 1 });
  expect(await until(alone, clients)).toEqual(["connection_ack", 1013, 1013, 1013]);
});

test("a port that is taken is told with what takes it", async () => {
  await using served = await serveNumbers();
  const { startWebserver } = await import("../start-webserver.ts");
  const { pino } = await import("pino");
  const port = Number(new URL(served.url).port);
  const options = { instance: served.instance, workspace: served.workspace, log: pino({ level: "silent" }) };
  const { signal } = new AbortController();
  await expect(startWebserver({ ...options, port }, signal)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use by another Dagwright webserver`,
  );

  const other = createServer((_request, response) => void response.end("hello")).listen(0, "127.0.0.1");
  await once(other, "listening");
  const taken = (other.address() as { port: number }).port;
  await expect(startWebserver({ ...options, port: taken }, signal)).rejects.toThrow(/in use by another web server|in use; stop/);
  other.close();
});
