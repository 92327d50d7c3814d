import { readdirSync, readFileSync } from "node:fs";

/**
 * Whether child processes of this process are alive. Linux knows them all, also detached ones; elsewhere those count that keep
 * Node's event loop alive. One that has left its parent altogether (a daemon) is nobody's child and is not seen.
 */
export function hasLivingChildren(): boolean {
  if (process.platform === "linux") {
    try {
      return readdirSync("/proc/self/task").some((thread) => readFileSync(`/proc/self/task/${thread}/children`, "latin1") !== "");
    } catch {
      // A kernel without that file, or a thread that ended meanwhile: ask Node.
    }
  }
  return process.getActiveResourcesInfo().includes("ProcessWrap");
}
