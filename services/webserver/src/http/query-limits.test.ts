import { getIntrospectionQuery } from "graphql";
import { expect, test } from "vitest";

import { makeSchema } from "../graphql/schema.ts";
import { serveNumbers } from "../testing/served-numbers.ts";
import { defaultQueryLimits, parseWithinLimits, refuseTooManyValues } from "./query-limits.ts";

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
  expect(refusal(`{ ${"version ".repeat(20_001)} }`)).toMatch(/more than 20000 tokens/);
});

test("fragments that double one another are counted without being walked each time", () => {
  const doubling = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`);
  expect(refusal(`{ ...f0 } ${doubling.join(" ")} fragment f60 on Query { version }`)).toMatch(
    /asks for more than a billion fields/,
  );
  // One that leads to itself is left to validation.
  expect(refusal("{ ...a } fragment a on Query { version ...a }")).toBeNull();
});

test("texts that would exhaust the parser are refused before it", () => {
  const most = "brackets within brackets to a depth of more than 100";
  expect(refusal(`${"{version ".repeat(6_000)}${"}".repeat(6_000)}`)).toMatch(most);
  expect(refusal(`{ runOrError(runId: ${"[".repeat(9_000)}${"]".repeat(9_000)}) { __typename } }`)).toMatch(most);
  expect(refusal(`query($a: ${"[".repeat(9_000)}Int${"]".repeat(9_000)}) { version }`)).toMatch(most);
  expect(refusal(Array.from({ length: 501 }, (_, n) => `query q${n} { version }`).join(" "))).toMatch(
    "501 operations and fragments, and at most 500 are taken",
  );
  // What stands in a string is no bracket.
  expect(refusal(`{ runOrError(runId: "${"[".repeat(9_000)}") { __typename } }`)).toBeNull();
});

test("variables are counted, too", () => {
  const told = (variables: Record<string, unknown>): string | null => {
    try {
      refuseTooManyValues(variables, defaultQueryLimits);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(told({ keys: Array.from({ length: 100_000 }, (_, n) => String(n)) })).toBeNull();
  expect(told({ keys: Array.from({ length: 200_000 }, (_, n) => String(n)) })).toMatch(/hold more than 200000 values/);
  expect(told(JSON.parse(`{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`) as Record<string, unknown>)).toMatch(
    /nested more than 200 deep/,
  );
});

test("the schema is told unless that was switched off", () => {
  const closed = { ...defaultQueryLimits, introspection: false };
  const asked = (query: string) => () => parseWithinLimits(query, schema, closed);
  expect(asked(getIntrospectionQuery())).toThrow(/--no-introspection, so `__schema` cannot be asked for/);
  expect(asked('{ ...f } fragment f on Query { __type(name: "Run") { name } }')).toThrow(/--no-introspection/);
  expect(asked("{ __typename version }")).not.toThrow();
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
