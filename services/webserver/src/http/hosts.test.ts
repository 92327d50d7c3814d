import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

import { serveNumbers } from "../testing/served-numbers.ts";
import { mayBeCalled } from "./hosts.ts";

const onlyHere = { host: "127.0.0.1", allowed: [] };

test.each([
  // What a browser asks for whose resolver was told that a site is this machine.
  ["evil.example:3000", false],
  ["EVIL.example.:3000", false],
  ["127.0.0.1.evil.example:3000", false],
  ["localhost.evil.example:3000", false],
  ["evil.example:3000:3000", false],
  ["localhost:3000", true],
  ["LOCALHOST.", true],
  ["lab.localhost:3000", true],
  ["127.0.0.1:3000", true],
  ["[::1]:3000", true],
  ["192.168.1.7:3000", true],
  ["webserver:3000", true],
  // Proxies on this machine that pass on what their clients have called them.
  ["dagwright.example.com", true],
  ["dagwright.example.com:8443", true],
  ["", true],
  [undefined, true],
])("listening on this machine only, it may be called %s: %s", (host, expected) => {
  expect(mayBeCalled(host, 3000, onlyHere)).toBe(expected);
});

test("one that listens to the network has names that it does not know, unless they are given", () => {
  const everywhere = { host: "0.0.0.0", allowed: [] };
  expect(mayBeCalled("dagwright.example.com:3000", 3000, everywhere)).toBe(true);
  const named = { host: "0.0.0.0", allowed: ["Dagwright.example.com"] };
  expect(mayBeCalled("dagwright.example.com:3000", 3000, named)).toBe(true);
  expect(mayBeCalled("other.example.com", 3000, named)).toBe(false);
  expect(mayBeCalled("webserver:3000", 3000, named)).toBe(true);
});

/** As fetch cannot: under another name. */
async function ask(url: string, path: string, host: string, headers: Record<string, string> = {}) {
  const asked = request(`${url}${path}`, { agent: false, headers: { ...headers, host } });
  asked.end();
  const [answer] = (await Promise.race([once(asked, "response"), once(asked, "upgrade")])) as [IncomingMessage];
  const body = answer.statusCode === 101 ? "" : await text(answer);
  if (answer.statusCode === 101) answer.destroy();
  return { status: answer.statusCode, body };
}

test("a site that leads its name to this machine reads nothing, sends nothing and gets no socket", async () => {
  await using served = await serveNumbers({ pathPrefix: "/lab" });
  const { port } = new URL(served.url);
  const evil = `evil.example:${port}`;
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.from("0123456789abcdef").toString("base64"),
    "sec-websocket-protocol": "graphql-ws",
    origin: `http://${evil}`,
  };
  for (const path of [
    "/graphql?query={version}",
    "/server_info",
    "/",
    "/graphiql",
    "/metrics",
    "/logs/a/compute_logs/b/out",
    "/nothing",
  ]) {
    const { status, body } = await ask(served.url, path, evil, { origin: `http://${evil}` });
    expect({ path, status }).toEqual({ path, status: 403 });
    expect(body).toBe(
      `Forbidden: "evil.example" is no name of this webserver. Start it with --allowed-host evil.example when it is to be reached so`,
    );
  }
  expect((await ask(served.url, "/graphql", evil, upgrade)).status).toBe(403);
  expect((await ask(served.url, "/graphql", `localhost:${port}`, { ...upgrade, origin: served.url })).status).toBe(101);
  expect((await ask(served.url, "/server_info", `<script>.x:${port}`)).body).toContain("what Host says is no name");
  expect((await ask(served.url, "/server_info", `localhost:${port}`)).status).toBe(200);
  expect((await ask(served.url, "/server_info", "dagwright.example.com")).status).toBe(200);
});

test("with names given there are no others, whatever the port", async () => {
  await using served = await serveNumbers({ allowedHosts: ["dagwright.example.com"] });
  const { port } = new URL(served.url);
  expect((await ask(served.url, "/server_info", `dagwright.example.com:${port}`)).status).toBe(200);
  expect((await ask(served.url, "/server_info", "other.example.com")).status).toBe(403);
});
