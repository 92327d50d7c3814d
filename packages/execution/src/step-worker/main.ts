import { enableCompileCache } from "node:module";

// Before anything else is imported: a step worker's start is mostly compiling what the last one compiled too.
const [, , entryFile = "", attribute = "default", compileCacheDir] = process.argv;
enableCompileCache(compileCacheDir);
const { runStepWorker } = await import("./step-worker.ts");
await runStepWorker({ entryFile, attribute }, (code) => process.exit(code));
