/** Most bytes of one gRPC message, in both directions; gRPC's own 4 MB are too few for a run config or a load error with many causes. */
export const messageLimitBytes = 64 * 1024 * 1024;

/** Most bytes of a JSON document once it is decompressed: some 100,000 assets. Guards against what compresses well. */
export const documentLimitBytes = 512 * 1024 * 1024;

/** Bytes per message of a chunked stream: small enough that a slow reader holds little, large enough to cost nothing. */
export const chunkBytes = 256 * 1024;
