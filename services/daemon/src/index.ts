export { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
export { type AssetProgress, type BackfillPlan, type BackfillProgress, planBackfill } from "./decisions/plan-backfill.ts";
export { type FailedRun, planRetry, type RetryPlan } from "./decisions/plan-retry.ts";
export type { Loop, LoopName, Pass } from "./loop.ts";
export { type DeploymentToSimulate, openSimulation, type Simulation } from "./simulation/open-simulation.ts";
export type { RunCounts } from "./simulation/simulated-world.ts";
export type { SimulatedOutcome, SimulatedTick } from "./simulation/tick-source.ts";
