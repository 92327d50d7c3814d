import { join, resolve, sep } from "node:path";
import { InvalidLogKeyError } from "../errors.ts";
import type { LogKey, LogStream } from "./compute-log-manager.ts";

const suffixes = { stdout: "out", stderr: "err", complete: "complete" } as const satisfies Record<LogStream | "complete", string>;

/** A file name's length limit on every file system that matters, less the suffix. */
const longestPart = 240;

/**
 * The path of a key under a directory, without suffix.
 *
 * @throws InvalidLogKeyError when a part is empty, too long, or would lead elsewhere: keys come from URLs
 */
export function logPath(baseDir: string, key: LogKey): string {
  if (key.length === 0) throw new InvalidLogKeyError(key, "it is empty");
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

/** The file of a stream, or the marker that the capture has ended. */
export const logFile = (baseDir: string, key: LogKey, what: LogStream | "complete"): string =>
  `${logPath(baseDir, key)}.${suffixes[what]}`;

/** The last part of a key by one of its files' names; null for other files. */
export function fileKeyOf(fileName: string): string | null {
  const match = /^(.+)\.(?:out|err|complete)$/.exec(fileName);
  return match?.[1] ?? null;
}
