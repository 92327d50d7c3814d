import { expect, test } from "vitest";
import { toMetadataValue } from "./metadata.ts";

test.each([
  ["plain text", "a", { type: "text", text: "a" }],
  ["a whole number", 3, { type: "int", int: "3" }],
  ["a fraction", 0.5, { type: "float", float: 0.5 }],
  ["a number JSON cannot carry", Number.NaN, { type: "text", text: "NaN" }],
  ["an int beyond 2^53", 2n ** 64n, { type: "int", int: "18446744073709551616" }],
  ["a boolean", true, { type: "bool", bool: true }],
  ["null", null, { type: "null" }],
  ["a date", new Date(1500), { type: "timestamp", epochSeconds: 1.5 }],
  ["a list", [1, 2], { type: "json", json: [1, 2] }],
  [
    "an object that only looks typed",
    { type: "text", text: "a", more: 1 },
    { type: "json", json: { type: "text", text: "a", more: 1 } },
  ],
  ["a typed value", { type: "url", url: "http://localhost" }, { type: "url", url: "http://localhost" }],
  [
    "an object with another field than its type has",
    { type: "pool", name: "db" },
    { type: "json", json: { type: "pool", name: "db" } },
  ],
] as const)("%s gets its type", (_, input, expected) => {
  expect(toMetadataValue(input)).toEqual(expected);
});
