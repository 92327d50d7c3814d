import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { serveNumbers } from "../testing/served-numbers.ts";

const json = { "content-type": "application/json" };

test("clients may ask in every way that they are used to", async () => {
  await using served = await serveNumbers();
  const url = `${served.url}/graphql`;
  const ask = async (init: RequestInit, at = url) => {
    const response = await fetch(at, init);
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const found = { status: 200, body: { data: { workspaceLocationEntryOrError: { id: "numbers" } } } };
  const query = `query Location($name: String!) { workspaceLocationEntryOrError(name: $name) { ... on WorkspaceLocationEntry { id } } }`;
  const variables = { name: "numbers" };

  expect(
    await ask(
      { method: "POST", headers: json, body: JSON.stringify({ query, variables, operationName: "Location" }) },
      `${url}?op=Location`,
    ),
  ).toEqual(found);
  expect(
    await ask({ method: "POST", headers: json, body: JSON.stringify({ query, variables: JSON.stringify(variables) }) }),
  ).toEqual(found);
  expect(await ask({}, `${url}?${new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()}`)).toEqual(
    found,
  );
  const literal = query.replace("query Location($name: String!)", "").replace("$name", '"numbers"');
  expect(await ask({ method: "POST", headers: { "content-type": "application/graphql" }, body: literal })).toEqual(found);
});

test("a query that does not fit is a 400 with data null", async () => {
  await using served = await serveNumbers();
  const ask = async (body: object) => {
    const response = await fetch(`${served.url}/graphql`, { method: "POST", headers: json, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as { data: unknown; errors: { message: string }[] } };
  };
  for (const [body, message] of [
    [{ query: "{ version" }, /Syntax Error/],
    [{ query: "{ nothingLikeIt }" }, /Cannot query field "nothingLikeIt"/],
    [{ query: "query($id: ID!) { runOrError(runId: $id) { __typename } }", variables: {} }, /\$id/],
    [{ query: "query A { version } query B { version }", operationName: "C" }, /C/],
  ] as const) {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeNull();
    expect(answer.body.errors[0]?.message).toMatch(message);
  }
});

test("what holds no query is refused in plain text", async () => {
  await using served = await serveNumbers();
  const ask = async (init: RequestInit) => {
    const response = await fetch(`${served.url}/graphql`, { method: "POST", ...init });
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };
  const plain = "text/plain; charset=utf-8";
  expect(await ask({ headers: json, body: "{" })).toMatchObject({
    status: 400,
    type: plain,
    text: expect.stringContaining("not valid JSON"),
  });
  expect(await ask({ headers: json, body: "{}" })).toEqual({
    status: 400,
    type: plain,
    text: "No GraphQL query found in the request: send JSON with a text `query`",
  });
  expect(await ask({ headers: json, body: `{"query":"{version}","variables":"["}` })).toMatchObject({ status: 400, type: plain });
  // A page of another site can send this without asking the browser first.
  expect(await ask({ headers: { "content-type": "text/plain" }, body: `{"query":"{version}"}` })).toMatchObject({ status: 415 });
  for (const type of ["application/x-www-form-urlencoded", "image/png", "nonsense"])
    expect(await ask({ headers: { "content-type": type }, body: "query={version}" })).toMatchObject({
      status: 415,
      text: "Unsupported Media Type: send application/json or application/graphql",
    });
  expect(await ask({ headers: { ...json, "content-encoding": "gzip" }, body: gzipSync(`{"query":"{version}"}`) })).toMatchObject({
    status: 415,
    text: expect.stringContaining("without a Content-Encoding"),
  });
  expect(await ask({ headers: json, body: `{"query":"${"x".repeat(17 * 1024 * 1024)}"}` })).toMatchObject({
    status: 413,
    text: "The body is too large: at most 16 MB are taken",
  });
});

test("a subscription that comes without a WebSocket is told where it belongs", async () => {
  await using served = await serveNumbers();
  const query = "subscription { locationStateChangeEvents { __typename } }";
  const answers = await Promise.all([
    fetch(`${served.url}/graphql`, { method: "POST", headers: json, body: JSON.stringify({ query }) }),
    fetch(`${served.url}/graphql?${new URLSearchParams({ query }).toString()}`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 405]);
  for (const answer of answers)
    expect(await answer.json()).toEqual({
      data: null,
      errors: [{ message: expect.stringContaining("by the subprotocol graphql-transport-ws or graphql-ws") }],
    });
});

test("an address that leads nowhere is told with one that does; a slash at the end changes nothing", async () => {
  await using served = await serveNumbers({ pathPrefix: "/lab" });
  const { origin } = new URL(served.url);
  const lost = await fetch(`${origin}/graphql?secret=1`, { method: "POST", headers: json, body: "{}" });
  expect([lost.status, await lost.text()]).toEqual([404, "There is nothing at POST /graphql; GraphQL is at POST /lab/graphql"]);
  expect((await fetch(`${served.url}/nowhere`)).status).toBe(404);
  const slashed = await fetch(`${served.url}/graphql/`, { method: "POST", headers: json, body: `{"query":"{ version }"}` });
  expect(slashed.status).toBe(200);
  expect((await fetch(`${served.url}/graphql?query={version}`, { method: "HEAD" })).status).toBe(200);
});

test("a resolver that throws is a 500 that tells where the log has it", async () => {
  await using served = await serveNumbers();
  const response = await fetch(`${served.url}/graphql`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ query: `{ version test { alwaysException } }` }),
  });
  expect(response.status).toBe(500);
  const { data, errors } = (await response.json()) as {
    data: unknown;
    errors: { extensions: { correlationId: string; errorInfo: { cls_name: string; stack: string[] } } }[];
  };
  expect(data).toMatchObject({ version: expect.any(String), test: { alwaysException: null } });
  expect(errors[0]?.extensions.errorInfo).toMatchObject({ cls_name: "Error", cause: null, stack: [] });
  expect(served.logged.join("")).toContain(errors[0]?.extensions.correlationId);
});

