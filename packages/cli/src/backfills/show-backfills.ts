import { formatAge, formatDuration } from "../terminal/moment.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { BackfillProgressReport, BackfillReport } from "../webserver-client/backfills-client.ts";

const styles: Readonly<Record<string, "green" | "red" | "yellow" | "cyan">> = {
  COMPLETED_SUCCESS: "green",
  COMPLETED_FAILED: "red",
  FAILED: "red",
  FAILING: "red",
  CANCELED: "yellow",
  CANCELING: "yellow",
  REQUESTED: "cyan",
};

const stateOf = ({ status, isPaused }: BackfillReport): string =>
  status === "REQUESTED" && isPaused ? "REQUESTED, paused" : status;

/** `backfill list`. */
export function showBackfills(backfills: readonly BackfillReport[], nowMs: number, terminal: Terminal): void {
  terminal.table(
    [
      { title: "BACKFILL" },
      { title: "STATUS" },
      { title: "OF", shrinks: true },
      { title: "RUNS", align: "right" },
      { title: "CREATED" },
      { title: "TITLE", shrinks: true },
    ],
    backfills.map((each) => [
      each.id,
      { text: stateOf(each), style: styles[each.status] ?? "dim" },
      each.job ?? each.assets?.join(", ") ?? "",
      `${each.runsSubmitted - each.runsInFlight}/${each.runsSubmitted}`,
      formatAge(each.createdAtMs, nowMs),
      each.title ?? "",
    ]),
  );
}

/** `backfill show`: how far it has come, and what keeps it. */
export function showProgress(
  backfill: BackfillReport & { readonly progress: readonly BackfillProgressReport[] },
  terminal: Terminal,
): void {
  const { id, title, runsSubmitted, runsInFlight, maxRunsInFlight, createdAtMs, endedAtMs } = backfill;
  const took = endedAtMs === null ? "" : ` after ${formatDuration(endedAtMs - createdAtMs)}`;
  const state = terminal.paint(styles[backfill.status] ?? "dim", stateOf(backfill));
  terminal.print(`Backfill ${id}${title === null ? "" : ` "${title}"`} is ${state}${took}`);
  const bound = maxRunsInFlight === null ? "" : ` of ${maxRunsInFlight} at most`;
  terminal.print(
    `${runsSubmitted} runs submitted, ${runsInFlight} in flight${bound}. See them with: dagwright run list --tag dagster/backfill=${id}`,
  );
  terminal.table(
    [
      { title: backfill.job === null ? "ASSET" : "JOB", shrinks: true },
      { title: "PARTITIONS", align: "right" },
      { title: "IN PROGRESS", align: "right" },
      { title: "DONE", align: "right" },
      { title: "FAILED", align: "right" },
    ],
    backfill.progress.map(({ of, partitions, inProgress, done, failed }) =>
      [of, partitions, inProgress, done, failed].map(String),
    ),
  );
  if (backfill.waitingReason !== null) terminal.complain("warning", `It waits: ${backfill.waitingReason}`);
  for (const problem of backfill.problems) terminal.complain("warning", problem);
  if (backfill.error !== null) terminal.complain("error", backfill.error);
}
