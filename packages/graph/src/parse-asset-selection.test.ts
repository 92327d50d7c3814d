import { describe, expect, test } from "vitest";
import {
  type AssetSelectionExpression,
  parseAssetSelection,
  printAssetSelection,
  resolveAssetSelection,
  type SelectableAsset,
} from "./index.ts";

const asset = (name: string, group: string, ...dependencies: string[]): SelectableAsset => ({
  key: name.split("/"),
  group,
  tags: {},
  kinds: [],
  owners: [],
  isExternal: false,
  location: "shop",
  dependencies: dependencies.map((one) => one.split("/")),
});

/** shop/raw → shop/clean → daily → report; two words and 日報 stand alone */
const assets = [
  asset("shop/raw", "in"),
  asset("shop/clean", "in", "shop/raw"),
  asset("daily", "out/fast", "shop/clean"),
  asset("report", "out", "daily"),
  { ...asset("two words", "odd"), tags: { tier: "gold", checked: "" }, owners: ["team:data"], isExternal: true },
  { ...asset("日報", "odd"), tags: { tier: "two words" }, kinds: ["duckdb"], owners: ["me@shop.example"], location: "報" },
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
    ["group:out*", "daily report"],
    ["tag:tier=gold", "two words"],
    ['tag:"tier"="two words"', "日報"],
    ["tag:checked", "two words"],
    ["tag:tier", ""],
    ["kind:duckdb", "日報"],
    ['owner:"team:data"', "two words"],
    ["owner:me@shop.example", "日報"],
    ["code_location:報", "日報"],
    ["is:external", "two words"],
    ["is:materializable and group:odd", "日報 2"],
    ["roots(daily+)", "daily"],
    ["sinks(group:in)", "shop/clean"],
    ["+sinks(group:in)", "shop/raw shop/clean"],
    ["roots(*) and not group:odd", "shop/raw"],
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
    [
      "grup:in",
      1,
      '"grup:" is unknown; known are "key:", "group:", "tag:", "kind:", "owner:", "code_location:", "is:", "check:"',
    ],
    ["daily or is:big", 13, 'expected "external" or "materializable", found "big"'],
    ["tag:a=", 7, 'expected what "tag:a=" is to be, found the end'],
    ["leaves(daily)", 1, '"leaves(" is unknown; known are "roots(", "sinks(", "checks(", "without_checks("'],
    ["roots(daily", 12, 'expected ")", found the end'],
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

  test.each([
    'key:daily or (group:in and not tag:tier="two words")',
    "roots(1+key:daily+2) and is:external",
    'check:"shop/raw:positive" or checks(group:daily) or without_checks(key:b)',
    '(key:a or key:"b c" or group:x*) and not owner:"team:data"',
    "code_location:shop or kind:duckdb or tag:checked",
  ])("%s can be printed and read again", (text) => {
    const expression = parseAssetSelection(text);
    expect(parseAssetSelection(printAssetSelection(expression))).toEqual(expression);
  });

  test("a selection by code location is refused where assets do not know theirs", () => {
    const inside = assets.map((one) => ({ ...one, location: null }));
    expect(() => resolveAssetSelection(parseAssetSelection("code_location:shop"), inside)).toThrow(
      expect.objectContaining({ kind: "UnanswerableSelectionError" }),
    );
  });

  test("a pattern's other characters mean themselves", () => {
    const pattern: AssetSelectionExpression = parseAssetSelection("a.b*");
    expect(resolveAssetSelection(pattern, [asset("axb", "g"), asset("a.b[c", "g")]).keys).toEqual([["a.b[c"]]);
  });
});
