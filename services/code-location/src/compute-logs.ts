import { resolve } from "node:path";
import type { ComputeLogPart, ComputeLogRequest } from "@dagwright/rpc";
import type { ComputeLogManager } from "@dagwright/instance";

/** Compute logs that lie on this machine's disk, for hosts on other machines. */
export interface ComputeLogs {
  read(request: ComputeLogRequest, signal: AbortSignal | undefined): AsyncIterable<ComputeLogPart>;
}

/**
 * Finds the logs by the instance's settings when the first one is asked for: a front that serves hosts on its own machine, which read the files
 * themselves, never loads what reads those settings.
 */
export function createComputeLogs(home: string, environment: () => Readonly<Record<string, string>>): ComputeLogs {
  let opened: Promise<ComputeLogManager> | null = null;
  return {
    async *read({ logKey, stream, offset = 0, maxBytes = 0, follow = false }, signal) {
      opened ??= openLogs(home, environment());
      const logs = await opened;
      const aborting = signal === undefined ? {} : { signal };
      if (follow) {
        for await (const { bytes, nextOffset, isEnd } of logs.follow(logKey, stream, { offset, ...aborting })) {
          yield { data: Buffer.from(bytes), nextOffset, complete: isEnd };
        }
        return;
      }
      let at = offset;
      for (let left = maxBytes === 0 ? Infinity : maxBytes; left > 0;) {
        const chunk = await logs.read(logKey, stream, {
          offset: at,
          ...(Number.isFinite(left) && { maxBytes: left }),
          ...aborting,
        });
        const { bytes, nextOffset, isEnd } = chunk;
        yield { data: Buffer.from(bytes), nextOffset, complete: isEnd };
        if (bytes.length === 0 || isEnd) return;
        at = nextOffset;
        left -= bytes.length;
      }
    },
  };
}

async function openLogs(home: string, environment: Readonly<Record<string, string>>): Promise<ComputeLogManager> {
  const { LocalComputeLogManager, NoOpComputeLogManager, readInstanceConfig } = await import("@dagwright/instance");
  const { config } = await readInstanceConfig(home, environment);
  const setting = config.computeLogs;
  if (setting.name !== "LocalComputeLogManager") return new NoOpComputeLogManager();
  return new LocalComputeLogManager({
    baseDir: resolve(home, setting.baseDir ?? "storage"),
    pollMs: setting.pollingTimeoutSeconds * 1000,
    maxStreamBytes: setting.maxStreamBytes,
  });
}
