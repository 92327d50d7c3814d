/** Preloaded by `node --import`: keeps the compiled modules of a process also when it will not come to its end by itself. */
import { flushCompileCache } from "node:module";

setTimeout(flushCompileCache, 2_000).unref();
