import { scheduleSource, sensorSource, type SimulatedTick, simulateTicks, type TickSource } from "@dagwright/daemon";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { TargetOptions } from "../project-file.ts";
import { type KnownInstigators, withProjectInstigators } from "../projects/project-definitions.ts";
import { formatTime } from "../terminal/moment.ts";
import { processTerminal } from "../terminal/terminal.ts";

export interface SimulateOptions extends TargetOptions {
  readonly until: string;
  readonly from?: string;
  readonly seed: number;
  /** Chance of a run at each evaluation of a sensor; absent: sensors are left out. */
  readonly sensors?: number;
  /** Also what is switched off. */
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * `schedule simulate`: what will fire, decided as the daemon decides it, without waiting and without calling anybody's function.
 *
 * @throws UsageError for a time that nobody understands
 */
export async function simulateSchedules(options: SimulateOptions, context: CommandContext): Promise<void> {
  const fromMs = options.from === undefined ? Date.now() : parseTime(options.from, "--from");
  const untilMs = parseUntil(options.until, fromMs);
  const sources = await withProjectInstigators(options, context, (known) => sourcesOf(known, options));
  const terminal = processTerminal();
  const ticks = simulateTicks({ sources, fromMs, untilMs, seed: options.seed });
  if (options.json) return terminal.json(Array.from(ticks, toDocument));
  if (sources.length === 0) return terminal.note("No schedule is on; --all simulates those that are off as well.");
  let count = 0;
  for (const tick of ticks) {
    count += 1;
    terminal.print(`${formatTime(tick.scheduledAtMs)}  ${tick.name}  ${describe(tick)}`);
  }
  terminal.note(`${count} ${count === 1 ? "tick" : "ticks"} until ${formatTime(untilMs)}`);
}

function sourcesOf({ locations, isOn }: KnownInstigators, options: SimulateOptions): readonly TickSource[] {
  return locations.flatMap(({ entry: { name: location }, snapshot }) => {
    const isWanted = (each: { readonly name: string; readonly defaultStatus: "RUNNING" | "STOPPED" }): boolean =>
      options.all === true || isOn(location, each);
    const chance = options.sensors;
    return [
      ...snapshot.schedules.filter(isWanted).map((schedule) => scheduleSource({ location, snapshot }, schedule)),
      ...(chance === undefined
        ? []
        : snapshot.sensors.filter(isWanted).map((sensor) => sensorSource({ location }, sensor, chance))),
    ];
  });
}

function describe({ outcome }: SimulatedTick): string {
  switch (outcome.kind) {
    case "runs":
      return outcome.runs.map(({ job, partition }) => (partition === null ? job : `${job} for ${partition}`)).join(", ");
    case "skip":
      return `nothing: ${outcome.reason}`;
    case "function":
      return `what its function asks for, of ${outcome.job}`;
    default:
      return outcome satisfies never;
  }
}

const toDocument = ({ scheduledAtMs, atMs: _, ...tick }: SimulatedTick) => ({
  scheduledAt: new Date(scheduledAtMs).toISOString(),
  ...tick,
});

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** A duration such as `30d`, or a time. */
function parseUntil(text: string, fromMs: number): number {
  const [, count, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const untilMs = count === undefined ? parseTime(text, "--until") : fromMs + Number(count) * unitsMs[unit]!;
  if (untilMs <= fromMs) throw new UsageError(`--until ${text} is not after the beginning.`);
  return untilMs;
}

function parseTime(text: string, option: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new UsageError(
      `${option} ${text} is no time: write it as 2026-12-24 or 2026-12-24T18:00Z${option === "--until" ? ", or how long as 90m, 12h, 30d or 2w" : ""}.`,
    );
  return ms;
}
