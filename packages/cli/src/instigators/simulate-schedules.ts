import { openSimulation, type RunCounts, type SimulatedTick, type Simulation } from "@dagwright/daemon";
import { type QueueLimits, queueLimitsOf } from "@dagwright/workspace";
import type { CommandContext } from "../context.ts";
import { openExistingInstance } from "../instance/open-for-command.ts";
import type { TargetOptions } from "../project-file.ts";
import { keptInstigators, ofProject } from "../projects/project-definitions.ts";
import { formatDuration, formatTime } from "../terminal/moment.ts";
import { processTerminal, type Terminal } from "../terminal/terminal.ts";
import { parseDurations, parseTime, parseUntil } from "./simulated-time.ts";

export interface SimulateOptions extends TargetOptions {
  readonly until: string;
  readonly from?: string;
  readonly seed: number;
  /** How long runs take: a duration, or two with a dash between them. */
  readonly runDuration: string;
  /** Chance that a run fails. */
  readonly failures: number;
  /** Chance of a run at each evaluation of a sensor whose function is not called; absent: they are left out. */
  readonly sensors?: number;
  /** Call the functions of schedules and sensors. */
  readonly evaluate?: boolean;
  /** Also what is switched off. */
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Where there is no instance, its file is not there either: what the queue does without one. */
const defaultLimits: QueueLimits = {
  maxConcurrentRuns: 10,
  tagConcurrencyLimits: [],
  locationWeights: {},
  pools: { granularity: "op", defaultLimit: null, runBuffer: 0 },
};

/**
 * `schedule simulate`: what will fire, decided as the daemon decides it, without waiting.
 *
 * @throws UsageError for a time or duration that nobody understands
 */
export async function simulateSchedules(options: SimulateOptions, context: CommandContext): Promise<void> {
  const fromMs = options.from === undefined ? Date.now() : parseTime(options.from, "--from");
  const untilMs = parseUntil(options.until, fromMs);
  const runMs = parseDurations(options.runDuration, "--run-duration");
  const terminal = processTerminal();
  await ofProject(options, context, async (loaded) => {
    const schedules = await keptInstigators(loaded, "schedules", context);
    const sensors = await keptInstigators(loaded, "sensors", context);
    await using instance = await openExistingInstance(context);
    const simulation = await openSimulation({
      locations: loaded.map(({ entry, snapshot }) => ({ location: entry.name, snapshot, entry })),
      storage: instance?.storage ?? null,
      limits: instance === null ? defaultLimits : queueLimitsOf(instance.config),
      ...(instance !== null && { retries: instance.config.runRetries }),
      withRunsFromBefore: options.from === undefined,
      isOn(location, { name, defaultStatus }) {
        const status = (schedules(location, name) ?? sensors(location, name))?.status ?? "DECLARED_IN_CODE";
        return options.all === true || (status === "DECLARED_IN_CODE" ? defaultStatus : status) === "RUNNING";
      },
      fromMs,
      untilMs,
      runMs,
      seed: options.seed,
      failures: options.failures,
      sensorChance: options.sensors ?? null,
      callsFunctions: options.evaluate === true,
    });
    const span = { fromMs, untilMs, seed: options.seed };
    await (options.json ? tellAsJson(simulation, span, terminal) : tell(simulation, span, terminal));
  });
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly seed: number;
}

async function tellAsJson(
  { ticks, world, assumptions }: Simulation,
  { fromMs, untilMs, seed }: Span,
  terminal: Terminal,
): Promise<void> {
  const told: object[] = [];
  for await (const { scheduledAtMs, atMs: _, ...tick } of ticks) told.push({ scheduledAt: iso(scheduledAtMs), ...tick });
  terminal.json({ from: iso(fromMs), until: iso(untilMs), seed, assumptions, ticks: told, runs: world.counts });
}

const iso = (ms: number): string => new Date(ms).toISOString();

async function tell({ ticks, world, triggers, assumptions }: Simulation, { untilMs }: Span, terminal: Terminal): Promise<void> {
  if (triggers.length === 0) {
    for (const each of assumptions.filter((text) => text.startsWith("Sensors are left out"))) terminal.note(each);
    return terminal.note("Nothing is on that can be simulated; --all simulates what is off as well.");
  }
  const width = Math.max("TRIGGER".length, ...triggers.map((name) => name.length));
  terminal.print(terminal.paint("bold", `${"TIME".padEnd(19)}  ${"TRIGGER".padEnd(width)}  FIRES`));
  let count = 0;
  for await (const tick of ticks) {
    count += 1;
    terminal.print(`${formatTime(tick.scheduledAtMs)}  ${tick.name.padEnd(width)}  ${describe(tick)}`);
  }
  terminal.note(`\n${count} ${count === 1 ? "tick" : "ticks"} until ${formatTime(untilMs)}; ${describeRuns(world.counts)}`);
  terminal.note("What was assumed:");
  for (const each of assumptions) terminal.note(`- ${each}`);
}

function describe({ outcome }: SimulatedTick): string {
  switch (outcome.kind) {
    case "runs":
      return outcome.runs
        .map(({ job, partition, assets }) => {
          const what = assets === undefined ? job : `materialize ${some(assets)}`;
          return partition === null ? what : `${what} for ${partition}`;
        })
        .join("; ");
    case "skip":
      return `nothing: ${outcome.reason}`;
    case "failure":
      return `fails: ${outcome.error.trim().split("\n", 1)[0]}`;
    case "function":
      return `what its function asks for, of ${outcome.job}`;
    default:
      return outcome satisfies never;
  }
}

const some = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;

function describeRuns(counts: RunCounts): string {
  const {
    requested,
    retried,
    fromBefore,
    succeeded,
    failed,
    canceled,
    running,
    waiting,
    mostAtOnce,
    mostWaiting,
    longestWaitMs,
  } = counts;
  const ends = [
    `${succeeded} succeeded`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(canceled > 0 ? [`${canceled} did not run beside another of their job`] : []),
    ...(running > 0 ? [`${running} under way at the end`] : []),
    ...(waiting > 0 ? [`${waiting} still queued at the end`] : []),
  ];
  const wait =
    longestWaitMs === 0 ? "none waited" : `${mostWaiting} in the queue at most, for ${formatDuration(longestWaitMs)} at most`;
  const others = [
    ...(retried > 0 ? [`${retried} ${retried === 1 ? "retry" : "retries"}`] : []),
    ...(fromBefore > 0 ? [`${fromBefore} from before`] : []),
  ];
  const all = [`${requested} ${requested === 1 ? "run" : "runs"}`, ...others].join(" and ");
  return `${all} (${ends.join(", ")}), ${mostAtOnce} at once at most, ${wait}`;
}
