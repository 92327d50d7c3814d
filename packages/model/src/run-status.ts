/** Statuses of a run, spelled as Dagster's GraphQL enum `RunStatus` spells them. */
export const runStatuses = [
  "QUEUED",
  "NOT_STARTED",
  "MANAGED",
  "STARTING",
  "STARTED",
  "SUCCESS",
  "FAILURE",
  "CANCELING",
  "CANCELED",
] as const;

export type RunStatus = (typeof runStatuses)[number];

export const finalRunStatuses = ["SUCCESS", "FAILURE", "CANCELED"] as const satisfies readonly RunStatus[];

export const isFinalRunStatus = (status: RunStatus): boolean => (finalRunStatuses as readonly RunStatus[]).includes(status);

/**
 * The legal moves. Storage refuses every other one, whoever asks.
 *
 * STARTING → QUEUED gives a launch back that never reached a worker; STARTED → STARTING is a resume under a new attempt.
 * A final status is never left.
 */
export const legalRunMoves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  NOT_STARTED: ["QUEUED", "STARTING", "CANCELING", "CANCELED", "FAILURE"],
  MANAGED: ["STARTING", "CANCELING", "CANCELED", "FAILURE"],
  QUEUED: ["STARTING", "CANCELED", "FAILURE"],
  STARTING: ["STARTED", "QUEUED", "CANCELING", "CANCELED", "FAILURE"],
  STARTED: ["SUCCESS", "FAILURE", "CANCELING", "CANCELED", "STARTING"],
  CANCELING: ["CANCELED", "SUCCESS", "FAILURE"],
  SUCCESS: [],
  FAILURE: [],
  CANCELED: [],
};

export const isLegalRunMove = (from: RunStatus, to: RunStatus): boolean => legalRunMoves[from].includes(to);
