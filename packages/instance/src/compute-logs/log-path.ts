import { realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { errorCode } from "../error-code.ts";
import { InvalidLogKeyError } from "../errors.ts";
import type { LogKey, LogStream } from "./compute-log-manager.ts";

const suffixes = { stdout: "out", stderr: "err", complete: "complete" } as const satisfies Record<LogStream | "complete", string>;

/** A file name's length limit on every file system that matters, less the suffix. */
const longestPart = 240;

/** Dagster's and ours have three. */
const mostParts = 16;

/**
 * The path of a key under a directory, without suffix.
 *
 * @throws InvalidLogKeyError when a part is empty, too long, or would lead elsewhere: keys come from URLs
 */
export function logPath(baseDir: string, key: LogKey): string {
  if (key.length === 0) throw new InvalidLogKeyError(key, "it is empty");
  if (key.length > mostParts) throw new InvalidLogKeyError(key.slice(0, mostParts), `it has more than ${mostParts} parts`);
  for (const part of key) {
    if (part === "" || part === "." || part === "..")
      throw new InvalidLogKeyError(key, `a part of it is ${JSON.stringify(part)}`);
    if (/[/\\\0]/.test(part)) throw new InvalidLogKeyError(key, "a part of it has a slash, a backslash or U+0000");
    if (Buffer.byteLength(part) > longestPart)
      throw new InvalidLogKeyError(key, `a part of it is longer than ${longestPart} bytes`);
  }
  const path = resolve(join(baseDir, ...key));
  if (!path.startsWith(resolve(baseDir) + sep)) throw new InvalidLogKeyError(key, "it leads out of the logs' directory");
  return path;
}

/**
 * Sees to it that no link on the way leads out of the directory: what steps put beside their logs is theirs, and the webserver may read more than they.
 *
 * @returns false when there is no such file
 * @throws InvalidLogKeyError
 */
export async function isWithin(baseDir: string, key: LogKey, path: string): Promise<boolean> {
  let places: readonly string[];
  try {
    places = await Promise.all([realpath(baseDir), realpath(path)]);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
  const [base = "", real = ""] = places;
  if (!real.startsWith(base + sep)) throw new InvalidLogKeyError(key, "a link leads out of the logs' directory");
  return true;
}

/** The file of a stream, or the marker that the capture has ended. */
export const logFile = (baseDir: string, key: LogKey, what: LogStream | "complete"): string =>
  `${logPath(baseDir, key)}.${suffixes[what]}`;

/** The last part of a key by one of its files' names; null for other files. */
export function fileKeyOf(fileName: string): string | null {
  const match = /^(.+)\.(?:out|err|complete)$/.exec(fileName);
  return match?.[1] ?? null;
}
