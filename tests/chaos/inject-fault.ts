import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { CrashPointName } from "@dagwright/model";
import type { HarnessClient } from "./harness-client.ts";
import { childrenOf, descendantsOf, type ProcessInfo } from "../stack/processes.ts";
import type { Stack } from "../stack/stack.ts";
import type { Armory, Hit } from "./armory.ts";
import type { ChaosDatabase } from "./chaos-database.ts";
import type { FaultySocket } from "./faulty-socket.ts";
import type { Fault, Victim } from "./plan.ts";
import type { Random } from "./random.ts";
import { letSleep, signal } from "./sleeper.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { ChaosJob } from "./workload.ts";

/** What faults meet. */
export interface World {
  readonly stack: Stack;
  readonly armory: Armory;
  readonly random: Random;
  readonly client: HarnessClient;
  readonly database: ChaosDatabase;
  readonly socket: FaultySocket;
  readonly disk: SmallDisk;
  /** The file from which the first daemon has its clocks. */
  readonly clockFile: string;
  launch(job: ChaosJob, priority?: number): Promise<void>;
  isBehind(): Promise<boolean>;
  makeDue(): Promise<void>;
  launchBackfill(): Promise<void>;
  reportGauge(): Promise<void>;
  makeOld(): Promise<void>;
  /** How long a crash point may wait for somebody to pass. */
  readonly patienceMs: number;
  /** When somebody was killed last so that a point is passed, and how often that may be. */
  readonly provokedKills: Map<Victim, number>;
  readonly provokedKillsEveryMs: number;
  /** Work that goes on behind the faults that follow, e.g. waking who sleeps. */
  readonly later: Promise<unknown>[];
  /** Aborted once it is known that something does not hold: nothing is waited for any more. */
  readonly finding: AbortSignal;
}

/** Lets one thing go wrong and says what happened. */
export async function injectFault(fault: Fault, world: World): Promise<string> {
  const { database, socket, disk, clockFile, client, stack, finding } = world;
  switch (fault.kind) {
    case "crash": {
      const hit = await meet(fault.point, fault.occurrence, "SIGKILL", world);
      return `${hit === null ? "armed" : "crash at"} ${fault.point}, passage ${fault.occurrence}`;
    }
    case "sleep": {
      const hit = await meet(fault.point, 1, "SIGSTOP", world);
      if (hit !== null) world.later.push(letSleep(hit.pid, fault.point, fault.forMs, world));
      return `${hit === null ? "armed sleep" : "sleep"} at ${fault.point}, ${fault.forMs} ms`;
    }
    case "kill":
      return (await untilMet(() => killSomebody(fault.victim, world), world)) ?? `no ${fault.victim} to kill`;
    case "kill-postgres":
      if (database.serverPid === null) return "no Postgres of this campaign's own to kill";
      signal(database.serverPid(), "SIGKILL");
      return "kill -9 of Postgres";
    case "pause-postgres": {
      if (database.serverPid === null) return "no Postgres of this campaign's own to pause";
      const server = database.serverPid();
      const pids = [server, ...descendantsOf(server).map(({ pid }) => pid)];
      for (const pid of pids) signal(pid, "SIGSTOP");
      await pause(fault.forMs, finding);
      for (const pid of pids) signal(pid, "SIGCONT");
      return `Postgres was stopped for ${fault.forMs} ms`;
    }
    case "clock":
      await writeFile(clockFile, JSON.stringify({ wallMs: fault.wallMs, monotonicMs: fault.monotonicMs }));
      await pause(fault.forMs, finding);
      await writeFile(clockFile, JSON.stringify({ wallMs: 0, monotonicMs: 0 }));
      return `the first daemon's clock was off by ${fault.wallMs} ms, its monotonic one by ${fault.monotonicMs} ms`;
    case "location":
      socket.setFault(fault.fault);
      await pause(fault.forMs, finding);
      socket.setFault("none");
      return `the code location's socket had "${fault.fault}" for ${fault.forMs} ms`;
    case "full-disk": {
      const front = stack.codeLocation.isRunning ? stack.codeLocation.pid : null;
      disk.fill(front === null ? [] : [front, ...descendantsOf(front).map(({ pid }) => pid)]);
      await pause(fault.forMs, finding);
      await disk.free();
      return `full disk for compute logs for ${fault.forMs} ms: ${disk.how}`;
    }
    case "due-again": {
      const count = await untilMet(() => setDueAgain(client), world);
      return `${count ?? "no"} schedules are due again at times that have their ticks`;
    }
    case "overtaken-decision": {
      await Promise.all(Array.from({ length: 15 }, () => world.launch("chain")));
      const hit = await meet("run-queue.deciding", 1, "SIGSTOP", world);
      await Promise.all(Array.from({ length: 10 }, () => world.launch("chain", 10)));
      await pause(fault.forMs, finding);
      if (hit !== null) signal(hit.pid, "SIGCONT");
      return `${hit === null ? "nobody decided" : "a decision"} about the queue while more urgent runs came`;
    }
    default:
      return fault satisfies never;
  }
}

