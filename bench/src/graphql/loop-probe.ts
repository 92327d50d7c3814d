/**
 * Loaded into the webserver that is measured: on SIGUSR2 it writes how long its event loop was held since the last time, and its memory after garbage
 * collection. Held is counted in processor time of the loop's thread, since on a busy machine a thread that does nothing waits, too.
 */
import { writeFileSync } from "node:fs";

const file = process.env["LOOP_PROBE_FILE"];
const everyMs = 5;
if (file !== undefined) {
  let last = process.threadCpuUsage();
  let mostMs = 0;
  const look = (): void => {
    const now = process.threadCpuUsage();
    mostMs = Math.max(mostMs, (now.user - last.user + now.system - last.system) / 1000);
    last = now;
  };
  setInterval(look, everyMs).unref();
  process.on("SIGUSR2", () => {
    look();
    const heldMs = Math.max(0, mostMs - everyMs);
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    writeFileSync(file, JSON.stringify({ heldMs, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 }));
    // The collections themselves are not counted.
    last = process.threadCpuUsage();
    mostMs = 0;
  });
}
