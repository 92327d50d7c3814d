import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressJson, decompressJson, fromChunks, toChunks } from "./compressed-json.ts";
import { MalformedPayloadError, PayloadTooLargeError } from "./errors.ts";
import { chunkBytes, documentLimitBytes } from "./limits.ts";

test("a document comes back as it went, small or large, through chunks", async () => {
  for (const size of [0, 10, 300_000]) {
    // Random enough not to fit into one chunk when it is compressed.
    const value = { names: Array.from({ length: size }, (_, index) => `${Math.sin(index)}\u{1f600}`) };
    const chunks = [...toChunks(await compressJson(value))];
    expect(chunks.every(({ data }) => data.length <= chunkBytes)).toBe(true);
    async function* stream() {
      yield* chunks;
    }
    expect(await decompressJson(await fromChunks(stream(), "it"), "it")).toEqual(value);
    if (size > 1000) expect(chunks.length).toBeGreaterThan(1);
  }
});

test("what is no compressed JSON is refused by name", async () => {
  await expect(decompressJson(Buffer.from("{}"), "the run config")).rejects.toThrow(new MalformedPayloadError("the run config"));
  await expect(decompressJson(zstdCompressSync("{"), "the run config")).rejects.toBeInstanceOf(MalformedPayloadError);
});

test("what unpacks to more than a document may have is refused before it fills the memory", async () => {
  const bomb = zstdCompressSync(Buffer.alloc(documentLimitBytes + 1, " "));
  expect(bomb.length).toBeLessThan(1_000_000);
  await expect(decompressJson(bomb, "the run config")).rejects.toBeInstanceOf(PayloadTooLargeError);
});
