import { repositoryName } from "@dagwright/model";
import type { CommandContext } from "../context.ts";
import { RefusedError } from "../errors.ts";
import { findDefinition } from "../projects/find-definition.ts";
import { formatDuration, formatTime } from "../terminal/moment.ts";
import type { Style } from "../terminal/table.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedSchedules } from "../webserver-client/deployed-definitions.ts";
import type { InstigatorOptions } from "./switch-instigators.ts";

interface TickAnswer {
  readonly status: "STARTED" | "SKIPPED" | "SUCCESS" | "FAILURE";
  readonly timestamp: number;
  readonly endTimestamp: number | null;
  readonly runIds: readonly string[];
  readonly skipReason: string | null;
  readonly error: { readonly message: string; readonly stack: readonly string[] } | null;
  readonly logEvents: {
    readonly events: readonly { readonly level: string; readonly message: string; readonly timestamp: string }[];
  };
}

const ticksQuery = `query ($selector: InstigationSelector!, $limit: Int) {
  instigationStateOrError(instigationSelector: $selector) {
    ... on InstigationState { ticks(limit: $limit) {
      status timestamp endTimestamp runIds skipReason error { message stack } logEvents { events { level message timestamp } } } }
    ... on Error { message }
  }
}`;

/** `schedule logs`: the newest ticks of a schedule, the oldest of them first, each with what it came to and what its function logged. */
export async function showScheduleTicks(
  name: string,
  options: InstigatorOptions & { readonly limit: number },
  context: CommandContext,
): Promise<void> {
  const client = connect(options, context);
  const terminal = processTerminal();
  const warn = (message: string): void => terminal.complain("warning", message);
  const { location } = findDefinition("schedule", name, await deployedSchedules(client, warn), options.location);
  const { instigationStateOrError: answer } = await client.query<{
    instigationStateOrError: { readonly ticks?: readonly TickAnswer[]; readonly message?: string };
  }>(ticksQuery, { selector: { repositoryLocationName: location, repositoryName, name }, limit: options.limit });
  if (answer.ticks === undefined) throw new RefusedError(answer.message ?? `There is no schedule "${name}".`);
  const ticks = answer.ticks.toReversed();
  if (options.json) {
    return terminal.json(
      ticks.map(({ timestamp, endTimestamp, error, logEvents, ...tick }) => ({
        ...tick,
        scheduledAt: new Date(timestamp * 1_000).toISOString(),
        endedAt: endTimestamp === null ? null : new Date(endTimestamp * 1_000).toISOString(),
        error: error === null ? null : error.message.trim(),
        logs: logEvents.events.map(({ level, message }) => ({ level, message })),
      })),
    );
  }
  if (ticks.length === 0) return terminal.note(`Schedule ${name} has had no tick yet.`);
  for (const tick of ticks) {
    const atMs = tick.timestamp * 1_000;
    const late = tick.endTimestamp === null ? "" : `, done after ${formatDuration(tick.endTimestamp * 1_000 - atMs)}`;
    terminal.print(`${formatTime(atMs)}  ${terminal.paint(styles[tick.status], tick.status)}${late}`);
    if (tick.skipReason !== null) terminal.print(`  ${tick.skipReason}`);
    for (const runId of tick.runIds) terminal.print(`  run ${runId}`);
    for (const { level, message } of tick.logEvents.events) terminal.print(`  ${level} ${message}`);
    if (tick.error !== null) terminal.print(indented(`${tick.error.message}${tick.error.stack.join("")}`));
  }
}

const styles = { STARTED: "dim", SKIPPED: "dim", SUCCESS: "green", FAILURE: "red" } as const satisfies Record<
  TickAnswer["status"],
  Style
>;

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, "  ");
