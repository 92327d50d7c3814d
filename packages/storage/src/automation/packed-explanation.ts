import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { JsonObject } from "@dagwright/model";

/** Quick rather than small: what repeats itself in an explanation is near by. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** An explanation as it is kept, in base64 as it travels. */
export const packExplanation = (explanation: JsonObject): string =>
  zstdCompressSync(JSON.stringify(explanation), { params }).toString("base64");

/** The explanation that {@link packExplanation} was given. */
export const unpackExplanation = (packed: Uint8Array): JsonObject =>
  JSON.parse(zstdDecompressSync(packed).toString("utf8")) as JsonObject;
