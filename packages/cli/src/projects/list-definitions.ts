import { assetKeyToUserString } from "@dagwright/model";
import { selectAssets } from "../assets/select-assets.ts";
import type { CommandContext } from "../context.ts";
import type { TargetOptions } from "../project-file.ts";
import { formatMoment } from "../terminal/moment.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedAssets, deployedJobs, deployedSchedules, deployedSensors } from "../webserver-client/deployed-definitions.ts";
import { projectAssets, projectJobs, projectSchedules, projectSensors } from "./project-definitions.ts";

export type ListOptions = TargetOptions & { readonly json?: boolean; readonly url?: string };

/** `job list`: of the project here, or of the deployment that `--url` names. */
export async function listJobs(options: ListOptions, context: CommandContext): Promise<void> {
  const jobs =
    options.url === undefined ? await projectJobs(options, context) : await deployedJobs(connect(options, context), tellBroken);
  const columns = [{ title: "JOB" }, { title: "LOCATION", shrinks: true }, { title: "DESCRIPTION", shrinks: true }];
  show(options, jobs, columns, ({ name, location, description }) => [name, location, description ?? ""], [
    "There are no jobs. Declare one with job(…) and put it into definitions({ jobs: […] }).",
  ]);
}

/** `asset list`. */
export async function listAssets(options: ListOptions & { readonly select?: string }, context: CommandContext): Promise<void> {
  const all =
    options.url === undefined
      ? await projectAssets(options, context)
      : await deployedAssets(connect(options, context), tellBroken);
  const selected = options.select === undefined ? null : new Set(selectAssets(options.select, all).map(assetKeyToUserString));
  const assets = selected === null ? all : all.filter(({ key }) => selected.has(assetKeyToUserString(key)));
  const columns = [
    { title: "ASSET" },
    { title: "GROUP", shrinks: true },
    { title: "KINDS", shrinks: true },
    { title: "DEPENDS ON", shrinks: true },
    { title: "DESCRIPTION", shrinks: true },
  ];
  show(
    options,
    assets.map(withoutId),
    columns,
    ({ key, group, kinds, dependencies, description, isExecutable }) => [
      assetKeyToUserString(key),
      group,
      isExecutable ? kinds.join(", ") : "(made elsewhere)",
      dependencies.map(assetKeyToUserString).join(", "),
      description ?? "",
    ],
    ["There are no assets. Declare one with asset(…) and put it into definitions({ assets: […] })."],
  );
}

/** `schedule list`. */
export async function listSchedules(options: ListOptions, context: CommandContext): Promise<void> {
  const schedules =
    options.url === undefined
      ? await projectSchedules(options, context)
      : await deployedSchedules(connect(options, context), tellBroken);
  const columns = [
    { title: "SCHEDULE" },
    { title: "STATUS" },
    { title: "CRON" },
    { title: "TIME ZONE", shrinks: true },
    { title: "JOB", shrinks: true },
    { title: "NEXT TICK" },
  ];
  show(
    options,
    schedules.map(withoutId),
    columns,
    ({ name, status, cron, timeZone, job, nextTickAt }) => [
      name,
      switchCell(status),
      cron.join(" | "),
      timeZone,
      job,
      next(nextTickAt),
    ],
    ["There are no schedules. Declare one with schedule(…) and put it into definitions({ schedules: […] })."],
  );
}

/** `sensor list`. */
export async function listSensors(options: ListOptions, context: CommandContext): Promise<void> {
  const sensors =
    options.url === undefined
      ? await projectSensors(options, context)
      : await deployedSensors(connect(options, context), tellBroken);
  const columns: Column[] = [
    { title: "SENSOR" },
    { title: "STATUS" },
    { title: "EVERY", align: "right" },
    { title: "JOBS", shrinks: true },
    { title: "CURSOR", shrinks: true },
    { title: "NEXT TICK" },
  ];
  show(
    options,
    sensors.map(withoutId),
    columns,
    ({ name, status, minimumIntervalSeconds, jobs, cursor, nextTickAt }) => [
      name,
      switchCell(status),
      `${minimumIntervalSeconds} s`,
      jobs.join(", "),
      cursor ?? "-",
      next(nextTickAt),
    ],
    ["There are no sensors. Declare one with sensor(…) and put it into definitions({ sensors: […] })."],
  );
}

/** As for a project here: what could be asked is listed, and the command fails. */
function tellBroken(message: string): void {
  processTerminal().complain("error", message);
  process.exitCode = 1;
}

/** The id by which GraphQL stops an instigator is none of the documented shape. */
function withoutId<Report extends object>(report: Report): Report {
  const { id: _id, ...rest } = report as Report & { readonly id?: string };
  return rest as Report;
}

const switchCell = (status: "RUNNING" | "STOPPED"): Cell => ({ text: status, style: status === "RUNNING" ? "green" : "dim" });
const next = (at: string | null): string => (at === null ? "-" : formatMoment(Date.parse(at), Date.now()));

function show<Item>(
  { json }: ListOptions,
  items: readonly Item[],
  columns: readonly Column[],
  toCells: (item: Item) => readonly Cell[],
  whenEmpty: readonly string[],
): void {
  const terminal = processTerminal();
  if (json) terminal.json(items);
  else if (items.length === 0) whenEmpty.forEach(terminal.print);
  else terminal.table(columns, items.map(toCells));
}
