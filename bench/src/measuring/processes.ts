import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** /proc counts processor time in these. */
const ticksPerSecond = 100;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly title: string;
  readonly cpuMs: number;
}

/** All processes of this machine, as Linux lists them. */
function allProcesses(): readonly ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in parentheses may hold spaces; what follows it does not.
        const fields = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        const title = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const ticks = Number(fields[11]) + Number(fields[12]);
        return [{ pid: Number(name), parent: Number(fields[1]), title, cpuMs: (ticks * 1000) / ticksPerSecond }];
      } catch {
        // It has ended since it was listed.
        return [];
      }
    });
}

/** Processes and all that they have started, directly and not. */
export function processTree(roots: readonly number[]): readonly ProcessStat[] {
  const all = allProcesses();
  const wanted = new Set(roots);
  // A child has a higher place in the list than its parent only until pids wrap around.
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

export const runWorkersOf = (front: number): readonly ProcessStat[] =>
  processTree([front]).filter(({ title }) => title === "dagwright run worker");

/** Until so many warm workers of a front are there and none of them computes any more, which is when they are ready. */
export async function untilWarm(front: number, count: number, timeoutMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  let before = new Map<number, number>();
  let quietSince = Date.now();
  while (Date.now() < giveUpAt) {
    const workers = runWorkersOf(front);
    const now = new Map(workers.map(({ pid, cpuMs }) => [pid, cpuMs]));
    const isQuiet = now.size >= count && now.size === before.size && [...now].every(([pid, cpuMs]) => before.get(pid) === cpuMs);
    if (!isQuiet) quietSince = Date.now();
    // A worker gives memory back 200 ms after it is ready, and counts in ticks of 10 ms.
    else if (Date.now() - quietSince > 500) return;
    before = now;
    await delay(50);
  }
  throw new Error(`The code location had no ${count} warm workers within ${timeoutMs} ms`);
}

/** Resident memory of one process, in MB; `peak` is the most it ever had. */
export function residentMemory(pid: number): { readonly nowMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  return { nowMb: field("VmRSS"), peakMb: field("VmHWM") };
}

/** A process's share of memory, in MB: pages that several use count for each by their number. */
export function proportionalMemory(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}
