import { repositoryName } from "@dagwright/model";
import type { CommandContext } from "../context.ts";
import { readDaemonStatus } from "../daemons/daemon-status.ts";
import { formatDuration, formatMoment } from "../terminal/moment.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedSchedules } from "../webserver-client/deployed-definitions.ts";

export interface DebugOptions {
  readonly json?: boolean;
  readonly url?: string;
}

const lastTickQuery = `query ($selector: InstigationSelector!) {
  instigationStateOrError(instigationSelector: $selector) { ... on InstigationState { ticks(limit: 1) { status timestamp error { message } } } }
}`;

interface LastTickAnswer {
  readonly instigationStateOrError: {
    readonly ticks?: readonly {
      readonly status: string;
      readonly timestamp: number;
      readonly error: { readonly message: string } | null;
    }[];
  };
}

/** `schedule debug`: which daemons evaluate schedules, and of each schedule whether it is on, when it is due, and what its last tick came to. */
export async function showScheduler(options: DebugOptions, context: CommandContext): Promise<void> {
  const terminal = processTerminal();
  const client = connect(options, context);
  const { nowMs, replicas } = await readDaemonStatus({ url: client.url }, context);
  const daemons = replicas.filter(({ daemon }) => daemon === "SCHEDULER");
  const found = await deployedSchedules(client, (message) => terminal.complain("warning", message));
  const schedules = await Promise.all(
    found.map(async ({ id: _, ...schedule }) => {
      const selector = { repositoryLocationName: schedule.location, repositoryName, name: schedule.name };
      const { instigationStateOrError } = await client.query<LastTickAnswer>(lastTickQuery, { selector });
      const tick = instigationStateOrError.ticks?.[0];
      const lastTick =
        tick === undefined
          ? null
          : {
              status: tick.status,
              scheduledAt: new Date(tick.timestamp * 1_000).toISOString(),
              error: tick.error?.message.trim() ?? null,
            };
      return { ...schedule, lastTick };
    }),
  );
  if (options.json) return terminal.json({ daemons, schedules });
  if (daemons.length === 0) terminal.complain("warning", "no daemon has evaluated schedules lately: start one, or dagwright dev");
  for (const { replica, isAlive, heartbeatAt, lagMs, errors } of daemons) {
    const alive = isAlive ? terminal.paint("green", "alive") : terminal.paint("red", "silent");
    terminal.print(
      `${replica} is ${alive}: heartbeat ${formatMoment(Date.parse(heartbeatAt), nowMs)}, ${formatDuration(lagMs)} behind`,
    );
    for (const error of errors) terminal.print(`  ${terminal.paint("red", error)}`);
  }
  for (const { name, status, cron, timeZone, nextTickAt, lastTick } of schedules) {
    const next = nextTickAt === null ? "" : `; next ${formatMoment(Date.parse(nextTickAt), nowMs)}`;
    terminal.print(`${name} (${cron.join(" | ")}, ${timeZone}) is ${status}${next}`);
    if (lastTick === null) continue;
    terminal.print(`  last tick ${formatMoment(Date.parse(lastTick.scheduledAt), nowMs)}: ${lastTick.status}`);
    if (lastTick.error !== null) terminal.print(`  ${lastTick.error.replaceAll("\n", "\n  ")}`);
  }
}
