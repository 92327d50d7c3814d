import { readdirSync, readFileSync } from "node:fs";

/** By this variable a process tells of which worker it comes; children inherit it. */
export const workerIdVariable = "DAGWRIGHT_WORKER_ID";

/** Kills what is left of a process group whose leader has ended just now, so that its number cannot be another group's yet. */
export function killProcessGroup(pid: number): void {
  // 0 would be our own group, and 1 everything: what could not be started has no number.
  if (pid <= 1) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

/**
 * Kills what is left of a worker that ended long ago. Its number may be somebody else's by now, so only processes that carry the worker's
 * mark are killed; where the system does not show that (macOS), they are left.
 */
export function killMarkedProcesses(workerId: string): void {
  const mark = `${workerIdVariable}=${workerId}`;
  for (const name of processIds()) {
    try {
      if (readFileSync(`/proc/${name}/environ`, "latin1").split("\0").includes(mark)) process.kill(Number(name), "SIGKILL");
    } catch {
      // It has ended, or is not ours to look at.
    }
  }
}

function processIds(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    return [];
  }
}

/** Whether a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
