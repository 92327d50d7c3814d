/** Loaded into the webserver that is measured: on SIGUSR2 it writes how long its event loop was held since the last time, and its memory after garbage collection. */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const file = process.env["LOOP_PROBE_FILE"];
const resolutionMs = 5;
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  process.on("SIGUSR2", () => {
    const heldMs = Math.max(0, delay.max / 1e6 - resolutionMs);
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, rss, external } = process.memoryUsage();
    writeFileSync(file, JSON.stringify({ heldMs, heapMb: heapUsed / 1e6, rssMb: rss / 1e6, externalMb: external / 1e6 }));
    // The collection itself held it.
    setTimeout(() => delay.reset(), 50);
  });
}
