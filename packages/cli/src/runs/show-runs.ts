import { stringify } from "yaml";
import type { JsonObject } from "@dagwright/model";
import { formatAge, formatDuration, formatMoment } from "../terminal/moment.ts";
import type { Cell } from "../terminal/table.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { type ProgressEntry, statusStyle } from "./run-progress.ts";
import type { RunDetailsReport, RunReport } from "./run-report.ts";

/** Runs as a table, newest first. */
export function showRuns(runs: readonly RunReport[], nowMs: number, terminal: Terminal): void {
  const isAnyWaiting = runs.some(({ queue }) => queue !== null);
  terminal.table(
    [
      { title: "RUN" },
      { title: "STATUS" },
      { title: "JOB", shrinks: true },
      { title: "CREATED" },
      { title: "TOOK", align: "right" },
      { title: "LOCATION", shrinks: true },
      ...(isAnyWaiting ? [{ title: "WAITS", shrinks: true }] : []),
    ],
    runs.map((run) => [
      run.id,
      statusCell(run.status),
      nameOf(run),
      formatAge(Date.parse(run.createdAt), nowMs),
      tookOf(run, nowMs),
      run.location,
      ...(isAnyWaiting ? [run.queue?.reasons[0]?.message ?? ""] : []),
    ]),
  );
}

/** One run with its steps; the errors of a failed one after them. */
export function showRun(run: RunDetailsReport, failures: readonly ProgressEntry[], nowMs: number, terminal: Terminal): void {
  const fact = (name: string, value: string): void => terminal.print(`${terminal.paint("bold", name.padEnd(9))} ${value}`);
  const at = (time: string | null): string => formatMoment(time === null ? null : Date.parse(time), nowMs);
  fact("Run", run.id);
  fact("Status", terminal.paint(statusStyle(run.status), run.status));
  for (const { message, runIds } of run.queue?.reasons ?? [])
    fact("Waits", runIds.length === 0 ? message : `${message} In its way: ${runIds.join(", ")}`);
  if (run.queue !== null) fact("Priority", String(run.queue.priority));
  fact("Job", `${nameOf(run)} (${run.location})`);
  fact("Created", at(run.createdAt));
  fact("Started", at(run.startedAt));
  fact("Ended", `${at(run.endedAt)}${run.endedAt === null ? "" : `, took ${tookOf(run, nowMs)}`}`);
  if (run.parentRunId !== null) fact("Parent", run.parentRunId);
  if (run.assets !== null) fact("Assets", run.assets.map((key) => key.join("/")).join(", "));
  const tags = Object.entries(run.tags);
  if (tags.length > 0) fact("Tags", tags.map(([key, value]) => `${key}=${value}`).join("  "));
  if (Object.keys(run.runConfig).length > 0) {
    fact("Config", "");
    for (const line of configLines(run.runConfig)) terminal.print(`  ${line}`);
  }
  if (run.steps.length > 0) {
    terminal.print("");
    const steps = run.steps.toSorted((a, b) => (a.startedAt ?? "~").localeCompare(b.startedAt ?? "~"));
    terminal.table(
      [
        { title: "STEP", shrinks: true },
        { title: "STATUS" },
        { title: "TOOK", align: "right" },
        { title: "ATTEMPTS", align: "right" },
      ],
      steps.map((step) => [step.key, statusCell(step.status), tookOf(step, nowMs), String(step.attempts)]),
    );
  }
  for (const { message, error } of failures) {
    terminal.print("");
    terminal.print(terminal.paint("red", message));
    for (const line of error) terminal.print(`  ${line}`);
  }
}

const configLines = (config: JsonObject): readonly string[] => stringify(config).trimEnd().split("\n");

const statusCell = (status: string): Cell => ({ text: status, style: statusStyle(status) });

/** The job; of the hidden job of all assets, the assets. */
function nameOf({ job, assets }: RunReport): string {
  if (!job.startsWith("__") || assets === null) return job;
  return assets.length === 1 ? `asset ${assets[0]!.join("/")}` : `${assets.length} assets`;
}

function tookOf({ startedAt, endedAt }: Pick<RunReport, "startedAt" | "endedAt">, nowMs: number): string {
  if (startedAt === null) return "-";
  return formatDuration((endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
}
