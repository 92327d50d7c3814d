import { describe, expect, test } from "vitest";
import { type AssetSelectionExpression, parseAssetSelection, resolveAssetSelection, type SelectableAsset } from "./index.ts";

const asset = (name: string, group: string, ...dependencies: string[]): SelectableAsset => ({
  key: name.split("/"),
  group,
  dependencies: dependencies.map((one) => one.split("/")),
});

/** shop/raw → shop/clean → daily → report; two words and 日報 stand alone */
const assets = [
  asset("shop/raw", "in"),
  asset("shop/clean", "in", "shop/raw"),
  asset("daily", "out/fast", "shop/clean"),
  asset("report", "out", "daily"),
  asset("two words", "odd"),
  asset("日報", "odd"),
  asset("2", "odd"),
];
const selected = (text: string): string => {
  const { keys, unknownKeys } = resolveAssetSelection(parseAssetSelection(text), assets);
  return [...keys.map((key) => key.join("/")), ...unknownKeys.map((key) => `?${key.join("/")}`)].join(" ");
};

describe("a selection as text", () => {
  test.each([
    ["*", "shop/raw shop/clean daily report two words 日報 2"],
    ["daily", "daily"],
    ["key:shop/raw", "shop/raw"],
    ['key:"two words"', "two words"],
    ['"two words"', "two words"],
    ["日報", "日報"],
    ["shop/*", "shop/raw shop/clean"],
    ['key:"*r*"', "shop/raw report two words"],
    ["group:out", "report"],
    ["group:out/fast", "daily"],
    ["+daily", "shop/raw shop/clean daily"],
    ["1+daily", "shop/clean daily"],
    ["shop/clean+", "shop/clean daily report"],
    ["shop/raw+1", "shop/raw shop/clean"],
    ["1+daily+1", "shop/clean daily report"],
    ["+group:out/fast+", "shop/raw shop/clean daily report"],
    ["2", "2"],
    ["2+2", "2"],
    ["daily or report", "daily report"],
    ["daily, report", "daily report"],
    ["group:in and not shop/raw", "shop/clean"],
    ["report or group:in and shop/raw", "shop/raw report"],
    ["(report or group:in) and shop/raw", "shop/raw"],
    ["+(daily or 日報)", "shop/raw shop/clean daily 日報"],
    ["NOT (group:in OR group:odd)", "daily report"],
    ["not not daily", "daily"],
    ["dayly", "?dayly"],
    ['"or"', "?or"],
  ])("%s", (text, expected) => {
    expect(selected(text)).toBe(expected);
  });

  test.each<[string, number, string]>([
    ["", 1, "expected an asset, a group or a bracket, found the end"],
    ["daily and", 10, "expected an asset, a group or a bracket, found the end"],
    ["daily report", 7, 'expected "and", "or" or the end, found "report"'],
    ["(daily", 7, 'expected ")", found the end'],
    ["daily)", 6, 'expected "and", "or" or the end, found ")"'],
    ["grup:in", 1, '"grup:" is unknown; known are "key:" and "group:"'],
    ["group:", 7, 'expected what "group:" is to be, found the end'],
    ['daily or "two', 10, "a quotation mark is not closed"],
    ["++daily", 2, 'expected an asset, a group or a bracket, found "+"'],
  ])("%j is refused, with the place", (text, position, problem) => {
    expect(() => parseAssetSelection(text)).toThrow(
      expect.objectContaining({
        kind: "SelectionSyntaxError",
        position,
        message: `The selection ${JSON.stringify(text)} is not understood at character ${position}: ${problem}`,
      }),
    );
  });

  test("a pattern's other characters mean themselves", () => {
    const pattern: AssetSelectionExpression = parseAssetSelection("a.b*");
    expect(resolveAssetSelection(pattern, [asset("axb", "g"), asset("a.b[c", "g")]).keys).toEqual([["a.b[c"]]);
  });
});
