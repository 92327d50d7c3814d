import type { DynamicPartitionsRequest } from "@dagwright/model";
import type { StoreOptions } from "@dagwright/storage";
import type { PartitionsSource } from "@dagwright/workspace";

/**
 * The keys of dynamic partitions as they will be once a tick's changes are made, so that its runs may be for keys that it adds. Each name is read
 * once, however many runs ask.
 */
export function withDynamicKeys(source: PartitionsSource, requests: readonly DynamicPartitionsRequest[]): PartitionsSource {
  const read = new Map<string, Promise<readonly string[]>>();
  const keysAfter = async (name: string, options?: StoreOptions): Promise<readonly string[]> => {
    const keys = new Set(await source.dynamicPartitions.keys(name, options));
    for (const request of requests) {
      if (request.name !== name) continue;
      for (const key of request.keys)
        if (request.kind === "add") keys.add(key);
        else keys.delete(key);
    }
    return [...keys];
  };
  return {
    nowMs: (options) => source.nowMs(options),
    dynamicPartitions: {
      keys(name: string, options?: StoreOptions): Promise<readonly string[]> {
        const known = read.get(name) ?? keysAfter(name, options);
        read.set(name, known);
        return known;
      },
    },
  };
}
