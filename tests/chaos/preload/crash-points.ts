/**
 * Preloaded by `node --import` into every process of a stack under test: makes crash points deadly.
 *
 * The folder in `DAGWRIGHT_CHAOS_ARMED` holds one file for each passage that is still to come: `launch.before#2`, `launch.before#1`. Whoever
 * passes the point takes the file with the highest number away; who takes `#1` dies. Taking is one unlink, so that over all
 * processes of the stack, threads included, exactly one dies, and it is known which passage it was.
 */
import { appendFileSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { CrashPointName } from "@dagwright/model";

const folder = process.env["DAGWRIGHT_CHAOS_ARMED"];
const log = process.env["DAGWRIGHT_CHAOS_DEATHS"];

if (folder !== undefined && log !== undefined) {
  (globalThis as Record<symbol, unknown>)[Symbol.for("dagwright.testing.crash-point")] = (name: CrashPointName): void => {
    if (takeNext(folder, name) !== 1) return;
    appendFileSync(log, `${JSON.stringify({ point: name, pid: process.pid, atMs: Date.now() })}\n`);
    process.kill(process.pid, "SIGKILL");
    // The signal is on its way to all threads; this one does nothing more until it comes.
    for (;;);
  };
}

/** The number of the file that was taken away; null when none is there, as is usual. */
function takeNext(from: string, name: string): number | null {
  const numbers = readdirSync(from)
    .filter((file) => file.startsWith(`${name}#`))
    .map((file) => Number(file.slice(name.length + 1)))
    .toSorted((a, b) => b - a);
  for (const number of numbers) {
    try {
      unlinkSync(join(from, `${name}#${number}`));
      return number;
    } catch {
      // Another process was there first.
    }
  }
  return null;
}
