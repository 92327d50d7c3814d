import { getIntrospectionQuery } from "graphql";
import { expect, test } from "vitest";

import { makeSchema } from "../graphql/schema.ts";
import { serveNumbers } from "../testing/served-numbers.ts";
import { defaultQueryLimits, parseWithinLimits } from "./query-limits.ts";

const schema = makeSchema();
const refusal = (query: string): string | null => {
  try {
    parseWithinLimits(query, schema, defaultQueryLimits);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};
const nested = (...names: readonly string[]): string => `{ ${names.reduceRight((inner, name) => `${name} { ${inner} }`, "id")} }`;

test("what tools and scripts ask is taken", () => {
  expect(refusal(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, specifiedByUrl: true }))).toBeNull();
  const runs = Array.from({ length: 100 }, (_, n) => `r${n}: runOrError(runId: "${n}") { ... on Run { runId status } }`);
  expect(refusal(`{ ${runs.join(" ")} }`)).toBeNull();
});

test("a query that is too deep, too wide or multiplies itself is refused with the limit", () => {
  const around = Array.from({ length: 11 }, () => ["repository", "location"]).flat();
  expect(refusal(`query Deep ${nested("assetNodes", ...around)}`)).toMatch(
    "The query Deep is 24 fields deep, and at most 20 are taken",
  );
  const neighbours = Array.from({ length: 7 }, () => ["dependencies", "asset"]).flat();
  expect(refusal(nested("assetNodes", ...neighbours))).toMatch("lists within lists to a depth of 8, and at most 7 are taken");
  expect(refusal(`{ ${Array.from({ length: 502 }, (_, n) => `a${n}: version`).join(" ")} }`)).toMatch(
    /again under 501 other names, and at most 500/,
  );
  expect(refusal(`{ version ${"@include(if: true)".repeat(201)} }`)).toMatch(/has 201 directives/);
  expect(refusal(`{ ${"version ".repeat(20_001)} }`)).toMatch(/more that 20000 tokens/);
});

test("fragments that double one another are counted without being walked each time", () => {
  const doubling = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`);
  expect(refusal(`{ ...f0 } ${doubling.join(" ")} fragment f60 on Query { version }`)).toMatch(
    /asks for more than a billion fields/,
  );
  // One that leads to itself is left to validation.
  expect(refusal("{ ...a } fragment a on Query { version ...a }")).toBeNull();
});

test("a bomb is a 400 and leaves the server as it was", async () => {
  await using served = await serveNumbers();
  const doubling = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`);
  const response = await fetch(`${served.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `{ ...f0 } ${doubling.join(" ")} fragment f60 on Query { version }` }),
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { data: null, errors: [{ message: expect.stringContaining("more than a billion fields") }] },
  ]);
  expect((await served.graphql("{ version }")).data.version).toBeTypeOf("string");
});
