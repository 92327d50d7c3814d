import { createHash } from "node:crypto";
import { lstat, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "./config-file/env-reference.ts";
import { InstanceHomeError } from "./errors.ts";

/** A Unix socket's path may have 107 characters on Linux and 103 on macOS; this leaves some 50 to a socket's name. */
const longestDir = 54;

/**
 * The directory of a home's Unix sockets: short, the same for every process of the home, and closed to other users.
 *
 * @throws InstanceHomeError when somebody else made a directory of that name
 */
export async function openRuntimeDir(home: string, env: Environment): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const name = createHash("sha256")
    .update(await realpath(home))
    .digest("hex")
    .slice(0, 12);
  const own = join(env["XDG_RUNTIME_DIR"] ?? "", "dagwright");
  const parent =
    env["XDG_RUNTIME_DIR"] !== undefined && own.startsWith("/") && own.length + 13 <= longestDir ? own : `/tmp/dagwright-${uid}`;
  await ownDirectory(parent, uid);
  return await ownDirectory(join(parent, name), uid);
}

/** /tmp is everybody's: a directory, or a link, that another user put there could listen in on our sockets. */
async function ownDirectory(path: string, uid: number): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const entry = await lstat(path);
  if (!entry.isDirectory() || entry.uid !== uid || (entry.mode & 0o022) !== 0) {
    throw new InstanceHomeError(
      `${path} should hold this user's sockets, but it is no directory, belongs to another user or is writable for others; remove it`,
    );
  }
  return path;
}
