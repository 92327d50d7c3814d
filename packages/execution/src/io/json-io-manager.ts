import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ValueNotFoundError, ValueNotStorableError, ValueUnreadableError } from "../errors.ts";
import type { FilesystemIOManagerOptions } from "./filesystem-io-manager.ts";
import type { InputContext, IoManager, OutputContext } from "./io-manager.ts";
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

/** @throws ValueNotStorableError for the first part that would not come back as it is */
function checkJson(value: unknown): void {
  const open: { readonly part: unknown; readonly path: string; readonly around: ReadonlySet<unknown> }[] = [
    { part: value, path: "$", around: new Set() },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, path, around } = next;
    if (part === null || typeof part === "boolean" || typeof part === "string") continue;
    const refuse = (what: string): never => {
      throw new ValueNotStorableError(
        path,
        `is ${what}, which JSON does not keep; choose another I/O manager or turn it into text`,
      );
    };
    if (typeof part === "number") {
      if (!Number.isFinite(part) || Object.is(part, -0)) refuse(Object.is(part, -0) ? "-0" : String(part));
      continue;
    }
    if (typeof part !== "object") refuse(part === undefined ? "undefined" : `a ${typeof part}`);
    if (around.has(part)) refuse("inside of itself");
    const inside = new Set(around).add(part);
    if (Array.isArray(part)) {
      for (let index = part.length - 1; index >= 0; index -= 1)
        open.push({ part: part[index], path: `${path}[${index}]`, around: inside });
      continue;
    }
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype !== Object.prototype && prototype !== null)
      refuse(`an instance of ${(prototype as { constructor?: { name?: string } }).constructor?.name ?? "a class"}`);
    for (const [key, inner] of Object.entries(part as object).toReversed())
      open.push({ part: inner, path: `${path}.${key}`, around: inside });
  }
}
