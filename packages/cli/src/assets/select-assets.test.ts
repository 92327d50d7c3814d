import { expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { selectAssets } from "./select-assets.ts";

// raw ─▶ clean ─▶ shop/report ─▶ mail
const assets = [["raw"], ["clean"], ["shop", "report"], ["mail"], ["alone"]].map((key, index, all) => ({
  key,
  group: "g",
  tags: {},
  kinds: [],
  owners: [],
  isExternal: false,
  location: "shop",
  dependencies: index === 0 || index === 4 ? [] : [all[index - 1]!],
}));
const select = (text: string): readonly string[] => selectAssets(text, assets).map((key) => key.join("/"));

test.each([
  ["clean", ["clean"]],
  ["shop/report, raw", ["raw", "shop/report"]],
  ["*", ["raw", "clean", "shop/report", "mail", "alone"]],
  ["1+shop/report", ["clean", "shop/report"]],
  ["+shop/report", ["raw", "clean", "shop/report"]],
  ["clean+1", ["clean", "shop/report"]],
  ["clean+", ["clean", "shop/report", "mail"]],
  ["alone,raw+1", ["raw", "clean", "alone"]],
  ["group:g and not (raw or alone)", ["clean", "shop/report", "mail"]],
  ['key:"shop/*"', ["shop/report"]],
])("%s", (text, expected) => expect(select(text)).toEqual(expected));

test.each(["", "raw,", "(raw", "raw and", "ownr:me", "+", "raw clean"])("%j is refused with what can be written", (text) => {
  expect(() => select(text)).toThrow(UsageError);
  expect(() => select(text)).toThrow(/^--select: The selection .* at character \d+: .* It takes keys \(a\/b/);
});

test("a key that no asset has is told with what is near", () => {
  expect(() => select("claen,raw")).toThrow("there is no asset claen. Did you mean clean?");
  expect(() => select("zzzzzzzz,qqqqqqqq")).toThrow("there is no asset zzzzzzzz (nor qqqqqqqq). See them all with");
  expect(() => selectAssets("*", [])).toThrow("selects nothing");
});
