import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ValueNotFoundError } from "../errors.ts";
import { decodeValue } from "../values/decode-value.ts";
import { encodeValue } from "../values/encode-value.ts";
import type { InputContext, IoManager, OutputContext, PartitionsInputContext } from "./io-manager.ts";
import { loadEachPartition } from "./load-partitions.ts";
import { readStored, smallBytes, storeFile } from "./stored-file.ts";
import { valuePath } from "./value-path.ts";
import { checkOptions } from "@dagwright/definitions";
import type { OptionNames } from "@dagwright/model";

export interface FilesystemIOManagerOptions {
  /** Directory below which values lie; made when the first is stored. Relative to the working directory. */
  readonly baseDir: string;
}

export const filesystemNames: OptionNames<FilesystemIOManagerOptions> = { baseDir: "text" };

/**
 * Keeps values as files (see docs/reference/value-format.md), ops' by run, step and output, assets' by their key.
 *
 * A reader finds the old value or the new one, never half of one, and a step that has succeeded has its values in place. Files are not
 * synced to disk: a power cut can lose the last ones.
 */
export class FilesystemIOManager implements IoManager {
  readonly #baseDir: string;

  constructor(options: FilesystemIOManagerOptions) {
    checkOptions("FilesystemIOManager", options, filesystemNames, FilesystemIOManager as never);
    const { baseDir } = options;
    this.#baseDir = resolve(baseDir);
  }

  handleOutput({ address, addMetadata }: OutputContext, value: unknown): void | Promise<void> {
    const path = join(this.#baseDir, ...valuePath(address));
    const pieces = encodeValue(value);
    addMetadata({ path: { type: "path", path } });
    return storeFile(path, pieces);
  }

  loadInput({ address, signal, addMetadata }: InputContext): unknown {
    const path = join(this.#baseDir, ...valuePath(address));
    addMetadata({ path: { type: "path", path } });
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new ValueNotFoundError(address, path);
    return stat.size <= smallBytes ? decodeValue(readFileSync(path)) : readFile(path, { signal }).then(decodeValue);
  }

  loadPartitions(context: PartitionsInputContext): Promise<ReadonlyMap<string, unknown>> {
    return loadEachPartition(context, async ({ address, signal }) => {
      const path = join(this.#baseDir, ...valuePath(address));
      return decodeValue(await readStored(address, path, signal));
    });
  }
}
