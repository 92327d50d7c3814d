import { mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What a probed process says of itself. */
export interface ProbeReading {
  /** The longest that its event loop was held since the last reading, in milliseconds of processor time. */
  readonly heldMs: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

/** A probe for a Node process that is still to be started with this environment. */
export function makeProbe() {
  const directory = mkdtempSync(join(tmpdir(), "dagwright-probe-"));
  const file = join(directory, "reading.json");
  const program = new URL("loop-probe.ts", import.meta.url).href;
  return {
    env: { NODE_OPTIONS: `--expose-gc --import=${program}`, LOOP_PROBE_FILE: file },
    async read(pid: number): Promise<ProbeReading> {
      await rm(file, { force: true });
      process.kill(pid, "SIGUSR2");
      for (let attempt = 0; attempt < 200; attempt += 1) {
        await delay(50);
        try {
          return JSON.parse(await readFile(file, "utf8")) as ProbeReading;
        } catch {
          // Not written yet.
        }
      }
      throw new Error(`Process ${pid} does not answer its probe`);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
