import { createServer, request } from "node:http";
import { once } from "node:events";
import type { Socket } from "node:net";

import { expect, test, vi } from "vitest";

import { openSocket } from "../testing/graphql-socket.ts";
import { serveNumbers } from "../testing/served-numbers.ts";

/** Asks for a WebSocket as a browser on a page of `origin` would; resolves with the close code, or null while it stays open. */
async function closeCodeFor(url: string, origin: string | undefined, protocol: string): Promise<number | null> {
  const asked = request(`${url}/graphql`, {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.from("0123456789abcdef").toString("base64"),
      "sec-websocket-protocol": protocol,
      ...(origin !== undefined && { origin }),
    },
  });
  asked.end();
  const [, socket, head] = (await once(asked, "upgrade")) as [unknown, Socket, Buffer];
  try {
    // Something to answer: a frame of its own, masked with zeros.
    const text = Buffer.from(JSON.stringify({ type: "connection_init" }));
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
    const frame = head.length > 0 ? head : ((await once(socket, "data"))[0] as Buffer);
    return (frame[0]! & 0x0f) === 8 ? frame.readUInt16BE(2) : null;
  } finally {
    socket.destroy();
  }
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