/** Until somebody was met at the point, or patience is over: then it stays armed. */
async function meet(point: CrashPointName, occurrence: number, signal: Hit["signal"], world: World): Promise<Hit | null> {
  const { armory, patienceMs, finding } = world;
  const before = armory.hits().length;
  const hit = (): Hit | undefined =>
    armory
      .hits()
      .slice(before)
      .find((each) => each.point === point && each.signal === signal);
  await armory.arm(point, occurrence, signal);
  await provoke(point, world);
  const giveUpAt = Date.now() + (signal === "SIGSTOP" ? patienceMs * 10 : patienceMs);
  while (hit() === undefined && Date.now() < giveUpAt && !finding.aborted) await delay(50);
  // Whoever came to it later would sleep for ever.
  if (hit() === undefined && signal === "SIGSTOP") await armory.disarm(point);
  return hit() ?? null;
}

/** For so long, or until something is found. */
export async function pause(ms: number, finding: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: finding }).catch(() => undefined);
}

/** Makes sure that somebody comes to a point that the usual load passes rarely. */
export async function provoke(point: CrashPointName, world: World): Promise<void> {
  // Nobody passes there unless a worker has died.
  if (point.startsWith("monitoring.") || point.startsWith("retries.")) killNowAndThen("run-worker", world);
  const job = jobsThatPass.find(([prefix]) => point.startsWith(prefix))?.[1];
  // Not awaited: who answers may be who dies. Where much is open already somebody passes anyway, and more would only have to be waited for.
  if (job !== undefined && (point.startsWith("webserver.") || !(await world.isBehind()))) void world.launch(job);
  if (point.startsWith("backfill")) await world.launchBackfill();
  if (["automation.", "freshness.", "tick-commit.automation"].some((prefix) => point.startsWith(prefix)))
    await world.reportGauge();
  if (point.startsWith("retention.")) {
    // A daemon looks for it when it begins, and then once in a while.
    await world.makeOld();
    killNowAndThen("daemon", world);
  }
  if (point.startsWith("scheduler.") || point.startsWith("tick-commit.")) await world.makeDue();
}

const jobsThatPass: readonly (readonly [prefix: string, job: ChaosJob])[] = [
  ["webserver.", "quick"],
  ["worker.before-pool", "pooled"],
  ["worker.after-pool", "pooled"],
  ["step-worker.", "in_processes"],
  ["worker.", "chain"],
  ["run-queue.", "quick"],
  ["launch.", "quick"],
  ["front.", "quick"],
];

/** Several points at once may ask for it, again and again: who is killed all the time comes to no point at all. */
function killNowAndThen(victim: Victim, world: World): void {
  const { provokedKills, provokedKillsEveryMs } = world;
  if (Date.now() - (provokedKills.get(victim) ?? 0) < provokedKillsEveryMs) return;
  provokedKills.set(victim, Date.now());
  kill(victim, world);
}

/** False when there is none now. */
function kill(victim: Victim, { stack, random }: Pick<World, "stack" | "random">): boolean {
  const pid = pidOf(victim, stack, random);
  return pid !== null && signal(pid, "SIGKILL");
}

async function killSomebody(victim: Victim, world: World): Promise<string | null> {
  if (kill(victim, world)) return `kill -9 of a ${victim}`;
  // They live for a moment only, so some are made.
  if (victim === "step-worker" && !(await world.isBehind())) void world.launch("in_processes", 10);
  return null;
}

/** Sets the next time of schedules back to one that has its tick; null when there is none for which that can be done now. */
async function setDueAgain(client: HarnessClient): Promise<number | null> {
  const set = client.query(`
    update dagwright.instigators i set next_at = t.scheduled_at
    from (select instigator_id, max(scheduled_at) as scheduled_at from dagwright.ticks group by instigator_id) t
    where t.instigator_id = i.id and i.kind = 'SCHEDULE' and i.lease_holder is null and i.next_at > now()`);
  return set.then(
    ({ rowCount }) => rowCount || null,
    // The database is away at times.
    () => null,
  );
}

/** Tries until there is somebody or something for a fault to meet; null when patience is over. */
async function untilMet<Result>(attempt: () => Promise<Result | null>, { patienceMs, finding }: World): Promise<Result | null> {
  for (const giveUpAt = Date.now() + patienceMs * 10; Date.now() < giveUpAt && !finding.aborted; await delay(100)) {
    const result = await attempt();
    if (result !== null) return result;
  }
  return null;
}

/** A living process of that kind; null when there is none now. */
function pidOf(victim: Victim, { webserver, codeLocation, daemons }: Stack, random: Random): number | null {
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
