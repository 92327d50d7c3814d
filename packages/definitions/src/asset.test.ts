import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asset, AssetSelection, brandOf, defineAssetJob, externalAsset } from "./index.ts";

describe("asset()", () => {
  const orders = asset("orders", { out: z.array(z.object({ id: z.number() })) }, () => [{ id: 1 }]);
  const days = externalAsset("shop/days", z.array(z.string()));
  const report = asset(
    ["reports", "日報 📈"],
    {
      description: "Tägliche Zahlen 📊",
      group: "reports/daily",
      kinds: ["typescript", "duckdb"],
      owners: ["ada@example.com", "team:数".replace("数", "data")],
      tags: { "dagwright/tier": "gold" },
      metadata: { rows: 3, when: new Date(0) },
      codeVersion: "7",
      ins: { orders, days },
      deps: ["raw/clicks"],
    },
    ({ orders: rows, days: all }) => rows.length + all.length,
  );

  test("is frozen and branded, and carries what was declared", () => {
    expect(Object.isFrozen(report)).toBe(true);
    expect(brandOf(report)).toEqual({ kind: "asset", version: 1 });
    expect({ ...report }).toMatchObject({
      key: ["reports", "日報 📈"],
      description: "Tägliche Zahlen 📊",
      group: "reports/daily",
      kinds: ["typescript", "duckdb"],
      owners: ["ada@example.com", "team:data"],
      tags: { "dagwright/tier": "gold" },
      metadata: { rows: { type: "int", int: "3" }, when: { type: "timestamp", epochSeconds: 0 } },
      codeVersion: "7",
      dependencies: [["orders"], ["shop", "days"], ["raw", "clicks"]],
    });
    expect(orders).toHaveProperty("group", "default");
  });

  test("reads its inputs by the schemas of the assets they are, and only follows its deps", () => {
    expect(report.node.ins).toMatchObject([
      { name: "orders", schema: orders.schema, assetKey: ["orders"], isOrderOnly: false },
      { name: "days", schema: days.schema, assetKey: ["shop", "days"], isOrderOnly: false },
      { name: "dep_raw__clicks", schema: null, assetKey: ["raw", "clicks"], isOrderOnly: true },
    ]);
  });

  test("counts a dependency once, and keeps input names apart", () => {
    const twice = asset("twice", { ins: { dep_b: orders, again: orders }, deps: [orders, "b", ["b"], "orders"] }, () => 1);
    expect(twice.dependencies).toEqual([["orders"], ["b"]]);
    expect(twice.node.ins.map(({ name }) => name)).toEqual(["dep_b", "again", "dep_b_"]);
  });

  test("called directly, runs its function", () => {
    expect(report({ orders: [{ id: 1 }, { id: 2 }], days: ["mon"] })).toBe(3);
    expect(orders()).toEqual([{ id: 1 }]);
  });

  test("its op has the key's parts joined by __, told apart by a hash where characters are lost", () => {
    expect(asset("a/b-c", () => 1).node.name).toBe("a__b_c");
    expect(report.node.name).toMatch(/^reports__[_]+_[0-9a-f]{8}$/);
    expect(asset("é", () => 1).node.name).not.toBe(asset("è", () => 1).node.name);
  });

  test.each([[""], ["a//b"], [" a"], ["a\n"], ["a\0b"], ["\ud800"], [[]], [["a", "b/c"]], [3 as never]])(
    "refuses the key %j",
    (key) => {
      expect(() => asset(key, () => 1)).toThrow(
        expect.objectContaining({ kind: "InvalidNameError", message: expect.stringContaining("key of an asset") as string }),
      );
    },
  );

  test("refuses groups, kinds, owners and tags that selections could not spell", () => {
    expect(() => asset("a", { group: "größe" }, () => 1)).toThrow('Asset "a": "größe" cannot be a group');
    expect(() => asset("a", { kinds: ["two words"] }, () => 1)).toThrow('Asset "a": "two words" cannot be a kind');
    expect(() => asset("a", { owners: ["ada"] }, () => 1)).toThrow(
      'Asset "a": "ada" cannot be an owner: owners are e-mail addresses or "team:"',
    );
    expect(() => asset("a", { tags: { "🚀": "x" } }, () => 1)).toThrow('Asset "a": the tag "🚀": "x" is not allowed');
  });

  test("tells an undefined input from a circular import", () => {
    const imported = {} as { readonly later: typeof orders };
    expect(() => asset("a", { ins: { later: imported.later } }, () => 1)).toThrow(
      expect.objectContaining({
        kind: "CircularImportError",
        message: expect.stringMatching(
          /^Input "later" of asset "a" is undefined\. Most likely two modules import one another.*asset\.test\.ts:\d+\)$/,
        ) as string,
      }),
    );
    expect(() => asset("a", { deps: [imported.later] }, () => 1)).toThrow('Entry 0 of `deps` of asset "a" is undefined');
    expect(() => defineAssetJob("j", { selection: [imported.later] })).toThrow(
      'Entry 0 of the selection of asset job "j" is undefined',
    );
  });

  test("refuses an input that is no asset, and a missing function", () => {
    expect(() => asset("a", { ins: { n: z.number() as never } }, () => 1)).toThrow('Asset "a": its input "n" is no asset');
    expect(() => asset("a", {}, undefined as never)).toThrow('Asset "a": its last argument must be the function that makes it');
  });
});

describe("AssetSelection", () => {
  test("is plain data, combined by methods", () => {
    const orders = asset("shop/orders", () => 1);
    const selection = AssetSelection.keys(orders, "a")
      .or(AssetSelection.groups("g").downstream({ depth: 1 }))
      .minus(AssetSelection.all());
    expect(selection.expression).toEqual({
      kind: "minus",
      left: {
        kind: "or",
        left: { kind: "keys", keys: [["shop", "orders"], ["a"]] },
        right: { kind: "downstream", of: { kind: "groups", groups: ["g"] }, depth: 1, includeSelf: true },
      },
      right: { kind: "all" },
    });
  });

  test("refuses a depth that is no count", () => {
    expect(() => AssetSelection.all().upstream({ depth: -1 })).toThrow("AssetSelection.upstream: depth is -1");
  });
});
