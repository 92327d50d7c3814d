/**
 * Preloaded by `node --import`: at SIGUSR2 this process collects its garbage and writes into the folder in `DAGWRIGHT_BENCH_HEAPS`, under its
 * pid, what is alive then. Resident memory follows how often V8 cares to collect; this tells whether something is kept.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const folder = process.env["DAGWRIGHT_BENCH_HEAPS"];

if (folder !== undefined && isMainThread) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let asked = 0;
  process.on("SIGUSR2", () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const file = join(folder, `${process.pid}.json`);
    asked += 1;
    writeFileSync(`${file}.new`, JSON.stringify({ asked, liveMb: (heapUsed + external) / 2 ** 20 }));
    renameSync(`${file}.new`, file);
  });
}
