#!/usr/bin/env node
/** The run worker's program; see `ToRunWorker` in the protocol for how it is started and controlled. */
import { enableCompileCache } from "node:module";
import { compileCacheDirectory } from "../process/compile-cache.ts";
import { parseRunWorkerArguments } from "./run-worker-arguments.ts";

process.title = "dagwright run worker";
process.setSourceMapsEnabled(true);
try {
  const args = parseRunWorkerArguments(process.argv.slice(2));
  // Before the large imports, so that they come out of it.
  enableCompileCache(compileCacheDirectory(args.home));
  const { runWarmWorker } = await import("./warm-worker.ts");
  await runWarmWorker(args, (exitCode) => process.exit(exitCode));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
