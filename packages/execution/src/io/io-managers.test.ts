import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runId, stepKey } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { ValueNotStorableError } from "../errors.ts";
import { ioManagerSuite } from "../testing/io-manager-suite.ts";
import { FilesystemIOManager } from "./filesystem-io-manager.ts";
import { InMemoryIOManager } from "./in-memory-io-manager.ts";
import type { OutputContext } from "./io-manager.ts";

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

describe("InMemoryIOManager, as an I/O manager", () => {
  it.each(ioManagerSuite)("$title", ({ check }) => check(new InMemoryIOManager()));
});

describe("FilesystemIOManager", () => {
  it("leaves the old value and no temporary file when a new one cannot be stored", async () => {
    await using manager = await openFilesystem();
    const context: OutputContext = {
      address: { runId: runId("r"), stepKey: stepKey("s"), outputName: "o", assetKey: ["numbers"], partition: null },
      jobName: "j",
      outputName: "o",
      signal: new AbortController().signal,
      addMetadata: () => {},
    };
    await manager.handleOutput(context, 1);
    expect(() => manager.handleOutput(context, [() => 1])).toThrow(ValueNotStorableError);
    expect(await readdir(join(manager.baseDir, "assets"))).toEqual(["numbers.value"]);
    await manager.handleOutput({ ...context, address: { ...context.address, assetKey: ["large"] } }, "x".repeat(1_000_000));
    expect((await readdir(join(manager.baseDir, "assets"))).toSorted()).toEqual(["large.value", "numbers.value"]);
  });
});
