import { join, resolve } from "node:path";
import { ValueUnreadableError } from "../errors.ts";
import { filesystemNames, type FilesystemIOManagerOptions } from "./filesystem-io-manager.ts";
import type { InputContext, IoManager, OutputContext, PartitionsInputContext } from "./io-manager.ts";
import { checkJson } from "./json-value.ts";
import { loadEachPartition } from "./load-partitions.ts";
import { readStored, storeFile } from "./stored-file.ts";
import { valuePath } from "./value-path.ts";
import { checkOptions } from "@dagwright/definitions";

/**
 * Keeps values as JSON files that other programs and people read, under the same paths as {@link FilesystemIOManager} with the ending
 * `.json`. A value that JSON would change (dates, bigints, NaN, `undefined`, class instances) is refused by name, never bent.
 */
export class JsonIOManager implements IoManager {
  readonly #baseDir: string;

  constructor(options: FilesystemIOManagerOptions) {
    checkOptions("JsonIOManager", options, filesystemNames, JsonIOManager as never);
    const { baseDir } = options;
    this.#baseDir = resolve(baseDir);
  }

  handleOutput({ address, addMetadata }: OutputContext, value: unknown): void | Promise<void> {
    checkJson(value);
    const path = this.#pathOf(address);
    addMetadata({ path: { type: "path", path } });
    return storeFile(path, [Buffer.from(`${JSON.stringify(value, null, 2)}\n`)]);
  }

  async loadInput({ address, signal, addMetadata }: InputContext): Promise<unknown> {
    const path = this.#pathOf(address);
    addMetadata({ path: { type: "path", path } });
    return parse(path, await readStored(address, path, signal));
  }

  loadPartitions(context: PartitionsInputContext): Promise<ReadonlyMap<string, unknown>> {
    return loadEachPartition(context, async ({ address, signal }) => {
      const path = this.#pathOf(address);
      return parse(path, await readStored(address, path, signal));
    });
  }

  #pathOf(address: OutputContext["address"]): string {
    return join(this.#baseDir, ...valuePath(address, ".json"));
  }
}

function parse(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch (cause) {
    throw new ValueUnreadableError(`${path} is no JSON`, { cause });
  }
}
