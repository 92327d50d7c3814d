export { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
export { type FailedRun, planRetry, type RetryPlan } from "./decisions/plan-retry.ts";
export type { Loop, LoopName, Pass } from "./loop.ts";
export { scheduleSource, sensorSource } from "./simulation/instigator-sources.ts";
export {
  type Outage,
  type SimulatedOutcome,
  type SimulatedTick,
  simulateTicks,
  type SimulationOptions,
  type TickSource,
} from "./simulation/simulate-ticks.ts";
