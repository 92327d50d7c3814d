import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ioManagerSuite } from "./index.ts";
import {
  asset,
  buildAssetCheckContext,
  buildAssetContext,
  buildHookContext,
  buildInitLoggerContext,
  buildInitResourceContext,
  buildInputContext,
  buildOutputContext,
  buildResources,
  buildScheduleContext,
  buildSensorContext,
  executeJob,
  FilesystemIOManager,
  InMemoryIOManager,
  inProcessExecutor,
  instanceForTest,
  InvalidRunConfigError,
  type IoManager,
  job,
  logger,
  materialize,
  materializeToMemory,
  op,
  resource,
  runRequest,
  schedule,
  secret,
  sensor,
  skipReason,
  validateRunConfig,
  type ValueAddress,
  ValueNotFoundError,
} from "../index.ts";

const url = resource("url", { config: z.object({ host: z.string() }) }, ({ config }) => `pg://${config.host}`);
const opened: string[] = [];
const warehouse = resource("warehouse", { resources: { url }, lifetime: "step" }, function* ({ resources }) {
  opened.push(`open ${resources.url}`);
  yield { query: (sql: string) => `${resources.url}: ${sql}` };
  opened.push("closed");
});

describe("contexts for direct calls", () => {
  test("of assets know their key and what they were given", async () => {
    const orders = asset("orders", { resources: { warehouse } }, (_, context) => {
      context.addOutputMetadata({ rows: 2 });
      return [context.asset.key.join("/"), context.resources.warehouse.query("select 1")];
    });
    const context = buildAssetContext({ assetKey: "shop/orders", resources: { warehouse: { query: () => "rows" } } });
    expect(orders({}, context)).toEqual(["shop/orders", "rows"]);
    expect(context.outputMetadata.get("result")).toEqual({ rows: { type: "int", int: "2" } });
    expect(buildAssetContext({ runTags: { a: "b" } }).run.tags).toEqual({ a: "b" });
  });

  test("of asset checks know which are wanted", () => {
    const context = buildAssetCheckContext({ checks: [{ asset: "shop/orders", name: "not_empty" }], config: { least: 1 } });
    expect(context.checks).toEqual([{ assetKey: ["shop", "orders"], name: "not_empty" }]);
    expect(context.op.config).toEqual({ least: 1 });
  });

  test("of schedules and sensors keep what was logged, and the cursor", () => {
    const target = job("target", () => undefined);
    const daily = schedule("daily", { job: target, cron: "@daily" }, ({ scheduledAt, log }) => {
      log.info("due");
      return runRequest({ runKey: scheduledAt.toISOString() });
    });
    const tick = buildScheduleContext({ scheduledAt: new Date(0) });
    expect(daily.evaluate(tick)).toMatchObject({ runKey: "1970-01-01T00:00:00.000Z" });
    expect(tick.lines).toEqual([{ level: "INFO", message: "due" }]);

    const watch = sensor("watch", { job: target }, (context) => {
      context.updateCursor(`${context.cursor}+1`);
      context.log.warning({ seen: context.lastRunKey });
      return skipReason("nothing new");
    });
    const context = buildSensorContext({ cursor: "4", lastRunKey: "k" });
    expect(watch.evaluate(context)).toMatchObject({ message: "nothing new" });
    expect(context.cursor).toBe("4+1");
    expect(context.lines).toEqual([{ level: "WARNING", message: { seen: "k" } }]);
  });

  test("of hooks tell how the step ended", () => {
    const context = buildHookContext({
      opName: "load",
      stepException: new Error("broken"),
      outputs: { result: 1 },
      outputMetadata: { result: { rows: 3 } },
      resources: { chat: "c" },
      runTags: { a: "b" },
    });
    expect(context).toMatchObject({
      op: { name: "load" },
      step: { key: "load", retryNumber: 0 },
      stepException: { message: "broken" },
      outputMetadata: { result: { rows: { type: "int", int: "3" } } },
      resources: { chat: "c" },
      run: { tags: { a: "b" } },
    });
    context.log.error("told");
    expect(context.lines).toEqual([{ level: "ERROR", message: "told" }]);
  });

  test("of I/O managers tell where a value lies, and keep what they are told", async () => {
    using instance = instanceForTest();
    const manager = new FilesystemIOManager({ baseDir: instance.home });
    const output = buildOutputContext({ assetKey: "shop/orders", partition: "2026-11-21" });
    await manager.handleOutput(output, [1, 2]);
    const input = buildInputContext({ assetKey: ["shop", "orders"], partition: "2026-11-21" });
    expect(await manager.loadInput(input)).toEqual([1, 2]);
    expect(input.metadata).toEqual(output.metadata);
    expect(output.metadata).toMatchObject({ path: { type: "path" } });
    expect(() => manager.loadInput(buildInputContext({ stepKey: "other" }))).toThrow(/other/);
  });

  test("of resources give init functions what they need", () => {
    const context = buildInitResourceContext({ config: { host: "h" } });
    expect(url.init(context as never)).toBe("pg://h");
    const made = warehouse.init(buildInitResourceContext({ resources: { url: "pg://x" } }) as never) as Generator<{
      query(sql: string): string;
    }>;
    expect((made.next().value as { query(sql: string): string }).query("q")).toBe("pg://x: q");
  });
});