test("a mutation by GET is refused", async () => {
  await using served = await serveNumbers();
  const response = await fetch(
    `${served.url}/graphql?${new URLSearchParams({ query: "mutation { reloadWorkspace { __typename } }" }).toString()}`,
  );
  expect(response.status).toBe(405);
});

test("everything moves under the path prefix, and a browser gets pages that load nothing from elsewhere", async () => {
  await using served = await serveNumbers({ pathPrefix: "lab/dagwright/" });
  expect(served.url).toMatch(/^http:\/\/localhost:\d+\/lab\/dagwright$/);
  const html = { headers: { accept: "text/html,application/xhtml+xml" } };
  const graphiql = await (await fetch(`${served.url}/graphql`, html)).text();
  expect(graphiql).toContain(`const path = "/lab/dagwright/graphql"`);
  const loaded = [...graphiql.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => new URL(path!, served.url));
  expect(loaded).toHaveLength(4);
  for (const url of loaded)
    expect(await fetch(url)).toMatchObject({ status: 200, url: expect.stringContaining("/lab/dagwright/graphiql/") });
  expect((await fetch(`${served.url}/graphiql/..%2Fhome.ts`)).status).toBe(404);
  const home = await (await fetch(`${served.url}/`, html)).text();
  expect(home).toContain("process_numbers");
  for (const page of [graphiql, home]) expect(page).not.toMatch(/(src|href)="?https?:/);
  expect((await fetch(`${new URL(served.url).origin}/graphql`, html)).status).toBe(404);
});

test("tells machines what it is and how it is", async () => {
  await using served = await serveNumbers();
  for (const path of ["/server_info", "/dagit_info"])
    expect(await (await fetch(`${served.url}${path}`)).text()).toContain("dagster_webserver");
  expect(await (await fetch(`${served.url}/healthz`)).json()).toEqual({ status: "alive" });
  expect(await (await fetch(`${served.url}/readyz`)).json()).toEqual({ status: "ready" });
});
