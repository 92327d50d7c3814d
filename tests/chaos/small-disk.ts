import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A folder on a disk that can be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** How it is made full, for the report. */
  readonly how: string;
  /** @param pids - whose writing fails, where only single processes can be limited */
  fill(pids: readonly number[]): void;
  free(): Promise<void>;
}

const sizeMb = 2;

/**
 * A memory file system of a few megabytes where this user may mount one; else a limit on the size of files that the processes
 * write (`prlimit --fsize`), which Node meets with EFBIG.
 */
export async function openSmallDisk(folder: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m`, "dagwright-chaos", folder], { stdio: "ignore" });
  return mounted.status === 0 ? onTmpfs(folder) : byLimit(folder);
}

function onTmpfs(folder: string): SmallDisk {
  const filler = join(folder, "filler");
  return {
    folder,
    how: `a tmpfs of ${sizeMb} MB is full`,
    fill() {
      const file = openSync(filler, "w");
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch {
        // Full, as was wanted.
      } finally {
        closeSync(file);
      }
    },
    free: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      await rm(filler, { force: true });
      // Lazily: a worker that is being ended may have a file open.
      spawnSync("umount", ["-l", folder], { stdio: "ignore" });
    },
  };
}

function byLimit(folder: string): SmallDisk {
  let limited: readonly number[] = [];
  const limit = (pid: number, size: string): void => {
    spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${size}`], { stdio: "ignore" });
  };
  return {
    folder,
    how: "no tmpfs can be mounted here: files of the code location may not grow (prlimit)",
    fill(pids) {
      limited = pids;
      for (const pid of pids) limit(pid, "0:unlimited");
    },
    free() {
      for (const pid of limited) limit(pid, "unlimited:unlimited");
      return Promise.resolve();
    },
    async [Symbol.asyncDispose]() {
      await this.free();
    },
  };
}
