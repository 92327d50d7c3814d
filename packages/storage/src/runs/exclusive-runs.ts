import { createHash } from "node:crypto";
import { type RunId, type RunStatus, systemTags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { NewRun, SubmitMode } from "./run-store.ts";

/** How a new run begins: as its mode says, or otherwise because of another run of its key. */
export interface Beginning {
  readonly status: "QUEUED" | "STARTING" | "NOT_STARTED" | "CANCELED";
  /** Why it never starts. */
  readonly message?: string;
}

/** A run that has not ended, of a key that new runs have too. */
export interface Occupant {
  readonly key: string;
  readonly id: RunId;
  readonly status: RunStatus;
}

const statusOf = { queue: "QUEUED", launch: "STARTING", hold: "NOT_STARTED" } as const satisfies Record<
  SubmitMode["kind"],
  Beginning["status"]
>;

/**
 * Runs with the same key stand in each other's way, by their job's `whenRunning`; null: in nobody's. Long ones are hashed: an index entry
 * has less than 3 kB.
 */
export function exclusiveKeyOf({ jobSnapshot, location, partition, tags }: NewRun): string | null {
  const { whenRunning, name } = jobSnapshot;
  if (whenRunning === undefined) return null;
  const part = whenRunning.per === "partition" ? (partition ?? tags[systemTags.partition] ?? null) : null;
  const key = JSON.stringify(part === null ? [location, name] : [location, name, part]);
  return key.length <= 500 ? key : createHash("sha256").update(key).digest("hex");
}

/** How runs begin where none stands in another one's way. */
export const freeBeginnings = (runs: readonly NewRun[], mode: SubmitMode): readonly Beginning[] =>
  runs.map(() => ({ status: statusOf[mode.kind] }));

/** How runs begin, in their order, beside those that have not ended and beside each other. Pure. */
export function decideBeginnings(
  runs: readonly NewRun[],
  mode: SubmitMode,
  occupants: readonly Occupant[],
): readonly Beginning[] {
  const taken = new Map(occupants.map(({ key, id, status }) => [key, `run ${id} is ${status}`]));
  return runs.map((run): Beginning => {
    const status = statusOf[mode.kind];
    const key = exclusiveKeyOf(run);
    if (key === null) return { status };
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, "another run was submitted with it");
      return { status };
    }
    if (run.jobSnapshot.whenRunning?.policy === "skip")
      return { status: "CANCELED", message: `Not started: ${other}, and job "${run.jobName}" skips runs while one is under way` };
    // Whatever launches runs directly: this one has to wait, and waiting is done in the queue.
    return { status: status === "STARTING" ? "QUEUED" : status };
  });
}

export const occupantsStatement = (keys: readonly string[]): SqlFragment<Occupant> => sql<Occupant>`
  select exclusive_key as key, id, status from dagwright.runs
  where exclusive_key = any(${[...keys]}::text[]) and status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')
  order by created_at, id`;

/** Whether a failure of the database says that another run of the key came first. */
export const isOccupied = (error: unknown): boolean =>
  error instanceof Error &&
  "constraint" in error &&
  (error.constraint === "runs_one_active" || error.constraint === "runs_one_unfinished");
