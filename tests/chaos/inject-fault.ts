import { setTimeout as delay } from "node:timers/promises";
import type { CrashPointName } from "@dagwright/model";
import { childrenOf, type ProcessInfo } from "../stack/processes.ts";
import type { Stack } from "../stack/stack.ts";
import type { Armory } from "./armory.ts";
import type { Fault, Victim } from "./plan.ts";
import type { Random } from "./random.ts";
import type { ChaosJob } from "./workload.ts";

/** What faults meet. */
export interface World {
  readonly stack: Stack;
  readonly armory: Armory;
  readonly random: Random;
  launch(job: ChaosJob): Promise<void>;
  /** How long a crash point may wait for somebody to pass. */
  readonly patienceMs: number;
}

/** Lets one thing go wrong and says what happened. */
export async function injectFault(fault: Fault, world: World): Promise<string> {
  switch (fault.kind) {
    case "crash":
      return crash(fault.point, fault.occurrence, world);
    case "kill":
      return kill(fault.victim, world);
    default:
      return fault satisfies never;
  }
}

async function crash(point: CrashPointName, occurrence: number, world: World): Promise<string> {
  const { armory, patienceMs } = world;
  const deathsAt = (): number => armory.deaths().filter((death) => death.point === point).length;
  const before = deathsAt();
  await armory.arm(point, occurrence);
  await provoke(point, world);
  const giveUpAt = Date.now() + patienceMs;
  while (deathsAt() === before && Date.now() < giveUpAt) await delay(50);
  return deathsAt() > before ? `crash at ${point}, passage ${occurrence}` : `armed ${point}, passage ${occurrence}`;
}

/** Makes sure that somebody comes to a point that the usual load passes rarely. */
export async function provoke(point: CrashPointName, world: World): Promise<void> {
  // Nobody passes there unless a worker has died.
  if (point.startsWith("monitoring.")) await kill("run-worker", world);
  const job = jobsThatPass.find(([prefix]) => point.startsWith(prefix))?.[1];
  // Not awaited: who answers may be who dies.
  if (job !== undefined) void world.launch(job);
}

const jobsThatPass: readonly (readonly [prefix: string, job: ChaosJob])[] = [
  ["webserver.", "quick"],
  ["worker.before-pool", "pooled"],
  ["worker.after-pool", "pooled"],
  ["step-worker.", "in_processes"],
];

async function kill(victim: Victim, { stack, random }: World): Promise<string> {
  const pid = pidOf(victim, stack, random);
  if (pid === null) return `no ${victim} to kill`;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return `the ${victim} was gone before it was killed`;
  }
  return `kill -9 of a ${victim}`;
}

/** A living process of that kind; null when there is none now. */
export function pidOf(victim: Victim, { webserver, codeLocation, daemons }: Stack, random: Random): number | null {
  const one = (pids: readonly number[]): number | null => (pids.length === 0 ? null : random.pick(pids));
  const running = (programs: readonly { readonly isRunning: boolean; readonly pid: number }[]): readonly number[] =>
    programs.flatMap((program) => (program.isRunning ? [program.pid] : []));
  const children = (): readonly ProcessInfo[] => running([codeLocation]).flatMap(childrenOf);
  const workers = (): readonly ProcessInfo[] => children().filter(({ command }) => command.startsWith("dagwright run worker"));
  switch (victim) {
    case "webserver":
      return one(running([webserver]));
    case "code-location":
      return one(running([codeLocation]));
    case "daemon":
      return one(running(daemons));
    case "evaluator":
      return one(children().flatMap(({ pid, command }) => (command.includes("evaluator") ? [pid] : [])));
    case "run-worker":
      return one(workers().map(({ pid }) => pid));
    case "step-worker":
      return one(workers().flatMap(({ pid }) => childrenOf(pid).map((child) => child.pid)));
    default:
      return victim satisfies never;
  }
}
