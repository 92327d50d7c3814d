import type { RunRetriesConfig } from "@dagwright/instance";
import type { CodeLocationName, ScheduleSnapshot, SensorSnapshot } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { LocationEntry, QueueLimits } from "@dagwright/workspace";
import { GraphCache } from "../automation/graph-cache.ts";
import { assumptionsOf, type Simulated } from "./assumptions.ts";
import { automationSource } from "./automation-source.ts";
import { type LocatedCode, withoutEndless } from "./located-code.ts";
import { readRunsFromBefore } from "./runs-from-before.ts";
import { scheduleSource } from "./schedule-source.ts";
import { sensorSource } from "./sensor-source.ts";
import { simulateTicks } from "./simulate-ticks.ts";
import { SimulatedWorld } from "./simulated-world.ts";
import { emptyState, readStartingState } from "./starting-state.ts";
import type { SimulatedTick, TickSource } from "./tick-source.ts";

/** Code locations, an instance, and how time is to go by in them. */
export interface DeploymentToSimulate {
  /** Of code that is loaded. */
  readonly locations: readonly (LocatedCode & { readonly entry: LocationEntry })[];
  /** Null: there is no instance yet. Read from as the simulation goes on, and never written to. */
  readonly storage: Storage | null;
  readonly limits: QueueLimits;
  /** Which failed runs are tried again. Default: none. */
  readonly retries?: RunRetriesConfig;
  /** Whether the instance's runs that are under way or queued now go on in the simulation: it begins now. Default false. */
  readonly withRunsFromBefore?: boolean;
  /** Which schedules and sensors take part. */
  isOn(location: CodeLocationName, of: Pick<ScheduleSnapshot, "name" | "defaultStatus">): boolean;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly seed: number;
  /** How long runs take, from and to, in milliseconds. */
  readonly runMs: readonly [number, number];
  /** Chance that a run fails. */
  readonly failures: number;
  /** Chance that an evaluation starts a run, of sensors whose function is not called; null: they are left out. */
  readonly sensorChance: number | null;
  /** Whether functions of users are called. */
  readonly callsFunctions: boolean;
}

/** Virtual time that has not gone by yet. */
export interface Simulation {
  /** To be read to the end; the world then stands as it stands at that time. */
  readonly ticks: AsyncIterable<SimulatedTick>;
  readonly world: SimulatedWorld;
  /** Names of all that can have ticks. */
  readonly triggers: readonly string[];
  /** What was taken for granted, in sentences. */
  readonly assumptions: readonly string[];
}

/** Prepares what schedules, sensors and automation conditions will do, decided as the daemon decides it. */
export async function openSimulation(deployment: DeploymentToSimulate): Promise<Simulation> {
  const { locations, storage, limits, fromMs, untilMs, seed, runMs, failures, sensorChance, callsFunctions } = deployment;
  const start = storage === null ? emptyState : await readStartingState(storage, locations, limits.pools.defaultLimit);
  const world = new SimulatedWorld({
    ...start,
    limits,
    runMs,
    failures,
    seed,
    ...(deployment.retries !== undefined && { retries: deployment.retries }),
  });
  const fromBefore =
    storage === null || deployment.withRunsFromBefore !== true ? null : await readRunsFromBefore(storage, locations);
  if (fromBefore !== null) world.takeOver(fromBefore.runs, fromMs);
  const graphs = new GraphCache();
  const entries = locations.map(({ entry }) => entry);
  const sources: TickSource[] = [];
  const taking = {
    schedules: [] as ScheduleSnapshot[],
    sensors: [] as SensorSnapshot[],
    leftOut: [] as SensorSnapshot[],
    automation: [] as SensorSnapshot[],
    customs: new Set<string>(),
  };
  for (const { location, snapshot, entry } of locations) {
    const place = { location, snapshot };
    const code = callsFunctions && entry.client !== null ? withoutEndless(entry.client) : null;
    for (const schedule of snapshot.schedules) {
      if (!deployment.isOn(location, schedule)) continue;
      taking.schedules.push(schedule);
      sources.push(scheduleSource(place, schedule, { world, code }));
    }
    for (const sensor of snapshot.sensors) {
      if (!deployment.isOn(location, sensor)) continue;
      if (sensor.automation !== undefined) {
        const { graph } = graphs.get(entry, { entries: () => entries });
        taking.automation.push(sensor);
        for (const node of graph.nodes()) for (const { name } of graph.customsOf(node)) taking.customs.add(name);
        const assets = await start.assets(graph, fromMs);
        const states = await start.states(location, sensor.name, fromMs);
        sources.push(automationSource(place, sensor, { world, graph, assets, states, code }));
      } else if (callsFunctions || sensorChance !== null) {
        taking.sensors.push(sensor);
        const known = await start.sensor(location, sensor.name);
        sources.push(sensorSource(place, sensor, { world, chance: sensorChance ?? 0, code, start: known }));
      } else taking.leftOut.push(sensor);
    }
  }
  const simulated: Simulated = {
    ...taking,
    dynamicPartitions: [...start.dynamicPartitions.keys()],
    hasInstance: storage !== null,
    runsFromBefore: fromBefore === null ? null : { taken: fromBefore.runs.length, leftOut: fromBefore.leftOut },
  };
  return {
    ticks: simulateTicks({ sources, world, fromMs, untilMs, seed }),
    world,
    triggers: [...taking.schedules, ...taking.sensors, ...taking.automation].map(({ name }) => name),
    assumptions: assumptionsOf(simulated, deployment),
  };
}
