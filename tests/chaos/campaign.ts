import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { descendantsOf } from "../stack/processes.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { Armory } from "./armory.ts";
import { installAudit } from "./audit.ts";
import { openChaosDatabase } from "./chaos-database.ts";
import { deliberateBugs } from "./deliberate-bugs.ts";
import { FaultySocket } from "./faulty-socket.ts";
import { HarnessClient } from "./harness-client.ts";
import { injectFault, pause, provoke, type World } from "./inject-fault.ts";
import { findViolations, mostRetries } from "./invariants.ts";
import { endLeasesOfTheDead } from "./leases-of-the-dead.ts";
import { type CampaignOptions, placeOf, type PlannedFault, planFaults } from "./plan.ts";
import { untilQuiet } from "./quiescence.ts";
import { Random } from "./random.ts";
import { signal } from "./sleeper.ts";
import { openSmallDisk } from "./small-disk.ts";
import { Supervisor } from "./supervisor.ts";
import { Watch } from "./watch.ts";
import { Workload } from "./workload.ts";

/** What a campaign came to. */
export interface CampaignReport {
  /** Points at which a process died or slept. */
  readonly reached: ReadonlySet<string>;
  /** Everything that went wrong and was meant to, as one line each. */
  readonly faults: readonly string[];
  /** What must not be. Empty: all held. */
  readonly violations: readonly string[];
  readonly runs: number;
  readonly ticks: number;
}

const project = fileURLToPath(new URL("project/definitions.ts", import.meta.url));
const limits = { runs: 6, poolSlots: 1 };
const instanceFile = (logs: string, mostResumes: number): string => `
concurrency:
  pools:
    default_limit: ${limits.poolSlots}
  runs:
    max_concurrent_runs: ${limits.runs}
run_monitoring:
  enabled: true
  max_resume_run_attempts: ${mostResumes}
run_retries:
  enabled: true
  max_retries: ${mostRetries}
compute_logs:
  module: dagster.core.storage.local_compute_log_manager
  class: LocalComputeLogManager
  config:
    base_dir: ${JSON.stringify(logs)}
`;
/** How long a crash point may wait for somebody to pass before the next fault has its turn. */
const patienceMs = 3_000;
/** Most of them kill a daemon, which takes a moment to be back: more at once would only be armed earlier. */
const faultsAtOnce = 3;
const provokedKillsEveryMs = 5_000;
/** Some are passed only after a lease has run out. */
const lastPatienceMs = 180_000;

/**
 * Runs a stack under load while things go wrong as the seed says, lets it come to rest, and looks whether all that is promised has held.
 *
 * @param say - told each fault as it happens
 */
