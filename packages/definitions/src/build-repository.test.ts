import { canonicalJson } from "@dagwright/model";
import { dailyPartitions, timeWindowMapping } from "@dagwright/partitions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
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
  inProcessExecutor,
  job,
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
