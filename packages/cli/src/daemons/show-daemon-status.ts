import { formatAge, formatDuration } from "../terminal/moment.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { DaemonStatusReport } from "./daemon-status.ts";

/** The replicas and their duties as a table, and what went wrong in the last minutes below it. */
export function showDaemonStatus({ nowMs, replicas }: DaemonStatusReport, terminal: Terminal): void {
  if (replicas.length === 0) return terminal.print("No daemon is there. Start one with: dagwright daemon");
  terminal.table(
    [
      { title: "REPLICA", shrinks: true },
      { title: "DAEMON" },
      { title: "STATE" },
      { title: "HEARTBEAT" },
      { title: "LAG", align: "right" },
      { title: "ERRORS", align: "right" },
    ],
    replicas.map((each) => [
      each.replica,
      each.daemon,
      each.isAlive ? { text: "alive", style: "green" } : { text: "silent", style: "red" },
      formatAge(Date.parse(each.heartbeatAt), nowMs),
      formatDuration(each.lagMs),
      String(each.errors.length),
    ]),
  );
  for (const { daemon, replica, errors } of replicas) {
    for (const error of errors) terminal.complain("error", `${daemon} of ${replica}: ${error}`);
  }
}
