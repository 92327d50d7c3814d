import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tabularIoManagerSuite } from "@dagwright/execution/testing";
import { Decimal, Int32, Table, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";
import { buildInputContext, buildOutputContext } from "dagwright";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { ArrowIOManager, ParquetIOManager } from "./index.ts";

/** A number of 128 bits as Arrow has it. */
const words = (value: bigint): Uint32Array =>
  new Uint32Array(BigUint64Array.of(BigInt.asUintN(64, value), BigInt.asUintN(64, value >> 64n)).buffer);

async function open<M extends object>(
  make: (options: { baseDir: string }) => M,
): Promise<M & AsyncDisposable & { readonly baseDir: string }> {
  const baseDir = await mkdtemp(join(tmpdir(), "dagwright-files-"));
  return Object.assign(make({ baseDir }), { baseDir, [Symbol.asyncDispose]: () => rm(baseDir, { recursive: true }) });
}
const openParquet = () => open((options) => new ParquetIOManager(options));
const openArrow = () => open((options) => new ArrowIOManager(options));

describe.each([
  ["ParquetIOManager", openParquet],
  ["ArrowIOManager", openArrow],
])("%s, as an I/O manager of tables", (_, openManager) => {
  it.each(tabularIoManagerSuite)("$title", async ({ check }) => {
    await using manager = await openManager();
    await check(manager);
  });

  it("keeps lists of no records, and records of no fields", async () => {
    await using manager = await openManager();
    for (const rows of [[], [{}, {}], [{ id: null }]]) {
      await manager.handleOutput(buildOutputContext({ assetKey: "some" }), rows);
      expect(await manager.loadInput(buildInputContext({ assetKey: "some" }))).toEqual(rows);
    }
  });

  it("refuses by name what the format does not keep", async () => {
    await using manager = await openManager();
    const refused = (value: unknown, problem: string) =>
      expect(manager.handleOutput(buildOutputContext(), value)).rejects.toThrow(problem);
    await refused([{ n: 1n }, { n: 2n ** 63n }], "The value at $[1].n is a bigint of more than 64 bits");
    await refused({ rows: [] }, "The value at $ is no list of records");
  });

  it("tells where the file lies, how large it is and what is in it", async () => {
    await using manager = await openManager();
    const context = buildOutputContext({ assetKey: "raw/orders", partition: "2026-01-01" });
    await manager.handleOutput(context, [{ id: 1, name: "a" }]);
    const { path, ...rest } = context.metadata;
    expect(path).toMatchObject({ type: "path" });
    expect((path as { path: string }).path.slice(manager.baseDir.length)).toMatch(
      /^\/assets\/raw\/orders\.partitions\/2026-01-01\.(parquet|arrow)$/,
    );
    expect(rest).toMatchObject({
      "dagster/row_count": { type: "int", int: "1" },
      "dagster/size_bytes": { type: "int" },
      "dagster/column_schema": { type: "tableSchema", schema: { columns: [{ name: "id", type: "integer" }, { name: "name" }] } },
    });
  });
});

describe("files", () => {
  const rows = [{ id: 1, name: "a", at: new Date(5) }];

  it("of Parquet are read by others", async () => {
    await using manager = await openParquet();
    await manager.handleOutput(buildOutputContext({ assetKey: "orders" }), rows);
    const bytes = await readFile(join(manager.baseDir, "assets", "orders.parquet"));
    expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).toEqual(rows);
  });

  it("of Arrow are read by others, and written by others", async () => {
    await using manager = await openArrow();
    await manager.handleOutput(buildOutputContext({ assetKey: "orders" }), rows);
    const bytes = await readFile(join(manager.baseDir, "assets", "orders.arrow"));
    expect(
      tableFromIPC(bytes)
        .toArray()
        .map((row) => ({ ...(row.toJSON() as object) })),
    ).toEqual([{ id: 1, name: "a", at: 5 }]);

    const price = vectorFromArray([words(1230n), words(-5n), null], new Decimal(2, 10, 128));
    const theirs = new Table({ id: vectorFromArray([1, 2, 3], new Int32()), name: vectorFromArray(["x", "y", "z"]), price });
    await writeFile(join(manager.baseDir, "assets", "orders.arrow"), tableToIPC(theirs, "file"));
    expect(await manager.loadInput(buildInputContext({ assetKey: "orders" }))).toEqual([
      { id: 1, name: "x", price: "12.30" },
      { id: 2, name: "y", price: "-0.05" },
      { id: 3, name: "z", price: null },
    ]);
  });
});
