import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Who listens on a TCP port of this machine, e.g. `node server.js (pid 4711)`; null when that cannot be told (another user's process, no /proc).
 */
export function portHolder(port: number): string | null {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return null;
  for (const pid of readDirectory("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const fd of readDirectory(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return `${commandLine(pid)} (pid ${pid})`;
    }
  }
  return null;
}

/** Socket inodes in state LISTEN (0A) whose local port is the given one. */
function listeningInodes(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readText(file).split("\n").slice(1));
  return new Set(
    rows
      .map((row) => row.trim().split(/\s+/))
      .filter(([, local, , state]) => state === "0A" && local?.endsWith(`:${hexPort}`))
      .flatMap((columns) => columns[9] ?? []),
  );
}

function commandLine(pid: string): string {
  const words = readText(`/proc/${pid}/cmdline`)
    .split("\0")
    .filter((word) => word !== "");
  return words.join(" ").slice(0, 120) || "a process";
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readDirectory(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
