import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  assetSpec,
  AutomationCondition,
  buildOpContext,
  buildRepository,
  checkSpec,
  definitions,
  type DefinitionsOptions,
  externalAsset,
  freshnessPolicy,
  graphAsset,
  graphMultiAsset,
  mapAssetSpecs,
  materializeResult,
  multiAsset,
  multiObservableSourceAsset,
  observableSourceAsset,
  op,
  toLocationSnapshot,
} from "../index.ts";

const load = (options: DefinitionsOptions) => buildRepository(definitions(options));
const add = op("add", { ins: { x: z.number() }, out: z.number() }, ({ x }) => x + 1);
const here = String.raw`assets\.test\.ts:\d+`;

describe("attributes of assets", () => {
  test("are the same for every way to declare one, and part of the snapshot", () => {
    const attributes = {
      group: "g",
      kinds: ["csv"],
      owners: ["team:data"],
      tags: { tier: "gold" },
      metadata: { rows: 1 },
      description: "d",
      codeVersion: "2",
      freshnessPolicy: freshnessPolicy.timeWindow({ failWindowSeconds: 120 }),
      automationCondition: AutomationCondition.eager().or(AutomationCondition.onCron("0 0 * * *")),
    };
    const numbers = externalAsset("numbers", z.number());
    const snapshot = toLocationSnapshot(
      load({
        assets: [
          asset("made", { ...attributes, keyPrefix: "shop/eu" }, () => 1),
          assetSpec("described", attributes),
          multiAsset("several", { outs: { out: { schema: z.number(), ...attributes } } }, () => ({ out: 1 })),
          multiAsset("more", { specs: [assetSpec("spec", attributes)] }, () => {}),
          graphAsset("graph", { ...attributes, ins: { numbers } }, ({ numbers: x }) => add({ x })),
          graphMultiAsset("graphs", { ins: { numbers }, outs: { inner: attributes } }, ({ numbers: x }) => ({
            inner: add({ x }),
          })),
          observableSourceAsset("seen", attributes, () => "1"),
        ],
      }),
    );
    const { group, kinds, owners, tags, description, codeVersion } = attributes;
    const expected = {
      group,
      kinds,
      owners,
      tags,
      description,
      codeVersion,
      metadata: { rows: { type: "int", int: "1" } },
      freshnessPolicy: { kind: "timeWindow", failWindowSeconds: 120, warnWindowSeconds: null },
      automationCondition: {
        kind: "or",
        operands: [
          { kind: "and", label: "eager" },
          { kind: "and", label: "on_cron(0 0 * * *, UTC)" },
        ],
      },
    };
    const described = snapshot.assets.filter(({ key }) => key[0] !== "numbers");
    expect(described.map(({ key }) => key.join("/"))).toEqual([
      "described",
      "graph",
      "inner",
      "out",
      "seen",
      "shop/eu/made",
      "spec",
    ]);
    for (const one of described) expect(one).toMatchObject(expected);
  });

  test("survive JSON, as between processes", () => {
    const snapshot = toLocationSnapshot(
      load({ assets: [asset("a", { automationCondition: AutomationCondition.onMissing().not() }, () => 1)] }),
    );
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  test("that cannot be are refused where they are declared", () => {
    expect(() => freshnessPolicy.timeWindow({ failWindowSeconds: 10 })).toThrow(
      "failWindowSeconds is 10; it must be at least 60",
    );
    expect(() => freshnessPolicy.timeWindow({ failWindowSeconds: 100, warnWindowSeconds: 100 })).toThrow("must be less than");
    expect(() => freshnessPolicy.cron({ deadlineCron: "0 9,17 * * *", lowerBoundDeltaSeconds: 30_000 })).toThrow(
      'deadlines of "0 9,17 * * *" may be 28800 seconds apart',
    );
    expect(() => freshnessPolicy.cron({ deadlineCron: "nope", lowerBoundDeltaSeconds: 60 })).toThrow(
      'its deadlineCron "nope" cannot be read: it needs five fields',
    );
    expect(() => AutomationCondition.onCron("61 * * * *")).toThrow("AutomationCondition.onCron");
    expect(() => asset("a", { freshnessPolicy: {} as never }, () => 1)).toThrow("must be made by freshnessPolicy.timeWindow");
    expect(() => asset("a", { automationCondition: "eager" as never }, () => 1)).toThrow(
      "must be made by AutomationCondition.eager()",
    );
    expect(() => asset("a", { automationCondition: undefined as never }, () => 1)).toThrow(
      '`automationCondition` of asset "a" is undefined',
    );
    expect(() => asset("a", { timeoutSeconds: 0 }, () => 1)).toThrow("its timeoutSeconds is 0");
    expect(() => asset("a", { keyPrefix: "" }, () => 1)).toThrow('"" cannot be the key');
  });
});

describe("assetSpec", () => {
  test("tells what others make, from what; a spec of theirs brings along the next", () => {
    const feed = assetSpec("vendor/feed");
    const table = assetSpec("vendor/table", { deps: [feed], kinds: ["postgres"] });
    const snapshot = toLocationSnapshot(load({ assets: [asset("mine", { deps: [table] }, () => 1)] }));
    expect(snapshot.assets).toMatchObject([
      { key: ["mine"], isExternal: false, dependencies: [["vendor", "table"]] },
      { key: ["vendor", "feed"], isExternal: true, isExecutable: false, dependencies: [], jobNames: [] },
      { key: ["vendor", "table"], isExternal: true, kinds: ["postgres"], dependencies: [["vendor", "feed"]] },
    ]);
  });

  test("that needs itself, nothing known, or stands in a circle is refused", () => {
    expect(() => assetSpec("a", { deps: ["a"] })).toThrow('Asset "a": it names itself in `deps`');
    expect(() => load({ assets: [assetSpec("a", { deps: ["nope"] })] })).toThrow(
      'Asset "a" depends on the asset "nope", which is not in',
    );
    expect(() => load({ assets: [assetSpec("a", { deps: ["b"] }), assetSpec("b", { deps: ["a"] })] })).toThrow("in a circle");
  });
});

describe("multiAsset", () => {
  const specs = [assetSpec("x"), assetSpec("y")];

  test("is one definition for its assets, wherever assets are listed", () => {
    const pair = multiAsset("pair", { specs }, () => {});
    const after = asset("after", { deps: [pair] }, () => 1);
    expect(after.dependencies).toEqual([["x"], ["y"]]);
    expect([...load({ assets: [pair, after] }).assets.keys()]).toEqual(['["after"]', '["x"]', '["y"]']);
    expect([...load({ assets: [pair.assets["x"]!] }).assets.keys()]).toEqual(['["x"]', '["y"]']);
  });

  test("takes group, kinds and deps for each", () => {
    const raw = assetSpec("raw");
    const pair = multiAsset(
      "pair",
      {
        group: "shared",
        ins: { n: externalAsset("n", z.number()) },
        deps: [raw],
        outs: { a: z.number(), b: { key: "shop/b", deps: ["a", raw], group: "own" } },
      },
      ({ n }) => ({ a: n, b: n }),
    );
    expect(pair.assets.a).toMatchObject({ group: "shared", dependencies: [["n"], ["raw"]] });
    expect(pair.assets.b).toMatchObject({ key: ["shop", "b"], group: "own", dependencies: [["a"], ["raw"]] });
    expect(pair.node.ins.map(({ name }) => name)).toEqual(["n", "dep_raw"]);
  });

  test("made twice, or beside another asset of a key, tells both places", () => {
    const two = new RegExp(`Two assets are named "x": one at .*${here}, one at .*${here}`);
    expect(() => load({ assets: [multiAsset("p", { specs }, () => {}), multiAsset("q", { specs }, () => {})] })).toThrow(two);
    expect(() => load({ assets: [multiAsset("p", { specs }, () => {}), asset("x", () => 1)] })).toThrow(two);
    expect(() => load({ assets: [multiAsset("p", { specs }, () => {}), assetSpec("x")] })).toThrow(two);
    expect(() =>
      load({
        assets: [multiAsset("same", { specs: [specs[0]!] }, () => {}), multiAsset("same", { specs: [specs[1]!] }, () => {})],
      }),
    ).toThrow('Two ops or graphs are named "same"');
  });

  test.each([
    [{}, "it has neither `outs` nor `specs`"],
    [{ specs, outs: { a: {} } }, "it has both `outs` and `specs`"],
    [{ specs: [] }, "it makes no asset"],
    [{ outs: {} }, "it makes no asset"],
    [{ specs: [specs[0]!, assetSpec("x")] }, 'it makes the asset "x" twice'],
    [{ specs: [assetSpec("a/b"), assetSpec("a__b")] }, 'its assets "a/b" and "a__b" have the same output "a__b"'],
    [{ outs: { "not a name": {} } }, "cannot be the name of an output"],
    [{ specs: [externalAsset("e", z.number())] }, "described by assetSpec"],
    [{ ins: { x: externalAsset("x", z.number()) }, specs }, "which it makes itself"],
    [{ specs, checks: [checkSpec("c")] }, "must name one of its assets"],
  ])("refuses %o", (options, problem) => {
    expect(() => multiAsset("multi", options as never, () => {})).toThrow(problem as string);
  });

  test("that depends on something unknown, within or outside, is refused when it is loaded", () => {
    const one = multiAsset("one", { outs: { a: {}, b: { deps: ["c"] } } }, () => ({ a: 1, b: 2 }));
    expect(() => load({ assets: [one] })).toThrow('Asset "b" depends on the asset "c", which is not in `definitions({assets})`');
    const circle = multiAsset("circle", { outs: { a: { deps: ["b"] }, b: { deps: ["a"] } } }, () => ({ a: 1, b: 2 }));
    expect(() => load({ assets: [circle] })).toThrow("These assets need one another in a circle: a → b → a");
  });

  test("is called in a unit test, with a choice of its assets", () => {
    const some = multiAsset("some", { specs, canSubset: true }, (_, context) =>
      context.selectedAssetKeys.map((key) => materializeResult({ asset: key })),
    );
    expect(some({}).map(({ assetKey }) => assetKey)).toEqual([["x"], ["y"]]);
    expect(some({}, buildOpContext({ selectedAssets: ["y"] })).map(({ assetKey }) => assetKey)).toEqual([["y"]]);
  });
});

describe("graphAsset", () => {
  const numbers = externalAsset("numbers", z.number());

  test("refuses graphs that are no asset", () => {
    expect(() => graphAsset("a", {}, () => undefined as never)).toThrow("must return the handle of what an op makes");
    expect(() => graphAsset("a", { ins: { numbers } }, ({ numbers: x }) => x)).toThrow("An output must come from an op");
    expect(() => graphMultiAsset("m", { outs: {} }, () => ({}))).toThrow("it makes no asset");
    expect(() =>
      graphMultiAsset("m", { ins: { numbers }, outs: { p: {} } }, ({ numbers: x }) => ({ p: add({ x }), q: add({ x }) })),
    ).toThrow('returns "q", which is not among its `outs`');
  });

  test("has its ops beside those of jobs, and no others of their names", () => {
    const total = graphAsset("total", { ins: { numbers } }, ({ numbers: x }) => add({ x }));
    expect(() => load({ assets: [total, asset("add", () => 1)] })).toThrow('Two ops or graphs are named "add"');
    expect(() =>
      load({
        assets: [
          total,
          graphAsset("other", { ins: { numbers } }, ({ numbers: x }) => op("add", { ins: { x: z.number() } }, () => 1)({ x })),
        ],
      }),
    ).toThrow('are named "add"');
  });
});

describe("mapAssetSpecs", () => {
  test("changes what it is told to, of all kinds of assets", () => {
    const assets = [
      asset("a", { group: "g" }, () => 1),
      assetSpec("b"),
      observableSourceAsset("c", {}, () => "1"),
      multiObservableSourceAsset("m", { specs: [assetSpec("d")] }, () => []),
    ];
    const mapped = mapAssetSpecs(
      ({ key, group }) => ({ metadata: { key: key.join("/") }, ...(group === "default" && { group: "rest" }) }),
      assets,
    );
    const snapshot = toLocationSnapshot(load({ assets: mapped }));
    expect(snapshot.assets.map(({ group, metadata }) => [group, metadata["key"]])).toEqual([
      ["g", { type: "text", text: "a" }],
      ["rest", { type: "text", text: "b" }],
      ["rest", { type: "text", text: "c" }],
      ["rest", { type: "text", text: "d" }],
    ]);
    expect(() => mapAssetSpecs(() => ({ owners: ["nobody"] }), assets)).toThrow('"nobody" cannot be an owner');
  });
});
