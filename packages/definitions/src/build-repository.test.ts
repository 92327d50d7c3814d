import { canonicalJson } from "@dagwright/model";
import { dailyPartitions, timeWindowMapping } from "@dagwright/partitions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  assetCheck,
  assetDep,
  AssetSelection,
  buildRepository,
  defineAssetJob,
  type Definitions,
  definitions,
  type DefinitionsOptions,
  externalAsset,
  findDefinitions,
  graph,
  graphAsset,
  inProcessExecutor,
  job,
  multiAsset,
  multiprocessExecutor,
  op,
  resource,
  schedule,
  selfIn,
  sensor,
  toLocationSnapshot,
} from "./index.ts";

const load = (options: DefinitionsOptions) => buildRepository(definitions(options), { file: "shop/definitions.ts" });
const one = asset("one", () => 1);
const two = asset("two", { ins: { one }, group: "g" }, ({ one: n }) => n + 1);
const three = asset("three", { ins: { two }, deps: [one], group: "g" }, ({ two: n }) => n + 1);
const noop = job("noop", () => {
  op("nothing", () => null)();
});
const here = String.raw`build-repository\.test\.ts:\d+`;

describe("a repository", () => {
  const db = resource("db", { config: z.object({ url: z.string() }) }, ({ config }) => config.url);
  const pool = resource("pool", { resources: { db } }, ({ resources }) => [resources.db]);
  const query = op("query", { resources: { pool }, config: z.object({ sql: z.string(), limit: z.int().default(10) }) }, () => [
    1,
  ]);
  const count = op("count", { ins: { rows: z.array(z.number()) }, out: z.number() }, ({ rows }) => rows.length);
  const stats = graph("stats", { description: "Counts", ins: { rows: z.array(z.number()) } }, ({ rows }) => count({ rows }));
  const report = job("report", { owners: ["team:data"], metadata: { page: "x" }, executor: inProcessExecutor }, () => {
    stats({ rows: query() });
  });
  const nightly = defineAssetJob("nightly", { selection: AssetSelection.groups("g") });
  const repository = load({
    assets: [three, two, one],
    jobs: [report, nightly],
    resources: [db, pool, resource("unused", () => 1)],
    schedules: [schedule("every_night", { job: nightly, cron: "0 0 * * *", timeZone: "Europe/Paris", defaultStatus: "RUNNING" })],
    sensors: [sensor("watch", { jobs: [report, "nightly"] }, () => null)],
    executor: multiprocessExecutor({ maxConcurrent: 2 }),
  });

  test("has every job by name, the hidden one of all assets included", () => {
    expect([...repository.jobs.keys()]).toEqual(["__ASSET_JOB", "nightly", "report"]);
    expect(repository.asset(["two"])).toBe(two);
    expect(repository.asset(["none"])).toBeUndefined();
  });

  test("finds ops by definition name, those of nested graphs included", () => {
    const resolved = repository.jobs.get("report")!;
    expect(resolved.opsByName.get("query")).toBe(query);
    expect(resolved.opsByName.get("count")).toBe(count);
  });

  test("describes a job whole: graphs, ops, resources, executor", () => {
    const { snapshot } = repository.jobs.get("report")!;
    expect(snapshot).toMatchObject({ rootGraph: "report", owners: ["team:data"], executor: { name: "in_process", options: {} } });
    expect(
      snapshot.graphs.map(({ name, nodes }) => [name, nodes.map((node) => [node.name, node.definition, node.isGraph])]),
    ).toEqual([
      [
        "report",
        [
          ["query", "query", false],
          ["stats", "stats", true],
        ],
      ],
      ["stats", [["count", "count", false]]],
    ]);
    expect(snapshot.graphs[1]?.outs).toMatchObject([
      { name: "result", type: { name: "number" }, source: { node: "count", output: "result" } },
    ]);
    expect(snapshot.ops.map(({ name, requiredResourceKeys }) => [name, requiredResourceKeys])).toEqual([
      ["query", ["pool"]],
      ["count", []],
    ]);
    // Each after what it is built from; what no op needs is not there.
    expect(snapshot.resources.map(({ key }) => key)).toEqual(["db", "pool"]);
    expect(snapshot.configTypes.find(({ key }) => key === snapshot.ops[0]?.configType)).toMatchObject({
      kind: "shape",
      fields: [
        { name: "sql", type: "StringSourceType", isRequired: true },
        { name: "limit", type: "IntSourceType", isRequired: false, defaultValue: 10 },
      ],
    });
  });

  test("wires an asset job by dependencies, and loads what it does not make", () => {
    const { snapshot } = repository.jobs.get("nightly")!;
    expect(snapshot.executor).toEqual({ name: "multiprocess", options: { maxConcurrent: 2, isolation: "worker" } });
    expect(snapshot.graphs[0]?.nodes).toEqual([
      {
        name: "two",
        definition: "two",
        isGraph: false,
        tags: {},
        inputs: [{ input: "one", isFanIn: false, sources: [{ kind: "asset", assetKey: ["one"], ioManagerKey: "io_manager" }] }],
      },
      {
        name: "three",
        definition: "three",
        isGraph: false,
        tags: {},
        inputs: [
          { input: "two", isFanIn: false, sources: [{ kind: "output", node: "two", output: "result" }] },
          { input: "dep_one", isFanIn: false, sources: [] },
        ],
      },
    ]);
    expect(snapshot.assets).toEqual([
      { assetKey: ["two"], node: "two", output: "result" },
      { assetKey: ["three"], node: "three", output: "result" },
    ]);
  });

  test("the hidden job has the nodes in an order in which they can run", () => {
    expect(repository.jobs.get("__ASSET_JOB")?.nodes.map(({ name }) => name)).toEqual(["one", "two", "three"]);
  });

  test("becomes a snapshot without code that is the same for the same definitions in any order", () => {
    const snapshot = toLocationSnapshot(repository);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot.formatVersion).toBe(1);
    expect(snapshot.sdkVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(snapshot.assets.map(({ key, jobNames }) => [key, jobNames])).toEqual([
      [["one"], ["__ASSET_JOB"]],
      [["three"], ["__ASSET_JOB", "nightly"]],
      [["two"], ["__ASSET_JOB", "nightly"]],
    ]);
    expect(snapshot.schedules).toMatchObject([
      { name: "every_night", jobName: "nightly", cron: ["0 0 * * *"], timeZone: "Europe/Paris", defaultStatus: "RUNNING" },
    ]);
    expect(snapshot.sensors).toMatchObject([
      { name: "watch", jobNames: ["report", "nightly"], minimumIntervalSeconds: 30, defaultStatus: "STOPPED" },
    ]);
    expect(snapshot.resources.map(({ key }) => key)).toEqual(["db", "pool", "unused"]);
    const reordered = load({
      assets: [one, two, three],
      jobs: [nightly, report],
      resources: [pool, db, resource("unused", () => 2)],
      schedules: [...repository.schedules.values()],
      sensors: [...repository.sensors.values()],
      executor: multiprocessExecutor({ maxConcurrent: 2 }),
    });
    expect(canonicalJson(toLocationSnapshot(reordered))).toBe(canonicalJson(snapshot));
  });

  test("knows assets of other locations that its own read", () => {
    const days = externalAsset("shop/days", z.array(z.string()), { ioManagerKey: "shop_files" });
    const reader = asset("reader", { ins: { days } }, ({ days: all }) => all.length);
    const { assets, jobs } = toLocationSnapshot(load({ assets: [reader] }));
    expect(assets.find(({ isExternal }) => isExternal)).toMatchObject({
      key: ["shop", "days"],
      isExecutable: false,
      opName: null,
      jobNames: [],
      type: { name: "string[]" },
    });
    expect(jobs[0]?.graphs[0]?.nodes[0]?.inputs[0]?.sources).toEqual([
      { kind: "asset", assetKey: ["shop", "days"], ioManagerKey: "shop_files" },
    ]);
  });

  test("knows that partitions of an asset read earlier ones of their own", () => {
    const mapping = timeWindowMapping({ startOffset: -1, endOffset: -1 });
    const partitions = dailyPartitions({ startDate: "2026-01-01" });
    const total = asset(
      "total",
      { partitions, out: z.number(), ins: { before: selfIn(z.number(), { partitionMapping: mapping }) } },
      ({ before }) => (before ?? 0) + 1,
    );
    const follower = asset(
      "follower",
      { partitions, deps: [assetDep("follower", { partitionMapping: mapping }), total] },
      () => 1,
    );
    const { assets, jobs } = toLocationSnapshot(load({ assets: [follower, total] }));
    expect(assets.map(({ key, dependencies, partitionMappings }) => [key, dependencies, partitionMappings])).toEqual([
      [["follower"], [["follower"], ["total"]], [{ upstream: ["follower"], mapping: mapping.snapshot }]],
      [["total"], [["total"]], [{ upstream: ["total"], mapping: mapping.snapshot }]],
    ]);
    expect(jobs[0]?.graphs[0]?.nodes.map(({ name, inputs }) => [name, inputs.map(({ sources }) => sources)])).toEqual([
      ["total", [[{ kind: "asset", assetKey: ["total"], ioManagerKey: "io_manager" }]]],
      ["follower", [[], [{ kind: "output", node: "total", output: "result" }]]],
    ]);
  });

  test("is empty for empty definitions, and has no hidden job then", () => {
    expect([...load({}).jobs.keys()]).toEqual([]);
  });

  test("an object listed twice counts once", () => {
    expect([...load({ jobs: [noop, noop], assets: [one, one] }).jobs.keys()]).toEqual(["__ASSET_JOB", "noop"]);
  });

  test("a job's own resources stand for the location's of the same name", () => {
    const real = resource("clock", () => "real");
    const fake = resource("clock", () => "fake");
    const tick = op("tick", { resources: { clock: real } }, (_, context) => context.resources.clock);
    const body = () => {
      tick();
    };
    const repository2 = load({ jobs: [job("normal", body), job("tested", { resources: [fake] }, body)], resources: [real] });
    expect(repository2.jobs.get("normal")?.resources.get("clock")).toBe(real);
    expect(repository2.jobs.get("tested")?.resources.get("clock")).toBe(fake);
  });
});

