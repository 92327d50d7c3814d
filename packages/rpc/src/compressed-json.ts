import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { MalformedPayloadError, PayloadTooLargeError } from "./errors.ts";
import { chunkBytes, documentLimitBytes } from "./limits.ts";

/** zstd-compressed JSON: how snapshots, configs, plans and run requests travel. */
export type CompressedJson = Buffer & { readonly compressedJson?: never };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Level 3 is zstd's own default: for 10,000 assets 20 ms, and a twentieth of the size. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
/** Below this a thread costs more than it saves. */
const smallBytes = 64 * 1024;

/** Compresses a document; large ones off the main thread. */
export const compressJson = (value: unknown): Promise<CompressedJson> => compressJsonText(JSON.stringify(value));

/** The same for a document that is JSON already. */
export async function compressJsonText(text: string): Promise<CompressedJson> {
  const bytes = Buffer.from(text);
  return bytes.length < smallBytes ? zstdCompressSync(bytes, options) : compress(bytes, options);
}

/** The same for a small document, at once. */
export function compressJsonSync(value: unknown): CompressedJson {
  return zstdCompressSync(JSON.stringify(value), options);
}

/**
 * Reads a document.
 *
 * @param what - names it in errors
 * @throws MalformedPayloadError, PayloadTooLargeError
 */
export async function decompressJson(bytes: Buffer, what: string): Promise<unknown> {
  try {
    const text =
      bytes.length < smallBytes / 8
        ? zstdDecompressSync(bytes, { maxOutputLength: documentLimitBytes })
        : await decompress(bytes, { maxOutputLength: documentLimitBytes });
    return JSON.parse(text.toString());
  } catch (error) {
    if (error instanceof RangeError) throw new PayloadTooLargeError(what, documentLimitBytes, { cause: error });
    throw new MalformedPayloadError(what, { cause: error });
  }
}

/** Cuts a document into the messages of a stream; an empty one is one message. */
export function* toChunks(bytes: Buffer): Generator<{ readonly data: Buffer }> {
  let offset = 0;
  do {
    yield { data: bytes.subarray(offset, offset + chunkBytes) };
    offset += chunkBytes;
  } while (offset < bytes.length);
}

/** @throws PayloadTooLargeError when the parts exceed what a document may have */
export async function fromChunks(chunks: AsyncIterable<{ readonly data: Buffer }>, what: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const { data } of chunks) {
    length += data.length;
    if (length > documentLimitBytes) throw new PayloadTooLargeError(what, documentLimitBytes);
    parts.push(data);
  }
  return Buffer.concat(parts);
}
