import { expect, test } from "vitest";

import { serveNumbers } from "../testing/served-numbers.ts";

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };
const stranger = "https://stranger.example";
const friend = "https://friend.example";
const mutation = JSON.stringify({ query: "mutation { setNuxSeen }" });

test("pages of other sites can do nothing, scripts and pages of this server go on as they do", async () => {
  await using served = await serveNumbers({ pathPrefix: "/lab" });
  const status = async (path: string, init: RequestInit): Promise<number> => (await fetch(`${served.url}${path}`, init)).status;
  const post = (headers: Record<string, string>, body: string) => ({ method: "POST", headers, body });

  expect(await status("/graphql", post(json, mutation))).toBe(200);
  expect(await status("/graphql", post({ ...json, origin: new URL(served.url).origin }, mutation))).toBe(200);
  expect(
    await status("/graphql", post({ ...json, origin: "https://lab.example", "x-forwarded-host": "lab.example" }, mutation)),
  ).toBe(200);
  for (const origin of [stranger, "null", "nonsense"]) {
    expect(await status("/graphql", post({ ...json, origin }, mutation))).toBe(403);
    // What a form can send without the browser asking first.
    expect(await status("/report_asset_materialization/a", post({ ...form, origin }, ""))).toBe(403);
    expect(
      await status("/report_asset_check/a?check_name=b&passed=true", post({ "content-type": "text/plain", origin }, "")),
    ).toBe(403);
    expect(await status("/graphql", { method: "OPTIONS", headers: { origin } })).toBe(403);
  }
  for (const headers of [form, { "content-type": "multipart/form-data" }, { "content-type": "text/plain" }])
    expect(
      await status(`/graphql?${new URLSearchParams({ query: "mutation { setNuxSeen }" }).toString()}`, post(headers, "")),
    ).toBe(415);
  const events = await served.graphql(`{ assetsOrError { ... on AssetConnection { nodes { id } } } }`);
  expect(events.data.assetsOrError.nodes).not.toContainEqual({ id: `["a"]` });
});

test("pages of a named origin may ask, and their browser is told so", async () => {
  await using served = await serveNumbers({ allowedOrigins: [friend] });
  const preflight = await fetch(`${served.url}/graphql`, {
    method: "OPTIONS",
    headers: { origin: friend, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(friend);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
  const answer = await fetch(`${served.url}/graphql`, { method: "POST", headers: { ...json, origin: friend }, body: mutation });
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, friend]);
  const refused = await fetch(`${served.url}/graphql`, {
    method: "POST",
    headers: { ...json, origin: stranger },
    body: mutation,
  });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  expect(await refused.text()).toMatch(/--allowed-origin/);
});
