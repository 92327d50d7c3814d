export { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
export type { Loop, LoopName, Pass } from "./loop.ts";
