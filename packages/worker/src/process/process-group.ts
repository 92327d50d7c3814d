import { readdirSync, readFileSync } from "node:fs";

/**
 * Kills this process and all that it has started, and, when it leads a process group (a front starts its workers so), everything in
 * that group. Works from any thread and whatever the main thread does.
 */
export function killOwnGroup(): void {
  for (const pid of descendants(process.pid)) kill(pid, "SIGKILL");
  signalOwnGroup("SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/** Signals the process group that this process leads; false when it leads none, as in a shell's job or as a container's first process. */
export function signalOwnGroup(signal: NodeJS.Signals): boolean {
  // -1 would mean every process there is; the first process of a container takes all others with it anyway.
  if (process.pid === 1) return false;
  return kill(-process.pid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Children and theirs, as Linux lists them; empty on other systems. */
function descendants(pid: number): readonly number[] {
  const children = tasksOf(pid).flatMap((task) => childrenOf(pid, task));
  return [...children, ...children.flatMap(descendants)];
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function childrenOf(pid: number, task: string): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
