import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openRawClient } from "@dagwright/storage/testing";
import { startStack } from "../stack/stack.ts";
import { Armory } from "./armory.ts";
import { installAudit, harnessName } from "./audit.ts";
import { openChaosDatabase } from "./chaos-database.ts";
import { injectFault, provoke, type World } from "./inject-fault.ts";
import { findViolations } from "./invariants.ts";
import { type CampaignOptions, planFaults } from "./plan.ts";
import { untilQuiet } from "./quiescence.ts";
import { Random } from "./random.ts";
import { Supervisor } from "./supervisor.ts";
import { Workload } from "./workload.ts";

/** What a campaign came to. */
export interface CampaignReport {
  readonly seed: number;
  /** Points at which a process died. */
  readonly reached: ReadonlySet<string>;
  /** Everything that went wrong and was meant to, as one line each. */
  readonly faults: readonly string[];
  /** What must not be. Empty: all held. */
  readonly violations: readonly string[];
  readonly runs: number;
  readonly ticks: number;
}

const project = fileURLToPath(new URL("project/definitions.ts", import.meta.url));
const instanceFile = `
concurrency:
  pools:
    default_limit: 1
  runs:
    max_concurrent_runs: 6
run_monitoring:
  enabled: true
`;
/** How long a crash point may wait for somebody to pass. Some are passed only after a lease has run out. */
const patienceMs = 3_000;
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
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const armory = await Armory.in(folder);
  const database = opened.use(await openChaosDatabase(options.postgres ?? "shared"));
  const client = opened.use(await openRawClient(database.connectionString, harnessName));
  await installAudit(client);
  const stack = opened.use(
    await startStack({
      definitions: project,
      instanceFile,
      postgres: database,
      daemons: options.daemons ?? 1,
      env: armory.env,
    }),
  );
  const random = new Random(options.seed + 1);
  const supervisor = opened.use(new Supervisor(stack, random));
  const workload = new Workload({ url: () => supervisor.webserverUrl, client, random });

  const faults: string[] = [];
  const note = (line: string): void => {
    faults.push(line);
    say(line);
  };
  const world: World = { stack, armory, random, patienceMs, launch: (job) => workload.launch(job) };
  const startedAt = performance.now();
  for (const { afterMs, fault } of planFaults(options)) {
    await delay(afterMs);
    note(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${await injectFault(fault, world)}`);
  }
  await untilPassed(world);
  await workload.stop();
  const restless = await untilQuiet(client);
  // Half of what is under way breaks what holds at the end only.
  const violations = restless.length > 0 ? restless : await findViolations(client, workload.launched);
  const { rows } = await client.query<{ runs: string; ticks: string }>(
    "select (select count(*) from dagwright.runs) as runs, (select count(*) from dagwright.ticks) as ticks",
  );
  return {
    seed: options.seed,
    reached: new Set(armory.deaths().map(({ point }) => point)),
    faults,
    violations,
    runs: Number(rows[0]?.runs),
    ticks: Number(rows[0]?.ticks),
  };
}

/** Gives the points that are still armed their time: launches of the dead are taken over only after their claim has run out. */
async function untilPassed(world: World): Promise<void> {
  const { armory } = world;
  const giveUpAt = Date.now() + lastPatienceMs;
  while (Date.now() < giveUpAt) {
    const left = await armory.armed();
    if (left.length === 0) return;
    for (const point of left) await provoke(point, world);
    await delay(2_000);
  }
  await armory.disarm();
}
