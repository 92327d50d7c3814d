import { createHash } from "node:crypto";
import { expect, test } from "vitest";

import { openSocket } from "../testing/graphql-socket.ts";
import { serveNumbers } from "../testing/served-numbers.ts";
import { PersistedQueries } from "./persisted-queries.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const named = (query: string) => ({ version: 1, sha256Hash: sha256(query) });
const query = "query Version { version }";

test("a client sends a query once and only its hash from then on", async () => {
  await using served = await serveNumbers();
  const post = async (body: object) => {
    const response = await fetch(`${served.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const extensions = { persistedQuery: named(query) };
  const unknown = {
    status: 200,
    body: { errors: [{ message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }] },
  };
  const found = { status: 200, body: { data: { version: expect.any(String) } } };
  expect(await post({ extensions })).toEqual(unknown);
  expect(await post({ query, extensions })).toEqual(found);
  expect(await post({ extensions })).toEqual(found);
  const params = new URLSearchParams({ extensions: JSON.stringify(extensions) });
  const got = await fetch(`${served.url}/graphql?${params.toString()}`);
  expect(await got.json()).toEqual(found.body);
  // A hash of something else would have others carry out what they did not ask for.
  expect(await post({ query: "{ shouldShowNux }", extensions })).toMatchObject({
    status: 400,
    body: { errors: [{ message: "provided sha does not match query" }] },
  });
});

test("of a list of allowed queries nothing else is carried out, by text or by hash", async () => {
  await using served = await serveNumbers({ allowedQueries: [query] });
  const ask = (text: string) => served.graphql(text);
  expect((await ask(query)).data.version).toBeTypeOf("string");
  expect((await ask("{ version }")).errors?.[0]).toMatchObject({ extensions: { code: "QUERY_NOT_ALLOWED" } });
  const got = await fetch(`${served.url}/graphql?query=${encodeURIComponent("{ version }")}`);
  expect(got.status).toBe(400);
  using socket = await openSocket(served.url, "graphql-transport-ws");
  socket.send({ type: "connection_init" });
  await socket.next();
  socket.send({ id: "1", type: "subscribe", payload: { query: "{ version }" } });
  expect(await socket.next()).toMatchObject({ type: "error", payload: [{ extensions: { code: "QUERY_NOT_ALLOWED" } }] });
  socket.send({ id: "2", type: "subscribe", payload: { query: "", extensions: { persistedQuery: named(query) } } });
  expect(await socket.next()).toMatchObject({ type: "next", payload: { data: { version: expect.any(String) } } });
});

test("what is remembered is bounded, the ones used last stay", () => {
  const queries = new PersistedQueries();
  const text = (n: number): string => `{ version } #${n} ${"x".repeat(200_000)}`;
  for (let n = 0; n < 100; n += 1) {
    queries.resolve(text(n), named(text(n)));
    queries.resolve(null, named(text(0)));
  }
  const known = Array.from({ length: 100 }, (_, n) => n).filter((n) => {
    try {
      return queries.resolve(null, named(text(n))) !== null;
    } catch {
      return false;
    }
  });
  expect(known.length).toBe(41);
  expect(known).toContain(0);
  expect(known).toContain(99);
});
