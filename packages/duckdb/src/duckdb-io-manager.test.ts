import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ioPartitions } from "@dagwright/execution";
import { tabularIoManagerSuite } from "@dagwright/execution/testing";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  asset,
  buildInputContext,
  buildOutputContext,
  dailyPartitions,
  type IoContextOptions,
  materialize,
  multiPartitions,
  resource,
  staticPartitions,
} from "dagwright";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DuckDBIOManager } from "./index.ts";

async function openFile(): Promise<DuckDBIOManager & AsyncDisposable & { readonly path: string }> {
  const directory = await mkdtemp(join(tmpdir(), "dagwright-duckdb-"));
  const path = join(directory, "warehouse.duckdb");
  return Object.assign(new DuckDBIOManager({ database: path }), {
    path,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  });
}

describe("DuckDBIOManager, as an I/O manager of tables in a file", () => {
  it.each(tabularIoManagerSuite)("$title", async ({ check }) => {
    await using manager = await openFile();
    await check(manager);
  });
});

describe("DuckDBIOManager, in memory", () => {
  it.each(tabularIoManagerSuite)("$title", ({ check }) => check(new DuckDBIOManager({ database: ":memory:" })));
});

type Manager = Awaited<ReturnType<typeof openFile>>;

const store = (manager: Manager, options: IoContextOptions, value: unknown): Promise<void> =>
  manager.handleOutput(buildOutputContext(options), value);
const load = (manager: Manager, options: IoContextOptions): Promise<readonly unknown[]> =>
  manager.loadInput(buildInputContext(options));

