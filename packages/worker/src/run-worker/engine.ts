/** The engine thread's program; see {@link RunEngine}. */
import { enableCompileCache } from "node:module";
import { workerData } from "node:worker_threads";
import { compileCacheDirectory } from "../process/compile-cache.ts";
import type { EngineData } from "./engine-messages.ts";

const data = workerData as EngineData;
// A thread has a compile cache of its own. Before the large imports, so that they come out of it.
enableCompileCache(compileCacheDirectory(data.home));
const { runEngineThread } = await import("./engine-thread.ts");
await runEngineThread(data);
