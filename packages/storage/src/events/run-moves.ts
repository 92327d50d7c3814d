import {
  isFinalRunStatus,
  isLegalRunMove,
  isRunStatusEvent,
  type RunLogEntry,
  type RunStatus,
  runStatuses,
  runStatusOfEvent,
} from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";

/** What a batch does to its run's status: the statuses it walks through, and those from which the whole walk is legal. */
export interface RunMoves {
  /** In order; empty when the batch moves nothing. */
  readonly to: readonly RunStatus[];
  readonly from: readonly RunStatus[];
}

/** Decides before the database is asked from which statuses the batch may be written; the statement then only compares. */
export function movesOf(entries: readonly RunLogEntry[], onlyFrom?: readonly RunStatus[]): RunMoves {
  const to = entries.filter(isRunStatusEvent).map((event) => runStatusOfEvent[event.type]);
  const isLegalFrom = (start: RunStatus): boolean => {
    let status = start;
    for (const next of to) {
      if (!isLegalRunMove(status, next)) return false;
      status = next;
    }
    return !isFinalRunStatus(start);
  };
  return { to, from: (onlyFrom ?? runStatuses).filter(isLegalFrom) };
}

type Assignments = Readonly<Record<string, SqlFragment<unknown>>>;

/** What each status brings with it on the run's row (alias `r`). */
const effects: Readonly<Partial<Record<RunStatus, Assignments>>> = {
  QUEUED: {
    enqueued_at: sql`coalesce(r.enqueued_at, now())`,
    waits_for: sql`null`,
    launch_due_at: sql`null`,
    launch_holder: sql`null`,
    // Whoever holds a launch claim of before has lost it.
    launch_fence: sql`r.launch_fence + 1`,
    worker: sql`null`,
    lease_until: sql`null`,
  },
  STARTING: {
    launched_at: sql`now()`,
    launch_due_at: sql`now()`,
    launch_holder: sql`null`,
    launch_fence: sql`r.launch_fence + 1`,
    worker: sql`null`,
    lease_until: sql`null`,
  },
  STARTED: { started_at: sql`coalesce(r.started_at, now())`, launch_due_at: sql`null` },
  CANCELING: { canceling_at: sql`now()`, launch_due_at: sql`null` },
  SUCCESS: { ended_at: sql`now()`, lease_until: sql`null`, launch_due_at: sql`null` },
  // Whether it is retried, the daemon decides, who knows what the instance says.
  FAILURE: { ended_at: sql`now()`, lease_until: sql`null`, launch_due_at: sql`null`, retry_due_at: sql`now()` },
  CANCELED: { ended_at: sql`now()`, lease_until: sql`null`, launch_due_at: sql`null` },
};

/**
 * Assignments for an update of `dagwright.runs as r` that walks through these statuses; a resume also raises the attempt. A later status's assignment of a column
 * wins over an earlier one's, all over those in `before`, and those in `after` over all.
 */
export function moveAssignments(
  to: readonly RunStatus[],
  { before = {}, after = {} }: { readonly before?: Assignments; readonly after?: Assignments } = {},
): readonly SqlFragment<unknown>[] {
  const columns: Record<string, SqlFragment<unknown>> = { ...before };
  const last = to.at(-1);
  if (last !== undefined) Object.assign(columns, { status: sql.lit(last), updated_at: sql`now()` });
  const resumes = to.flatMap((status, index) => {
    if (status !== "STARTING") return [];
    return index === 0 ? [sql`(r.status = 'STARTED')::int`] : to[index - 1] === "STARTED" ? [sql`1`] : [];
  });
  if (resumes.length > 0) columns["attempt"] = sql`r.attempt + ${sql.join(resumes, sql` + `)}`;
  for (const status of to) Object.assign(columns, effects[status]);
  return Object.entries({ ...columns, ...after }).map(([column, value]) => sql`${sql.id(column)} = ${value}`);
}