/** What another program sees. */
async function query({ path }: Manager, sql: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const daily = dailyPartitions({ startDate: "2026-01-01" });
const orders = (day: string, ...ids: number[]) => ids.map((id) => ({ id, day }));

describe("tables", () => {
  it("are named by the asset's key and have the columns of the records", async () => {
    await using manager = await openFile();
    const context = buildOutputContext({ assetKey: ["raw", "orders"] });
    await manager.handleOutput(context, [{ id: 1, name: "a", price: 0.5, at: new Date(0), tags: ["x"] }]);
    expect(await query(manager, "select column_name, column_type from (describe raw.orders)")).toEqual([
      ["id", "INTEGER"],
      ["name", "VARCHAR"],
      ["price", "DOUBLE"],
      ["at", "TIMESTAMP WITH TIME ZONE"],
      ["tags", "JSON"],
    ]);
    expect(context.metadata).toMatchObject({
      table: { type: "text", text: "raw.orders" },
      "dagster/row_count": { type: "int", int: "1" },
    });
    await store(manager, { assetKey: "orders" }, [{ id: 1 }]);
    expect(await query(manager, "select * from main.orders")).toEqual([[1]]);
  });

  it("may be another program's, whatever its types", async () => {
    await using manager = await openFile();
    await query(
      manager,
      `create table prices as select 12.30::decimal(10, 2) as price, date '2026-01-02' as day, timestamp '2026-01-02 03:04:05.5' as at,
         7::utinyint as small, 9::bigint as large, [1, 2] as list, uuid '00000000-0000-0000-0000-000000000001' as id`,
    );
    expect(await load(manager, { assetKey: "prices" })).toEqual([
      {
        price: "12.30",
        day: new Date("2026-01-02"),
        at: new Date("2026-01-02T03:04:05.500Z"),
        small: 7,
        large: 9n,
        list: "[1, 2]",
        id: "00000000-0000-0000-0000-000000000001",
      },
    ]);
  });

  it("keep lists without records, and refuse what are none", async () => {
    await using manager = await openFile();
    await store(manager, { assetKey: "empty" }, []);
    expect(await load(manager, { assetKey: "empty" })).toEqual([]);
    await store(manager, { assetKey: "empty" }, [{ id: 1 }]);
    expect(await load(manager, { assetKey: "empty" })).toEqual([{ id: 1 }]);
    const refused = (value: unknown, problem: string) =>
      expect(store(manager, { assetKey: "empty" }, value)).rejects.toThrow(problem);
    await refused(5, "The value at $ is no list of records, which is what a table can keep");
    await refused([1], "The value at $[0] is no record");
    await refused(
      [{ id: 1 }, { id: "x" }],
      "The value at $[1].id is of kind text, and what came before it in the column is of kind integer",
    );
    await refused([{ id: new Date(Number.NaN) }], "The value at $[0].id is an invalid date");
    await refused([{ id: { at: new Date(0) } }], "The value at $[0].id.at is an instance of Date");
    expect(await load(manager, { assetKey: "empty" })).toEqual([{ id: 1 }]);
  });
});

describe("partitions", () => {
  const byDay: IoContextOptions = { assetKey: "orders", partitions: daily, definitionMetadata: { partition_expr: "day" } };

  it("are the rows that the asset's partition_expr says, and the others stay", async () => {
    await using manager = await openFile();
    await store(manager, { ...byDay, partition: "2026-01-01" }, orders("2026-01-01", 1, 2));
    await store(manager, { ...byDay, partition: "2026-01-02" }, orders("2026-01-02", 3));
    await store(manager, { ...byDay, partition: "2026-01-01" }, orders("2026-01-01", 4));
    expect(await query(manager, "select * from orders order by id")).toEqual([
      [3, "2026-01-02"],
      [4, "2026-01-01"],
    ]);
    expect(await load(manager, { ...byDay, partition: "2026-01-01" })).toEqual(orders("2026-01-01", 4));
    expect(await load(manager, { ...byDay, partition: "2026-01-02" })).toEqual(orders("2026-01-02", 3));
    expect(await load(manager, { assetKey: "orders" })).toHaveLength(2);
    await expect(load(manager, { ...byDay, partition: "2026-01-03" })).rejects.toThrow("No value of asset");
  });

  it("are told by what a clock shows in their time zone, or by the moment where a column is one", async () => {
    await using manager = await openFile();
    const newYork = dailyPartitions({ startDate: "2026-01-01", timeZone: "America/New_York" });
    const context = { ...byDay, partitions: newYork, partition: "2026-01-01" };
    await store(manager, context, orders("2026-01-01", 1));
    expect(await load(manager, context)).toEqual(orders("2026-01-01", 1));
    const moments = { ...context, assetKey: "moments", definitionMetadata: { partition_expr: "moment" } };
    const late = [{ moment: new Date("2026-01-02T04:59:59Z") }];
    await store(manager, moments, late);
    expect(await load(manager, moments)).toEqual(late);
    await expect(store(manager, moments, [{ moment: new Date("2026-01-02T05:00:00Z") }])).rejects.toThrow(
      'Partition "2026-01-01" of table "main"."moments" would get 1 of 1 rows that are not in it',
    );
    expect(await load(manager, moments)).toEqual(late);
  });

  it("may have several dimensions, of time and of names", async () => {
    await using manager = await openFile();
    const partitions = multiPartitions({ date: daily, region: staticPartitions(["it's eu", "us"]) });
    const definitionMetadata = { partition_expr: { date: "day", region: "lower(region)" } };
    const at = (partition: string): IoContextOptions => ({ assetKey: "sales", partitions, partition, definitionMetadata });
    const sale = (region: string, amount: number) => [{ day: "2026-01-01", region, amount }];
    await store(manager, at("2026-01-01|it's eu"), sale("It's EU", 1));
    await store(manager, at("2026-01-01|us"), sale("US", 2));
    await store(manager, at("2026-01-01|it's eu"), sale("IT'S eu", 3));
    expect(await query(manager, "select region, amount from sales order by amount")).toEqual([
      ["US", 2],
      ["IT'S eu", 3],
    ]);
    expect(await load(manager, at("2026-01-01|us"))).toEqual(sale("US", 2));
    const wrong = { ...at("2026-01-01|us"), definitionMetadata: { partition_expr: { date: "day" } } };
    await expect(load(manager, wrong)).rejects.toThrow('`partition_expr` has no text for dimension "region"');
  });

  it("are loaded by one query, each with its own rows, in their order; what was never stored is left out", async () => {
    await using manager = await openFile();
    const newYork = dailyPartitions({ startDate: "2026-01-01", timeZone: "America/New_York" });
    const partitions = multiPartitions({ date: newYork, region: staticPartitions(["eu", "it's us"]) });
    const cases: readonly (IoContextOptions & { readonly rowsOf: (key: string) => readonly object[] })[] = [
      { assetKey: "plain", partitions: daily, rowsOf: (key) => orders(key, 2, 1) },
      { ...byDay, rowsOf: (key) => orders(key, 2, 1) },
      {
        assetKey: "moments",
        partitions: newYork,
        definitionMetadata: { partition_expr: "moment" },
        rowsOf: (day) => [{ moment: new Date(`${day}T23:59:59.999-05:00`) }, { moment: new Date(`${day}T00:00:00-05:00`) }],
      },
      {
        assetKey: "sales",
        partitions,
        definitionMetadata: { partition_expr: { date: "day", region: "lower(region)" } },
        rowsOf: (key) => {
          const [day, region] = key.split("|");
          return [
            { day, region: region!.toUpperCase(), amount: 2 },
            { day, region, amount: 1 },
          ];
        },
      },
    ];
    for (const { rowsOf, ...options } of cases) {
      const keys = [...options.partitions!.keys({ nowMs: Date.parse("2026-01-06T12:00:00Z"), dynamicKeys: () => [] })];
      const [empty, missing] = keys.slice(2);
      const stored = keys.filter((key) => key !== missing);
      for (const partition of stored.toReversed())
        await store(manager, { ...options, partition }, partition === empty ? [] : rowsOf(partition));
      const { partition: _, ...rest } = buildInputContext(options);
      const read = await manager.loadPartitions({ ...rest, partitions: ioPartitions(options.partitions!, keys) });
      expect([...read]).toEqual(stored.map((key) => [key, key === empty ? [] : rowsOf(key)]));
      for (const key of stored) expect(await load(manager, { ...options, partition: key })).toEqual(read.get(key));
    }
  });

  it("without rows are stored all the same", async () => {
    await using manager = await openFile();
    await store(manager, { ...byDay, partition: "2026-01-01" }, []);
    expect(await load(manager, { ...byDay, partition: "2026-01-01" })).toEqual([]);
    await expect(load(manager, { ...byDay, partition: "2026-01-02" })).rejects.toThrow("No value of asset");
    await store(manager, { ...byDay, partition: "2026-01-02" }, orders("2026-01-02", 1));
    expect(await load(manager, { ...byDay, partition: "2026-01-01" })).toEqual([]);
    await store(manager, { ...byDay, partition: "2026-01-02" }, []);
    expect(await load(manager, { ...byDay, partition: "2026-01-02" })).toEqual([]);
  });

  it("may bring new columns, and wider numbers, but no other types", async () => {
    await using manager = await openFile();
    const at = (partition: string): IoContextOptions => ({ assetKey: "wide", partition });
    await store(manager, at("a"), [{ n: 1, big: 1n, late: null }]);
    await store(manager, at("b"), [{ n: 0.5, big: 2n ** 100n, late: true, more: "x" }]);
    expect(await load(manager, at("a"))).toEqual([{ n: 1, big: 1n, late: null, more: null }]);
    expect(await load(manager, at("b"))).toEqual([{ n: 0.5, big: 2n ** 100n, late: true, more: "x" }]);
    await expect(store(manager, at("b"), [{ n: "text" }])).rejects.toThrow(
      'Table "main"."wide" has the column "n" of type DOUBLE, and is to get values of type VARCHAR',
    );
    expect(await load(manager, at("b"))).toHaveLength(1);
  });

  it("flow through a run of assets, which read each other's", async () => {
    await using manager = await openFile();
    const io = resource("io_manager", () => new DuckDBIOManager({ database: manager.path }));
    const shared = { partitions: daily, metadata: { partition_expr: "day" } };
    const raw = asset("raw", shared, (_, { partition }) => orders(partition.key, 1, 2, 3));
    const counted = asset("counted", { ...shared, ins: { raw } }, ({ raw: rows }, { partition }) => [
      { day: partition.key, count: (rows as readonly unknown[]).length },
    ]);
    for (const partitionKey of ["2026-01-01", "2026-01-02", "2026-01-01"])
      expect((await materialize([raw, counted], { partitionKey, resources: { io_manager: io } })).success).toBe(true);
    expect(await query(manager, "select day, count from counted order by day")).toEqual([
      ["2026-01-01", 3],
      ["2026-01-02", 3],
    ]);
    expect(await query(manager, "select count(*)::int from raw")).toEqual([[6]]);
  });
});

describe("several processes", () => {
  const writer = fileURLToPath(new URL("./fixtures/writer.ts", import.meta.url));
  const start = (path: string, ...args: readonly string[]) =>
    spawn(process.execPath, [writer, path, ...args], { stdio: ["ignore", "pipe", "inherit"] });

  it("wait for each other's turn and lose nothing", async () => {
    await using manager = await openFile();
    const writers = ["a", "b", "c"].map((name) => start(manager.path, name, "4"));
    const codes = await Promise.all(writers.map(async (child) => (await once(child, "exit"))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    expect(await query(manager, "select count(*)::int, count(distinct _partition)::int from shared")).toEqual([[120, 12]]);
  });

  it("may be killed while they write: readers find the value of before", async () => {
    await using manager = await openFile();
    await store(manager, { assetKey: "shared", partition: "killed 0" }, [{ id: -1 }]);
    const child = start(manager.path, "killed", "1", "endless");
    for await (const chunk of child.stdout) if (String(chunk).includes("writing")) break;
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await load(manager, { assetKey: "shared", partition: "killed 0" })).toEqual([{ id: -1 }]);
  });

  it("give up with a name for it when one keeps the file to itself", async () => {
    await using manager = await openFile();
    const child = start(manager.path, "keeper", "0", "keep");
    for await (const chunk of child.stdout) if (String(chunk).includes("keeping")) break;
    const impatient = new DuckDBIOManager({ database: manager.path, lockTimeoutMs: 100 });
    await expect(impatient.handleOutput(buildOutputContext({ assetKey: "a" }), [])).rejects.toThrow(
      "was in use by another process for 0 seconds; only one process can have it open",
    );
    child.kill("SIGKILL");
    await once(child, "exit");
    await impatient.handleOutput(buildOutputContext({ assetKey: "a" }), []);
  });
});
