import type { NewBackfillRun } from "@dagwright/storage";
import type { Part } from "./held-backfill.ts";

/** What is requested next: a run, or, where there is nothing to run, what is to be said of its partitions. */
export interface Submission {
  readonly parts: readonly Part[];
  readonly run: NewBackfillRun | null;
  /** Why there is no run and its partitions have failed; null: they need none. */
  readonly problem: string | null;
}

/** What a submission waits for will not come by itself: a code location is away. */
export class LocationAwayError extends Error {
  constructor(location: string, reason: string) {
    super(`Code location "${location}" ${reason}`);
    this.name = "LocationAwayError";
  }
}
