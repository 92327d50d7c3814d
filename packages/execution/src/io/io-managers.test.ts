import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRepository, definitions, resource, toLocationSnapshot } from "@dagwright/definitions";
import { runId, stepKey } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { ValueNotStorableError } from "../errors.ts";
import { ioManagerSuite, jsonIoManagerSuite } from "../testing/io-manager-suite.ts";
import { FilesystemIOManager } from "./filesystem-io-manager.ts";
import { InMemoryIOManager } from "./in-memory-io-manager.ts";
import type { OutputContext } from "./io-manager.ts";
import { JsonIOManager } from "./json-io-manager.ts";

async function openFilesystem(): Promise<FilesystemIOManager & AsyncDisposable & { readonly baseDir: string }> {
  const baseDir = await mkdtemp(join(tmpdir(), "dagwright-io-"));
  return Object.assign(new FilesystemIOManager({ baseDir }), {
    baseDir,
    [Symbol.asyncDispose]: () => rm(baseDir, { recursive: true }),
  });
}

describe("FilesystemIOManager, as an I/O manager", () => {
  it.each(ioManagerSuite)("$title", async ({ check }) => {
    await using manager = await openFilesystem();
    await check(manager);
  });
});

const contextOf = (assetKey: readonly string[]): OutputContext => ({
  address: { runId: runId("r"), stepKey: stepKey("s"), outputName: "o", assetKey, partition: null },
  jobName: "j",
  outputName: "o",
  signal: new AbortController().signal,
  partition: null,
  definitionMetadata: {},
  addMetadata: () => {},
});

async function openJson(): Promise<JsonIOManager & AsyncDisposable & { readonly baseDir: string }> {
  const baseDir = await mkdtemp(join(tmpdir(), "dagwright-io-"));
  return Object.assign(new JsonIOManager({ baseDir }), {
    baseDir,
    [Symbol.asyncDispose]: () => rm(baseDir, { recursive: true }),
  });
}

describe("JsonIOManager, as an I/O manager", () => {
  it.each(jsonIoManagerSuite)("$title", async ({ check }) => {
    await using manager = await openJson();
    await check(manager);
  });
});

describe("JsonIOManager", () => {
  it("writes what other programs read, and refuses by name what JSON would change", async () => {
    await using manager = await openJson();
    const context = contextOf(["reports", "daily"]);
    await manager.handleOutput(context, { rows: [1] });
    expect(await readFile(join(manager.baseDir, "assets", "reports", "daily.json"), "utf8")).toBe(
      '{\n  "rows": [\n    1\n  ]\n}\n',
    );
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const [value, problem] of [
      [{ rows: [1, { at: new Date(5) }] }, "The value at $.rows[1].at is an instance of Date, which JSON does not keep"],
      [1n, "The value at $ is a bigint"],
      [[Number.NaN], "The value at $[0] is NaN"],
      [{ a: undefined }, "The value at $.a is undefined"],
      [[-0], "The value at $[0] is -0"],
      [circular, "The value at $.self is inside of itself"],
    ] as const) {
      expect(() => manager.handleOutput(context, value)).toThrow(problem);
    }
    const twice = { a: 1 };
    await manager.handleOutput(context, [twice, twice]);
    await writeFile(join(manager.baseDir, "assets", "reports", "daily.json"), "{");
    await expect(manager.loadInput({ ...context, stepKey: stepKey("s"), inputName: "i" })).rejects.toThrow("is no JSON");
  });
});

describe("InMemoryIOManager, as an I/O manager", () => {
  it.each(ioManagerSuite)("$title", ({ check }) => check(new InMemoryIOManager()));
});

describe("FilesystemIOManager", () => {
  it("leaves the old value and no temporary file when a new one cannot be stored", async () => {
    await using manager = await openFilesystem();
    const context = contextOf(["numbers"]);
    await manager.handleOutput(context, 1);
    expect(() => manager.handleOutput(context, [() => 1])).toThrow(ValueNotStorableError);
    expect(await readdir(join(manager.baseDir, "assets"))).toEqual(["numbers.value"]);
    await manager.handleOutput({ ...context, address: { ...context.address, assetKey: ["large"] } }, "x".repeat(1_000_000));
    expect((await readdir(join(manager.baseDir, "assets"))).toSorted()).toEqual(["large.value", "numbers.value"]);
  });
});

it("a snapshot tells of an I/O manager that it keeps values in memory, as far as that is known without making it", () => {
  const { resources } = toLocationSnapshot(
    buildRepository(
      definitions({
        resources: {
          memory: new InMemoryIOManager(),
          files: new FilesystemIOManager({ baseDir: "/tmp" }),
          made: resource("made", () => new InMemoryIOManager()),
        },
      }),
    ),
  );
  expect(resources.map(({ key, isInMemory }) => [key, isInMemory])).toEqual([
    ["files", undefined],
    ["made", undefined],
    ["memory", true],
  ]);
});