/** What loading these definitions is refused with. */
const refusal = (options: DefinitionsOptions): Error & { readonly kind?: string; readonly problems?: readonly Error[] } => {
  try {
    load(options);
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
};

describe("loading refuses, naming object and file:", () => {
  test.each<[string, DefinitionsOptions, string, RegExp]>([
    [
      "two jobs of one name",
      { jobs: [noop, job("noop", () => {})] },
      "DuplicateNameError",
      new RegExp(`^Two jobs are named "noop": one at \\S+${here}, one at \\S+${here}\\. Rename one of them`),
    ],
    [
      "a job and an asset job of one name",
      { assets: [one], jobs: [noop, defineAssetJob("noop")] },
      "DuplicateNameError",
      /^Two jobs are named "noop"/,
    ],
    ["two assets of one key", { assets: [one, asset("one", () => 2)] }, "DuplicateNameError", /^Two assets are named "one"/],
    [
      "two resources of one name",
      { resources: [resource("r", () => 1), resource("r", () => 2)] },
      "DuplicateNameError",
      /^Two resources are named "r"/,
    ],
    [
      "a schedule and a sensor of one name",
      {
        jobs: [noop],
        schedules: [schedule("s", { job: noop, cron: "* * * * *" })],
        sensors: [sensor("s", { job: noop }, () => null)],
      },
      "DuplicateNameError",
      /^Two schedules or sensors are named "s"/,
    ],
    [
      "two ops of one name in different jobs",
      {
        jobs: [
          job("a", () => {
            op("x", () => 1)();
          }),
          job("b", () => {
            op("x", () => 2)();
          }),
        ],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "x"/,
    ],
    [
      "two ops of one name in one job, one in a graph",
      {
        jobs: [
          job("a", () => {
            op("x", () => 1)();
            graph("g", () => {
              op("x", () => 2)();
            })();
          }),
        ],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "x"/,
    ],
    [
      "a graph named as its job",
      {
        jobs: [
          job("a", () => {
            graph("a", () => {
              op("x", () => 2)();
            })();
          }),
        ],
      },
      "DuplicateNameError",
      /named "a"/,
    ],
    [
      "two assets whose ops would have one name",
      { assets: [asset("a/b", () => 1), asset("a__b", () => 1)] },
      "DuplicateNameError",
      /^Two ops or graphs are named "a__b": one at \S+, one at \S+ \(the op of an asset is named after its key, with "__" for "\/"/,
    ],
    [
      "an op that has the name of an asset's",
      { assets: [one], jobs: [job("j", () => void op("one", () => 1)())] },
      "DuplicateNameError",
      /^Two ops or graphs are named "one"/,
    ],
    [
      "an op that has the name of a check's",
      {
        assets: [one],
        assetChecks: [assetCheck("fine", { asset: one }, () => true)],
        jobs: [job("j", () => void op("one_fine", () => 1)())],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "one_fine"/,
    ],
    [
      "an asset whose op has the name of a check's",
      { assets: [one, asset("one_fine", () => 1)], assetChecks: [assetCheck("fine", { asset: one }, () => true)] },
      "DuplicateNameError",
      /^Two ops or graphs are named "one_fine"/,
    ],
    [
      "a graph named as another job",
      {
        jobs: [
          job("a", () => {
            graph("b", () => {
              op("x", () => 2)();
            })();
          }),
          job("b", () => {}),
        ],
      },
      "DuplicateNameError",
      /^Two jobs or graphs are named "b"/,
    ],
    [
      "assets in a circle",
      {
        assets: [
          asset("a", { deps: ["c"] }, () => 1),
          asset("b", { deps: ["a"] }, () => 1),
          asset("c", { deps: ["b"] }, () => 1),
        ],
      },
      "AssetCycleError",
      new RegExp(
        `^These assets need one another in a circle: a → c → b → a\\. Remove one of these inputs or deps \\(at \\S+${here}\\)$`,
      ),
    ],
    [
      "an asset that needs itself",
      { assets: [asset("a", { deps: ["a"] }, () => 1)] },
      "AssetSelfReadError",
      new RegExp(`^Asset "a" needs itself, so it could never be made\\. Only partitions of time .* \\(at \\S+${here}\\)$`),
    ],
    [
      "an asset whose partitions need themselves",
      { assets: [asset("a", { partitions: dailyPartitions({ startDate: "2026-01-01" }), deps: ["a"] }, () => 1)] },
      "AssetSelfReadError",
      /^Asset "a" needs itself/,
    ],
    [
      "an asset whose partitions need themselves and earlier ones",
      {
        assets: [
          asset(
            "a",
            {
              partitions: dailyPartitions({ startDate: "2026-01-01" }),
              ins: { a: selfIn(z.number(), { partitionMapping: timeWindowMapping({ startOffset: -1 }) }) },
            },
            () => 1,
          ),
        ],
      },
      "AssetSelfReadError",
      /negative `startOffset` and a negative `endOffset`/,
    ],
    [
      "an input that is not in definitions",
      { assets: [two] },
      "UnknownAssetError",
      new RegExp(
        `^Asset "two" reads, as "one", the asset "one", which is not in \`definitions\\(\\{assets\\}\\)\`\\. Add it there, or name another code location's asset with externalAsset\\("one", schema\\) \\(at \\S+${here}\\)$`,
      ),
    ],
    [
      "a dependency by key that nobody has",
      { assets: [one, asset("b", { deps: ["onee"] }, () => 1)] },
      "UnknownAssetError",
      /^Asset "b" depends on the asset "onee".*did you mean "one"\?/,
    ],
    [
      "an external asset that is made here",
      { assets: [one, asset("b", { ins: { one: externalAsset("one", z.number()) } }, () => 1)] },
      "DuplicateNameError",
      /^Two assets are named "one"/,
    ],
    [
      "a selection that selects nothing",
      { assets: [one], jobs: [defineAssetJob("j", { selection: AssetSelection.groups("gone").and(AssetSelection.all()) })] },
      "EmptySelectionError",
      new RegExp(`^Asset job "j": its selection group:gone and \\* selects no asset of this code location \\(at \\S+${here}\\)$`),
    ],
    [
      "a selected key that nobody has",
      { assets: [one], jobs: [defineAssetJob("j", { selection: AssetSelection.keys("ome") })] },
      "UnknownSelectionKeyError",
      /^Asset job "j" selects the asset "ome", which is not in `definitions`; did you mean "one"\?/,
    ],
    [
      "a schedule of an unknown job",
      { schedules: [schedule("s", { job: noop, cron: "* * * * *" })] },
      "UnknownJobError",
      new RegExp(`^Schedule "s" starts the job "noop", which is not in \`definitions\\(\\{jobs\\}\\)\` \\(at \\S+${here}\\)$`),
    ],
    [
      "a sensor of an unknown job",
      { jobs: [noop], sensors: [sensor("s", { job: "noob" }, () => null)] },
      "UnknownJobError",
      /^Sensor "s" starts the job "noob".*did you mean "noop"\?/,
    ],
    [
      "an op whose resource is not bound",
      {
        jobs: [
          job("j", () => {
            op("x", { resources: { db: resource("db", () => 1) } }, () => 1)();
          }),
        ],
      },
      "UnknownResourceError",
      /^Op "x" needs the resource "db", which is neither in `definitions\(\{resources\}\)` nor in its job's `resources`/,
    ],
    [
      "an I/O manager that is not bound",
      { assets: [asset("a", { ioManagerKey: "lake" }, () => 1)] },
      "UnknownResourceError",
      /^Asset "a" needs the resource "lake"/,
    ],
    [
      "a config schema that run config cannot express",
      {
        jobs: [
          job("j", () => {
            op("x", { config: z.object({ from: z.date() }) }, () => 1)();
          }),
        ],
      },
      "UnsupportedConfigSchemaError",
      /^Op "x": its config schema at from is of the kind "date", which run config \(YAML or JSON\) cannot express\. Take a string/,
    ],
    [
      "config of a job that its runs could not use",
      {
        jobs: [
          job("j", { config: { ops: { configured: { config: { n: "one" } } } } }, () => {
            op("configured", { config: z.object({ n: z.int(), mode: z.string() }) }, () => 1)();
          }),
        ],
      },
      "InvalidOptionError",
      /^Job "j": its `config` does not fit it: ops\.configured\.config\.n: expected a whole number, got 'one'; ops\.configured\.config\.mode: is missing; it needs text \(at \S+:\d+\)$/,
    ],
    [
      "an undefined entry",
      { jobs: [noop, undefined as never] },
      "CircularImportError",
      /^Entry 1 of `jobs` in definitions is undefined\. Most likely two modules import one another/,
    ],
    [
      "an entry of another kind",
      { jobs: [one as never] },
      "InvalidOptionError",
      /^definitions: entry 0 of `jobs` is of the kind asset/,
    ],
    [
      "an entry that is no definition",
      { assets: [3 as never] },
      "InvalidOptionError",
      /^definitions: entry 0 of `assets` is no definition but number/,
    ],
  ])("%s", (_, options, kind, message) => {
    const error = refusal(options);
    expect(error.message).toMatch(message);
    expect(error.kind).toBe(kind);
  });

  test("several problems at once, each named", () => {
    const error = refusal({
      assets: [two],
      jobs: [noop, job("noop", () => {})],
      schedules: [schedule("s", { job: "none", cron: "* * * * *" })],
    });
    expect(error.kind).toBe("InvalidDefinitionsError");
    expect(error.problems?.map(({ name }) => name)).toEqual(["DuplicateNameError", "UnknownAssetError", "UnknownJobError"]);
    expect(error.message).toMatch(/^3 problems in the definitions of shop\/definitions\.ts:\n {2}DuplicateNameError: Two jobs/);
  });
});

describe("finding definitions in a module", () => {
  const defs = definitions({});

  test("takes the default export, that of a CommonJS module, or the only named one", () => {
    expect(findDefinitions({ default: defs })).toBe(defs);
    expect(findDefinitions({ default: { default: defs, __esModule: true } })).toBe(defs);
    expect(findDefinitions({ defs, default: 3, other: "x" })).toBe(defs);
  });

  test("refuses none and several by name", () => {
    expect(() => findDefinitions({ noop }, { file: "a.ts" })).toThrow(
      "The file a.ts exports no definitions: write `export default definitions({…})`; now it exports noop",
    );
    expect(() => findDefinitions({}, { file: "a.ts" })).toThrow("it exports nothing now");
    expect(() => findDefinitions({ a: defs, b: definitions({}) }, { file: "a.ts" })).toThrow(
      "The file a.ts exports 2 definitions({…}); export one, best as default",
    );
  });

  test("refuses what is none, and what a newer version made", () => {
    expect(() => buildRepository(noop, { file: "a.ts" })).toThrow(
      "The file a.ts exports a definition of the kind job where definitions({…}) is expected",
    );
    expect(() => buildRepository(null, { file: "a.ts" })).toThrow(
      "The file a.ts exports null where definitions({…}) is expected",
    );
    const newer = {
      ...defs,
      [Symbol.for("dagwright.definition")]: { kind: "definitions", version: 99 },
    } as unknown as Definitions;
    expect(() => buildRepository(newer, { file: "a.ts" })).toThrow(
      "The file a.ts was written with a newer dagwright (definitions of version 99; this program knows 1)",
    );
  });
});

test("code that another process has checked is described job by job, when it is asked for", () => {
  const unsuitable = op("unsuitable", { config: z.object({ from: z.date() }) }, () => 1);
  const made = definitions({ jobs: [noop, job("broken", () => void unsuitable())] });
  expect(() => buildRepository(made)).toThrow(/cannot express/);
  const { jobs } = buildRepository(made, { isChecked: true });
  expect(jobs.get("noop")!.snapshot).toBe(jobs.get("noop")!.snapshot);
  expect(jobs.get("noop")!.snapshot).toEqual(buildRepository(definitions({ jobs: [noop] })).jobs.get("noop")!.snapshot);
  expect(() => jobs.get("broken")!.snapshot).toThrow(/cannot express/);
});

test.each<[string, () => unknown, RegExp]>([
  [
    "asset",
    () => asset("a", { dep: ["b"] } as never, () => 1),
    /^Asset "a": there is no option `dep`; did you mean `deps`\? \(at /,
  ],
  [
    "op",
    () => op("o", { cofnig: z.string() } as never, () => 1),
    /^Op "o": there is no option `cofnig`; did you mean `config`\?/,
  ],
  ["job", () => job("j", { runConfig: {} } as never, () => {}), /^Job "j": there is no option `runConfig`/],
  ["asset job", () => defineAssetJob("j", { select: "*" } as never), /^Asset job "j": there is no option `select`/],
  ["graph", () => graph("g", { in: {} } as never, () => {}), /^Graph "g": there is no option `in`; did you mean `ins`\?/],
  [
    "job of a graph",
    () => graph("g", () => {}).toJob({ names: "j" } as never),
    /there is no option `names`; did you mean `name`\?/,
  ],
  [
    "resource",
    () => resource("r", { lifetim: "run" } as never, () => 1),
    /^Resource "r": there is no option `lifetim`; did you mean `lifetime`\?/,
  ],
  [
    "schedule",
    () => schedule("s", { job: noop, cron: "@daily", timezone: "UTC" } as never),
    /^Schedule "s": there is no option `timezone`; did you mean `timeZone`\?/,
  ],
  ["sensor", () => sensor("s", { job: noop, interval: 3 } as never, () => null), /^Sensor "s": there is no option `interval`/],
  [
    "definitions",
    () => definitions({ asset: [one] } as never),
    /^definitions: there is no option `asset`; did you mean `assets`\?/,
  ],
  [
    "asset check",
    () => assetCheck("c", { asset: one, block: true } as never, () => true),
    /^Asset check "c": there is no option `block`/,
  ],
  [
    "multi-asset",
    () => multiAsset("m", { spec: [] } as never, () => {}),
    /^Multi-asset "m": there is no option `spec`; did you mean `specs`\?/,
  ],
  [
    "graph asset",
    () => graphAsset("g", { ioManagerKey: "x" } as never, () => noop as never),
    /^Asset "g": there is no option `ioManagerKey`/,
  ],
  ["options that are none", () => op("o", 3 as never, () => 1), /^Op "o": its options must be an object, not number/],
])("an option with a slip in its name is refused, with the nearest one: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
