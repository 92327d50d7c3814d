import { assetKeyToUserString } from "@dagwright/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AssetSelectionExpression, resolveAssetSelection, type SelectableAsset } from "./index.ts";

const asset = (key: string, group: string, ...dependencies: string[]): SelectableAsset => ({
  key: key.split("/"),
  group,
  tags: {},
  kinds: [],
  owners: [],
  isExternal: false,
  location: "shop",
  dependencies: dependencies.map((one) => one.split("/")),
});

/** raw → clean → daily → report, raw → audit; lonely */
const shop = [
  asset("raw", "in"),
  asset("clean", "in", "raw", "elsewhere/days"),
  asset("daily", "out", "clean"),
  asset("report", "out", "daily"),
  asset("audit", "watch", "raw"),
  asset("lonely", "watch"),
];

const selected = (expression: AssetSelectionExpression): readonly string[] =>
  resolveAssetSelection(expression, shop).keys.map(assetKeyToUserString);
const keys = (...names: string[]): AssetSelectionExpression => ({ kind: "keys", keys: names.map((name) => name.split("/")) });
const pattern = (text: string): AssetSelectionExpression => ({ kind: "keyPattern", pattern: text });
const groups = (...names: string[]): AssetSelectionExpression => ({ kind: "groups", groups: names });
const reach = (
  kind: "upstream" | "downstream",
  of: AssetSelectionExpression,
  depth: number | null = null,
  includeSelf = true,
): AssetSelectionExpression => ({
  kind,
  of,
  depth,
  includeSelf,
});

describe("selecting assets", () => {
  test.each<[string, AssetSelectionExpression, readonly string[]]>([
    ["all", { kind: "all" }, ["raw", "clean", "daily", "report", "audit", "lonely"]],
    ["by key, in the order of the assets", keys("daily", "raw"), ["raw", "daily"]],
    ["by group", groups("in", "watch", "none"), ["raw", "clean", "audit", "lonely"]],
    ["by a pattern", pattern("*a*"), ["raw", "clean", "daily", "audit"]],
    ["by a pattern that begins and ends", pattern("r*t"), ["report"]],
    ["by a pattern without a star", pattern("raw"), ["raw"]],
    ["by a pattern whose ends would overlap", pattern("raw*raw"), []],
    ["by a pattern of many stars", pattern(`${"*e".repeat(30)}*`), []],
    ["either", { kind: "or", left: groups("out"), right: keys("raw") }, ["raw", "daily", "report"]],
    ["both", { kind: "and", left: groups("in"), right: keys("raw", "daily") }, ["raw"]],
    ["but not", { kind: "minus", left: { kind: "all" }, right: groups("in", "out") }, ["audit", "lonely"]],
    ["upstream", reach("upstream", keys("report")), ["raw", "clean", "daily", "report"]],
    ["upstream, one step", reach("upstream", keys("report"), 1), ["daily", "report"]],
    ["upstream, without itself", reach("upstream", keys("report"), null, false), ["raw", "clean", "daily"]],
    ["downstream", reach("downstream", keys("raw")), ["raw", "clean", "daily", "report", "audit"]],
    ["downstream, two steps", reach("downstream", keys("raw"), 2), ["raw", "clean", "daily", "audit"]],
    ["no step at all", reach("downstream", keys("raw"), 0), ["raw"]],
    [
      "downstream of what is upstream",
      reach("downstream", reach("upstream", keys("audit"), 1, false), 1, false),
      ["clean", "audit"],
    ],
  ])("%s", (_, expression, expected) => {
    expect(selected(expression)).toEqual(expected);
  });

  test("names the keys that nobody has", () => {
    const { keys: found, unknownKeys } = resolveAssetSelection(
      { kind: "or", left: keys("raw", "rav"), right: keys("rav", "a/b") },
      shop,
    );
    expect(found).toEqual([["raw"]]);
    expect(unknownKeys).toEqual([["rav"], ["a", "b"]]);
  });
});

const leaf = fc.oneof(
  fc.constant<AssetSelectionExpression>({ kind: "all" }),
  fc.subarray(shop.map(({ key }) => assetKeyToUserString(key))).map((names) => keys(...names)),
  fc.subarray(["in", "out", "watch"]).map((names) => groups(...names)),
);
const { expression: anyExpression } = fc.letrec<{ expression: AssetSelectionExpression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      kind: fc.constantFrom("or" as const, "and" as const, "minus" as const),
      left: tie("expression"),
      right: tie("expression"),
    }),
    fc.record({
      kind: fc.constantFrom("upstream" as const, "downstream" as const),
      of: tie("expression"),
      depth: fc.option(fc.nat({ max: 4 })),
      includeSelf: fc.boolean(),
    }),
  ),
}));

describe("the algebra holds:", () => {
  const same = (left: AssetSelectionExpression, right: AssetSelectionExpression): void => {
    expect(selected(left)).toEqual(selected(right));
  };
  const all: AssetSelectionExpression = { kind: "all" };

  test("what both select is what one selects but for what the other does not", () => {
    fc.assert(
      fc.property(anyExpression, anyExpression, (a, b) =>
        same({ kind: "and", left: a, right: b }, { kind: "minus", left: a, right: { kind: "minus", left: all, right: b } }),
      ),
    );
  });

  test("not (a or b) is neither a nor b", () => {
    const not = (a: AssetSelectionExpression): AssetSelectionExpression => ({ kind: "minus", left: all, right: a });
    fc.assert(
      fc.property(anyExpression, anyExpression, (a, b) =>
        same(not({ kind: "or", left: a, right: b }), { kind: "and", left: not(a), right: not(b) }),
      ),
    );
  });

  test("an asset is upstream of another exactly when that one is downstream of it", () => {
    const names = shop.map(({ key }) => assetKeyToUserString(key));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.constantFrom(...names), fc.option(fc.nat({ max: 4 })), (a, b, depth) => {
        const isUpstream = selected(reach("upstream", keys(a), depth)).includes(b);
        expect(selected(reach("downstream", keys(b), depth)).includes(a)).toBe(isUpstream);
      }),
    );
  });

  test("going twice one step is going two steps", () => {
    fc.assert(fc.property(anyExpression, (a) => same(reach("upstream", reach("upstream", a, 1), 1), reach("upstream", a, 2))));
  });
});
