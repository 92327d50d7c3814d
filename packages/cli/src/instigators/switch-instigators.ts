import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { ScheduleReport, SensorReport } from "../projects/definition-reports.ts";
import { findDefinition } from "../projects/find-definition.ts";
import { formatMoment } from "../terminal/moment.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { type Deployed, deployedSchedules, deployedSensors, type OnBroken } from "../webserver-client/deployed-definitions.ts";
import { futureTicks, setSensorCursor, switchInstigator, type SwitchTarget } from "../webserver-client/switch-instigator.ts";
import type { WebserverClient } from "../webserver-client/webserver-client.ts";

type Kind = SwitchTarget["kind"];

export interface InstigatorOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly location?: string;
}

/**
 * Switches schedules or sensors of a deployment on or off. All names are looked up before the first is switched.
 *
 * @throws UsageError for a name that there is not, RefusedError
 */
export async function switchInstigators(
  kind: Kind,
  on: boolean,
  names: readonly string[],
  options: InstigatorOptions & { readonly all?: boolean },
  context: CommandContext,
): Promise<void> {
  const isAll = options.all === true;
  if (isAll === names.length > 0) throw new UsageError(`Name the ${kind}s, or give --all, not ${isAll ? "both" : "neither"}.`);
  const client = connect(options, context);
  const known = await deployed(kind, client, warn);
  const chosen = isAll
    ? known.filter(({ location }) => options.location === undefined || location === options.location)
    : names.map((name) => findDefinition(kind, name, known, options.location));
  for (const { id, location, name } of chosen) await switchInstigator(client, { kind, id, location, name }, on);

  const ids = new Set(chosen.map(({ id }) => id));
  const after = (await deployed(kind, client, () => undefined)).filter(({ id }) => ids.has(id));
  const terminal = processTerminal();
  if (options.json) return terminal.json(after.map(({ id: _id, ...report }) => report));
  if (after.length === 0) terminal.print(`There are no ${kind}s.`);
  for (const { name, status, nextTickAt } of after) {
    const next = nextTickAt === null ? "" : `; next tick ${formatMoment(Date.parse(nextTickAt), Date.now())}`;
    terminal.print(`${kind} ${name} is ${terminal.paint(status === "RUNNING" ? "green" : "dim", status)}${next}`);
  }
}

/**
 * Switches running schedules off and on again: what was due meanwhile is left out, and what waits to be tried again is forgotten.
 *
 * @throws UsageError for a name that there is not, or whose schedule is off; RefusedError
 */
export async function restartSchedules(
  names: readonly string[],
  options: InstigatorOptions & { readonly all?: boolean },
  context: CommandContext,
): Promise<void> {
  const isAll = options.all === true;
  if (isAll === names.length > 0) throw new UsageError(`Name the schedules, or give --all, not ${isAll ? "both" : "neither"}.`);
  const client = connect(options, context);
  const known = await deployedSchedules(client, warn);
  const isHere = ({ location }: { readonly location: string }): boolean =>
    options.location === undefined || location === options.location;
  const chosen = isAll
    ? known.filter((each) => each.status === "RUNNING" && isHere(each))
    : names.map((name) => findDefinition("schedule", name, known, options.location));
  const off = chosen.find(({ status }) => status !== "RUNNING");
  if (off !== undefined) throw new UsageError(`Schedule ${off.name} is not running; start it with schedule start ${off.name}.`);
  for (const { id, location, name } of chosen) {
    await switchInstigator(client, { kind: "schedule", id, location, name }, false);
    await switchInstigator(client, { kind: "schedule", id, location, name }, true);
  }
  const terminal = processTerminal();
  if (options.json) return terminal.json(chosen.map(({ location, name }) => ({ location, name, status: "RUNNING" })));
  if (chosen.length === 0) terminal.print("No schedule is running.");
  for (const { name } of chosen) terminal.print(`schedule ${name} is ${terminal.paint("green", "RUNNING")} again`);
}

/** Shows when a schedule's next ticks are due, whether it is on or off. */
export async function previewSchedule(
  name: string,
  options: InstigatorOptions & { readonly count: number },
  context: CommandContext,
): Promise<void> {
  const client = connect(options, context);
  const found = findDefinition("schedule", name, await deployedSchedules(client, warn), options.location);
  const ticks = await futureTicks(client, { kind: "schedule", ...found }, options.count);
  const terminal = processTerminal();
  if (options.json) return terminal.json(ticks.map((atMs) => new Date(atMs).toISOString()));
  terminal.print(`${name} (${found.cron.join(" | ")}, ${found.timeZone}) is ${found.status}; its cron times, here:`);
  for (const atMs of ticks) terminal.print(`  ${formatMoment(atMs, Date.now())}`);
}

/** Shows a sensor's cursor, or sets it; null clears it. */
export async function sensorCursor(
  name: string,
  cursor: string | null | undefined,
  options: InstigatorOptions,
  context: CommandContext,
): Promise<void> {
  const client = connect(options, context);
  const find = async (onBroken: OnBroken): Promise<Deployed<SensorReport>> =>
    findDefinition("sensor", name, await deployedSensors(client, onBroken), options.location);
  let found = await find(warn);
  if (cursor !== undefined) {
    await setSensorCursor(client, { kind: "sensor", id: found.id, location: found.location, name }, cursor);
    found = await find(() => undefined);
  }
  const terminal = processTerminal();
  if (options.json) return terminal.json({ location: found.location, name, cursor: found.cursor });
  if (found.cursor === null) terminal.note(`Sensor ${name} has no cursor.`);
  else terminal.print(found.cursor);
}

const warn: OnBroken = (message) => processTerminal().complain("warning", message);

const deployed = (
  kind: Kind,
  client: WebserverClient,
  onBroken: OnBroken,
): Promise<readonly Deployed<ScheduleReport | SensorReport>[]> =>
  kind === "schedule" ? deployedSchedules(client, onBroken) : deployedSensors(client, onBroken);
