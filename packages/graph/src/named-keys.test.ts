import { expect, test } from "vitest";
import { namedKeys, parseAssetSelection } from "./index.ts";

test.each([
  ["a", ["a"]],
  ["key:a/b or +c", ["a/b", "c"]],
  ["group:g and not key:d", ["d"]],
  ["sinks(group:g or e)", ["e"]],
  ["*", []],
  ["group:g", []],
])("%s names %j", (text, keys) => {
  expect([...namedKeys(parseAssetSelection(text))].sort()).toEqual(keys.map((key) => JSON.stringify(key.split("/"))));
});