export async function runCampaign(
  options: CampaignOptions,
  say: (line: string) => void = () => undefined,
): Promise<CampaignReport> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "dagwright-chaos-"));
  await chmod(folder, 0o755);
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const armory = await Armory.in(folder);
  const disk = opened.use(await openSmallDisk(join(folder, "logs")));
  const database = opened.use(await openChaosDatabase(options.postgres ?? "shared"));
  const client = opened.use(new HarnessClient(database.connectionString));
  await installAudit(client, database.isPooled);
  if (options.bug !== undefined) await client.query(deliberateBugs[options.bug].schema);
  const clockFile = join(folder, "clock");
  let socket: FaultySocket | undefined;
  const stack = opened.use(
    await startStack({
      definitions: project,
      instanceFile: instanceFile(disk.folder, options.seed % 2),
      postgres: database,
      daemons: options.daemons ?? 1,
      env: { ...armory.env, ...(options.bug !== undefined && { DAGWRIGHT_CHAOS_DELIBERATE_BUG: options.bug }) },
      envOf: (program) => (program === "daemon 1" ? { DAGWRIGHT_CHAOS_CLOCK: clockFile } : {}),
      throughSocket: async (target) => {
        socket = opened.use(await FaultySocket.at(join(folder, "faulty.sock"), target));
        return join(folder, "faulty.sock");
      },
    }),
  );
  if (socket === undefined) throw new TypeError("The stack took no socket before its own");
  const random = new Random(options.seed + 1);
  const supervisor = opened.use(new Supervisor(stack, random));
  const workload = new Workload({ url: () => supervisor.webserverUrl, storage: stack.storage, client, random });
  const watch = new Watch(client, limits);
  // Who is killed at one point after the other would leave everything leased; real leases run out in the other campaigns.
  if (options.groups === undefined || options.groups.includes("points")) opened.use(endLeasesOfTheDead(client));

  const faults: string[] = [];
  const startedAt = performance.now();
  const note = (what: string): void => {
    faults.push(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${what}`);
    say(faults.at(-1) ?? "");
  };
  const world: World = {
    stack,
    armory,
    random,
    client,
    database,
    socket,
    disk,
    clockFile,
    patienceMs,
    provokedKills: new Map(),
    provokedKillsEveryMs,
    later: [],
    finding: watch.finding,
    launch: (job, priority) => workload.launch(job, priority),
    isBehind: () => workload.isBehind(),
    makeDue: () => workload.makeDue(),
    launchBackfill: () => workload.launchBackfill(),
    reportGauge: () => workload.reportGauge(),
    makeOld: () => workload.makeOld(),
  };
  await letGoWrong(planFaults(options), world, note);
  note("all faults were injected");
  await untilPassed(world);
  await Promise.all(world.later);
  await workload.stop();
  note("no more faults and launches");
  const atRest = watch.finding.aborted ? [] : await violationsAtRest(stack, client, workload, watch.finding);
  note(watch.finding.aborted ? "something was found" : "at rest");
  const violations = [...(await watch.end()), ...atRest];
  if (violations.length > 0) killWorkers(stack);
  const [counts] = await client.rows<{ runs: string; ticks: string }>(
    "select (select count(*) from dagwright.runs) as runs, (select count(*) from dagwright.ticks) as ticks",
  );
  return {
    reached: new Set(armory.hits().map(({ point }) => point)),
    faults,
    violations,
    runs: Number(counts?.runs),
    ticks: Number(counts?.ticks),
  };
}

/** Several at a time where they do not dispute a place, in the order of the plan. */
async function letGoWrong(plan: readonly PlannedFault[], world: World, note: (what: string) => void): Promise<void> {
  const left = [...plan];
  const places = new Set<string>();
  const next = (): PlannedFault | undefined => {
    const index = left.findIndex(({ fault }) => !places.has(placeOf(fault)));
    return index === -1 ? undefined : left.splice(index, 1)[0];
  };
  const lane = async (): Promise<void> => {
    for (let planned = next(); planned !== undefined && !world.finding.aborted; planned = next()) {
      const place = placeOf(planned.fault);
      places.add(place);
      await pause(planned.afterMs, world.finding);
      note(await injectFault(planned.fault, world));
      places.delete(place);
    }
  };
  await Promise.all(Array.from({ length: faultsAtOnce }, lane));
}

async function violationsAtRest(
  stack: Stack,
  client: HarnessClient,
  { launched }: Workload,
  finding: AbortSignal,
): Promise<readonly string[]> {
  const restless = await untilQuiet(client, finding);
  if (finding.aborted) return [];
  // Half of what is under way breaks what holds at the end only.
  return restless.length > 0 ? [...restless, ...lastTroubles(stack)] : findViolations(client, launched);
}

/** Where something was found nobody waits until runs have ended. */
function killWorkers({ codeLocation }: Stack): void {
  if (!codeLocation.isRunning) return;
  for (const { pid } of descendantsOf(codeLocation.pid)) signal(pid, "SIGKILL");
}

/** What the programs complained of last. */
function lastTroubles({ webserver, codeLocation, daemons }: Stack): readonly string[] {
  return [webserver, codeLocation, ...daemons].flatMap(({ name, lines }) =>
    lines
      .filter((line) => /warn|error/i.test(line))
      .slice(-5)
      .map((line) => `${name} said: ${line.slice(0, 500)}`),
  );
}

/** Gives the points that are still armed their time: launches of the dead are taken over only after their claim has run out. */
async function untilPassed(world: World): Promise<void> {
  const { armory } = world;
  const giveUpAt = Date.now() + lastPatienceMs;
  while (Date.now() < giveUpAt && !world.finding.aborted) {
    const left = await armory.armed();
    if (left.length === 0) return;
    for (const point of left) await provoke(point, world);
    await pause(2_000, world.finding);
  }
  await armory.disarm();
}
