import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ValueNotFoundError, ValueUnreadableError } from "../errors.ts";
import type { FilesystemIOManagerOptions } from "./filesystem-io-manager.ts";
import type { InputContext, IoManager, OutputContext } from "./io-manager.ts";
import { checkJson } from "./json-value.ts";
import { storeFile } from "./stored-file.ts";
import { valuePath } from "./value-path.ts";

/**
 * Keeps values as JSON files that other programs and people read, under the same paths as {@link FilesystemIOManager} with the ending
 * `.json`. A value that JSON would change (dates, bigints, NaN, `undefined`, class instances) is refused by name, never bent.
 */
export class JsonIOManager implements IoManager {
  readonly #baseDir: string;

  constructor({ baseDir }: FilesystemIOManagerOptions) {
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
    if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new ValueNotFoundError(address, path);
    const text = await readFile(path, { encoding: "utf8", signal });
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new ValueUnreadableError(`${path} is no JSON`, { cause });
    }
  }

  #pathOf(address: OutputContext["address"]): string {
    return join(this.#baseDir, ...valuePath(address, ".json"));
  }
}