describe("an I/O manager of one's own", () => {
  const addressed = new Map<string, unknown>();
  const keyOf = ({ assetKey, partition, ...made }: ValueAddress): string =>
    JSON.stringify({ partition, ...(assetKey === null ? made : { assetKey }) });
  const shelf: IoManager = {
    handleOutput: ({ address }, value) => void addressed.set(keyOf(address), value),
    loadInput({ address }) {
      if (!addressed.has(keyOf(address))) throw new ValueNotFoundError(address, "the shelf");
      return addressed.get(keyOf(address));
    },
  };

  test.each(ioManagerSuite)("passes what every one has to: $title", async ({ check }) => {
    addressed.clear();
    await check(shelf);
  });

  test("that forgets fails it", async () => {
    const forgets: IoManager = { handleOutput: () => {}, loadInput: () => undefined };
    const checked = await Promise.allSettled(ioManagerSuite.map(({ check }) => check(forgets)));
    const failed = ioManagerSuite.filter((_, index) => checked[index]?.status === "rejected").map(({ title }) => title);
    expect(failed).toEqual(expect.arrayContaining(["gives back large values", "says by name what was never stored"]));
  });
});

describe("a logger's context", () => {
  test("has config and a run", async () => {
    const lines: string[] = [];
    const listed = logger("listed", { config: z.object({ prefix: z.string() }) }, ({ config, run }) => ({ message }) => {
      lines.push(`${config.prefix}${run.jobName} ${run.tags["team"]} ${message}`);
    });
    const context = buildInitLoggerContext({ config: { prefix: "> " }, jobName: "nightly", tags: { team: "data" } });
    const handle = await listed.init(context as never);
    const record = {
      level: "INFO",
      message: "read",
      at: new Date(0),
      runId: context.run.id,
      stepKey: null,
      event: null,
    } as const;
    handle({ ...record, jobName: context.run.jobName });
    expect(lines).toEqual(["> nightly data read"]);
  });
});

describe("resources on their own", () => {
  test("are made with what they are built from, and torn down", async () => {
    opened.length = 0;
    {
      await using built = await buildResources(
        { warehouse },
        { config: { url: { config: { host: { env: "HOST" } } } }, env: { HOST: "h" } },
      );
      expect(built.warehouse.query("q")).toBe("pg://h: q");
      expect(opened).toEqual(["open pg://h"]);
    }
    expect(opened).toEqual(["open pg://h", "closed"]);
  });

  test("that cannot be made, or torn down, say so", async () => {
    await expect(buildResources({ warehouse })).rejects.toThrow(/resources\.url\.config\.host: is missing/);
    const broken = resource("broken", () => {
      throw new Error("no route");
    });
    await expect(buildResources({ broken })).rejects.toThrow(/"broken" could not be initialised: no route/);
    const stuck = resource("stuck", function* () {
      yield 1;
      throw new Error("stuck");
    });
    const built = await buildResources({ stuck });
    await expect(built[Symbol.asyncDispose]()).rejects.toThrow(/failed in its teardown: stuck/);
  });
});

