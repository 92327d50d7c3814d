import { errorCode } from "../error-code.ts";
import { execFile } from "node:child_process";
import { link, readdir, readFile, readlink, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** What a server says of itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: "starting" | "ready" | "stopping" | "standby" | "unknown";
  /** The file's text, to recognise it again. */
  readonly text: string;
}

const fileOf = (dataDir: string): string => join(dataDir, "postmaster.pid");

/** @returns null when the data directory has no `postmaster.pid`, or one that is being written */
export async function readPostmaster(dataDir: string): Promise<Postmaster | null> {
  const text = await readFile(fileOf(dataDir), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split("\n");
  const pid = Math.abs(Number(lines[0]));
  const port = Number(lines[3]);
  if (!Number.isSafeInteger(pid) || pid === 0) return null;
  const word = lines[7]?.trim();
  const status = word === "starting" || word === "ready" || word === "stopping" || word === "standby" ? word : "unknown";
  return { pid, port: Number.isSafeInteger(port) ? port : 0, status, text };
}

/** Whether the process that `postmaster.pid` names lives and serves that directory; its number may have passed to another program. */
export async function isServing({ pid }: Postmaster, dataDir: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  const command = process.platform === "linux" ? await linuxCommand(pid) : await portableCommand(pid);
  return command !== null && command.includes(dataDir);
}

/** The command line of a process; null when there is none or when it is a zombie, which answers to signals though it is dead. */
async function linuxCommand(pid: number): Promise<string | null> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command === "" ? null : command.replaceAll("\0", " ");
}

async function portableCommand(pid: number): Promise<string | null> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim() === "" ? null : stdout;
}

/**
 * Takes away a `postmaster.pid` that a dead server left and that Postgres itself will not pass over, because the number in it belongs to
 * a zombie or to another program of the same user.
 *
 * Renaming first makes sure that of two processes which do this only one handles the file, and that a new server's file, should
 * one have appeared meanwhile, is put back.
 */
export async function removeStalePostmaster(stale: Postmaster, dataDir: string): Promise<void> {
  if (await hasOrphans(dataDir)) return;
  const aside = `${fileOf(dataDir)}.stale-${process.pid}`;
  try {
    await rename(fileOf(dataDir), aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== stale.text) await link(aside, fileOf(dataDir)).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Whether processes of a dead server still use its files; they end by themselves, and no new server may start before. */
async function hasOrphans(dataDir: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const real = await realpath(dataDir);
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    if (directory === real) return true;
  }
  return false;
}
