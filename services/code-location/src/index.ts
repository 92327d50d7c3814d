export type { CodeTarget } from "./code-target.ts";
export { type CodeLocationServer, type CodeLocationServerOptions, startCodeLocationServer } from "./code-location-server.ts";
export type { WarmWorkerOptions } from "./workers/worker-pool.ts";