describe("a throw-away instance", () => {
  const numbers = asset("numbers", () => new Set([1, 2, 3]));
  let isBroken = true;
  const start = op("start", { out: z.number() }, () => 20);
  const finish = op("finish", { ins: { n: z.number() } }, ({ n }) => {
    if (isBroken) throw new Error("not yet");
    return n + 1;
  });
  const steps = job("steps", { executor: inProcessExecutor, tags: { team: "a" } }, () => {
    finish({ n: start() });
  });

  test("keeps the values, runs and events of one run for the next, and nothing when it is gone", async () => {
    let home: string;
    {
      using instance = instanceForTest();
      home = instance.home;
      isBroken = true;
      const failed = await executeJob(steps, { instance, raiseOnError: false, tags: { x: "y" } });
      expect(failed.success).toBe(false);
      isBroken = false;
      const again = await executeJob(steps, { instance, reexecution: { of: failed } });
      expect(again.outputValue("finish")).toBe(21);
      expect(again.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["finish"]);
      expect(
        (await executeJob(steps, { instance, reexecution: { of: again, steps: "all" } })).eventsOf("STEP_START"),
      ).toHaveLength(2);
      expect(instance.runs.map(({ jobName, result }) => [jobName, result.success])).toEqual([
        ["steps", false],
        ["steps", true],
        ["steps", true],
      ]);
      await expect(executeJob(steps, { instance, raiseOnError: true, runConfig: { ops: { no: {} } } })).rejects.toThrow(
        /ops\.no/,
      );
    }
    expect(existsSync(home)).toBe(false);
  });

  test("sends values through files, as a run does", async () => {
    using instance = instanceForTest();
    const result = await materialize([numbers], { instance });
    expect(result.assetValue("numbers")).toEqual(new Set([1, 2, 3]));
    const sum = asset("sum", { ins: { numbers } }, ({ numbers: all }) => [...all].reduce((a, b) => a + b, 0));
    // Another run reads what the first has stored.
    expect((await materialize([sum], { instance })).assetValue("sum")).toBe(6);
    const events = await instance.assetEvents({ assetKey: ["numbers"], types: ["ASSET_MATERIALIZATION"], limit: 10 });
    expect(events).toHaveLength(1);
  });
});

describe("materializeToMemory", () => {
  test("stores nothing, whatever I/O managers are bound", async () => {
    const stored: unknown[] = [];
    const files = resource("files", () => ({
      handleOutput: (_: unknown, value: unknown) => void stored.push(value),
      loadInput: () => "from files",
    }));
    const one = asset("one", { ioManagerKey: "files" }, () => 1);
    const two = asset("two", { ins: { one }, ioManagerKey: "files" }, ({ one: value }) => value + 1);
    expect((await materializeToMemory([one, two], { resources: { files } })).assetValue("two")).toBe(2);
    expect((await materializeToMemory([one], { resources: { files: new InMemoryIOManager() } })).success).toBe(true);
    expect(stored).toEqual([]);
    await materialize([one], { resources: { files } });
    expect(stored).toEqual([1]);
  });

  test("binds what stands under a name to that name", async () => {
    const other = resource("other", () => ({ query: () => "other" }));
    const rows = asset("rows", { resources: { warehouse } }, (_, context) => context.resources.warehouse.query(""));
    expect((await materializeToMemory([rows], { resources: { warehouse: other } })).assetValue("rows")).toBe("other");
  });
});

describe("validateRunConfig", () => {
  const load = op(
    "load",
    { config: z.object({ day: z.iso.date(), limit: z.int().default(5), key: secret(z.string()) }) },
    () => null,
  );
  const loading = job("loading", () => void load());

  test("gives what the run would see", () => {
    const given = { ops: { load: { config: { day: "2026-11-21", key: { env: "KEY" } } } } };
    expect(validateRunConfig(loading, given, { env: { KEY: "k" } }).ops).toEqual({
      load: { config: { day: "2026-11-21", limit: 5, key: "k" } },
    });
    expect(validateRunConfig(loading, given).ops).toEqual({ load: { config: undefined } });
  });

  test("throws every problem with its place", () => {
    const wrong = { ops: { load: { config: { day: "soon", limit: "x", key: "hunter2", more: 1 } } } };
    expect(() => validateRunConfig(loading, wrong)).toThrow(InvalidRunConfigError);
    expect(() => validateRunConfig(loading, wrong)).toThrow(/limit: expected a whole number.*more: there is no such field/s);
    expect(() => validateRunConfig(loading)).toThrow(/ops\.load\.config\.day: is missing/);
  });
});
