import { randomBytes } from "node:crypto";
import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunId } from "@dagwright/model";

export interface ComputeLogFilesOptions {
  readonly directory: string;
  readonly logKey: readonly string[];
  readonly stdoutFile: string;
  readonly stderrFile: string;
}

/** A run's stdout and stderr as compute logs. */
export interface ComputeLogFiles {
  /** Nothing will be added any more. */
  complete(): Promise<void>;
}

const copyEveryMs = 1000;

/** A new log key for a process of a run; each attempt has its own. */
export const processLogKey = (runId: RunId): readonly string[] => [runId, "compute_logs", randomBytes(5).toString("hex")];

/**
 * Puts the process's own stdout and stderr files where this instance keeps compute logs, as hard links: readers see each line when it is written and
 * no line is touched twice. On another file system they are copied every second and at the end.
 */
export async function linkComputeLogFiles(options: ComputeLogFilesOptions): Promise<ComputeLogFiles> {
  const base = join(options.directory, ...options.logKey);
  await mkdir(dirname(base), { recursive: true });
  const copied: (readonly [string, string])[] = [];
  for (const pair of [[options.stdoutFile, `${base}.out`] as const, [options.stderrFile, `${base}.err`] as const]) {
    await link(pair[0], pair[1]).catch(() => copied.push(pair));
  }
  const copyAll = async (): Promise<void> => {
    for (const [from, to] of copied) await copyFile(from, to).catch(() => undefined);
  };
  await copyAll();
  const timer = copied.length > 0 ? setInterval(() => void copyAll(), copyEveryMs) : null;
  return {
    async complete() {
      if (timer !== null) clearInterval(timer);
      await copyAll();
      await writeFile(`${base}.complete`, "");
    },
  };
}
