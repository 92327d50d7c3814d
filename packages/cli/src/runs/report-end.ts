import { formatDuration } from "../terminal/moment.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { statusStyle } from "./run-progress.ts";
import type { RunReport } from "./run-report.ts";

/** The last line of a command that has waited for a run: how it ended, and what to do when it did not succeed. */
export function reportEnd(run: Pick<RunReport, "id" | "status" | "startedAt" | "endedAt">, terminal: Terminal): void {
  const took =
    run.startedAt === null || run.endedAt === null
      ? ""
      : ` in ${formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`;
  terminal.print(`${terminal.paint(["bold", statusStyle(run.status)], run.status)}${took}`);
  if (run.status !== "SUCCESS") terminal.print(`See all of it with: dagwright run show ${run.id}`);
}
