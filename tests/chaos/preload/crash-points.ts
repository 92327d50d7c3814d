/**
 * Preloaded by `node --import` into every process of a stack under test: makes crash points deadly.
 *
 * The folder in `DAGWRIGHT_CHAOS_ARMED` holds one file for each passage that is still to come: `launch.before#2`, `launch.before#1`. Whoever
 * passes the point takes the file with the highest number away; who takes `#1` gets the signal in it: SIGKILL, or SIGSTOP to be woken much
 * later. Taking is one unlink, so that over all processes of the stack, threads included, exactly one is met, and it is known which
 * passage it was. `sensors.after-commit@4711` is taken away by the process of that id when it passes, and does nothing to it.
 */
import { appendFileSync, readdirSync, readFileSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { CrashPointName } from "@dagwright/model";

/** Passes on the clock that goes on while a process is stopped: who was woken does not wait for it again. */
const mostUntilStoppedMs = 1_000;

const folder = process.env["DAGWRIGHT_CHAOS_ARMED"];
const log = process.env["DAGWRIGHT_CHAOS_HITS"];

if (folder !== undefined && log !== undefined) {
  (globalThis as Record<symbol, unknown>)[Symbol.for("dagwright.testing.crash-point")] = (name: CrashPointName): void => {
    const signal = takeNext(folder, name);
    if (signal === null) return;
    appendFileSync(log, `${JSON.stringify({ point: name, pid: process.pid, signal })}\n`);
    process.kill(process.pid, signal);
    // The signal is on its way to all threads; this one does nothing more until it comes. Who sleeps must not have sent half of what comes next.
    if (signal === "SIGSTOP") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, mostUntilStoppedMs);
    else for (;;);
  };
}

/** The signal for the passage that is the last one; null when none is awaited, as is usual. */
function takeNext(from: string, name: string): "SIGKILL" | "SIGSTOP" | null {
  const files = readdirSync(from);
  // Nobody is met there: it is awaited that this process comes by.
  const awaited = `${name}@${process.pid}`;
  if (files.includes(awaited)) rmSync(join(from, awaited), { force: true });
  const numbers = files
    .filter((file) => file.startsWith(`${name}#`))
    .map((file) => Number(file.slice(name.length + 1)))
    .toSorted((a, b) => b - a);
  for (const number of numbers) {
    try {
      const file = join(from, `${name}#${number}`);
      const signal = readFileSync(file, "utf8") === "SIGSTOP" ? "SIGSTOP" : "SIGKILL";
      unlinkSync(file);
      return number === 1 ? signal : null;
    } catch {
      // Another process was there first.
    }
  }
  return null;
}
