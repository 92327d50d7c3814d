import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ValueNotFoundError } from "../errors.ts";
import type { ValueAddress } from "./io-manager.ts";

/** Up to here a file is written and read at once: a trip to the thread pool costs more than the work. */
export const smallBytes = 256 * 1024;

/**
 * Writes a file under a temporary name and renames it, so that a reader finds the old one or the new one, never half of one. Its directory
 * is made when it is missing. It is not synced to disk: a power cut can lose it.
 */
export function storeFile(path: string, pieces: readonly Uint8Array[]): void | Promise<void> {
  const bytes = pieces.reduce((total, piece) => total + piece.byteLength, 0);
  return bytes <= smallBytes ? writeAtOnce(path, Buffer.concat(pieces, bytes)) : write(path, pieces);
}

/**
 * Reads a file that a value was stored in.
 *
 * @throws ValueNotFoundError when there is no such file
 */
export async function readStored(address: ValueAddress, path: string, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readFile(path, { signal });
  } catch (error) {
    throw isMissing(error) ? new ValueNotFoundError(address, path) : error;
  }
}

const temporaryName = (path: string): string => `${path}.${randomUUID()}.tmp`;

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Where the last file was written: its directory was there then. */
let lastDirectory: string | null = null;

function writeAtOnce(path: string, bytes: Uint8Array): void {
  const temporary = temporaryName(path);
  const directory = dirname(path);
  try {
    // Most often a step's first output, whose directory is new: making it is cheaper than to find it missing.
    if (directory !== lastDirectory) mkdirSync(directory, { recursive: true });
    try {
      writeFileSync(temporary, bytes, { flag: "wx" });
    } catch (error) {
      if (directory !== lastDirectory || !isMissing(error)) throw error;
      mkdirSync(directory, { recursive: true });
      writeFileSync(temporary, bytes, { flag: "wx" });
    }
    lastDirectory = directory;
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
