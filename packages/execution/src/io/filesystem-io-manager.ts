import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ValueNotFoundError } from "../errors.ts";
import { decodeValue } from "../values/decode-value.ts";
import { encodeValue } from "../values/encode-value.ts";
import type { InputContext, IoManager, OutputContext } from "./io-manager.ts";
import { valuePath } from "./value-path.ts";

export interface FilesystemIOManagerOptions {
  /** Directory below which values lie; made when the first is stored. Relative to the working directory. */
  readonly baseDir: string;
}

/** Up to here a file is written and read at once: a trip to the thread pool costs more than the work. */
const smallBytes = 256 * 1024;

/**
 * Keeps values as files (see docs/reference/value-format.md), ops' by run, step and output, assets' by their key.
 *
 * A file is written under a temporary name and renamed, so a reader finds the old value or the new one, never half of one, and a
 * step that has succeeded has its values in place. It is not synced to disk: a power cut can lose the last ones.
 */
export class FilesystemIOManager implements IoManager {
  readonly #baseDir: string;

  constructor({ baseDir }: FilesystemIOManagerOptions) {
    this.#baseDir = resolve(baseDir);
  }

  handleOutput({ address, addMetadata }: OutputContext, value: unknown): void | Promise<void> {
    const path = join(this.#baseDir, ...valuePath(address));
    const pieces = encodeValue(value);
    addMetadata({ path: { type: "path", path } });
    const bytes = pieces.reduce((total, piece) => total + piece.byteLength, 0);
    return bytes <= smallBytes ? writeAtOnce(path, Buffer.concat(pieces, bytes)) : write(path, pieces);
  }

  loadInput({ address, signal, addMetadata }: InputContext): unknown {
    const path = join(this.#baseDir, ...valuePath(address));
    addMetadata({ path: { type: "path", path } });
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new ValueNotFoundError(address, path);
    return stat.size <= smallBytes ? decodeValue(readFileSync(path)) : readFile(path, { signal }).then(decodeValue);
  }
}

const temporaryName = (path: string): string => `${path}.${randomUUID()}.tmp`;

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

function writeAtOnce(path: string, bytes: Uint8Array): void {
  const temporary = temporaryName(path);
  try {
    try {
      writeFileSync(temporary, bytes, { flag: "wx" });
    } catch (error) {
      // Its directory is made only when it turns out to be missing: later steps save the call.
      if (!isMissing(error)) throw error;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary, bytes, { flag: "wx" });
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

async function write(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = temporaryName(path);
  await mkdir(dirname(path), { recursive: true });
  try {
    {
      await using file = await open(temporary, "wx");
      for (const piece of pieces) await file.writeFile(piece);
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
