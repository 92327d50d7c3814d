import type { RunId, RunStatus } from "@dagwright/model";
import type { RunIds } from "./find-run-id.ts";
import type { ProgressEntry } from "./run-progress.ts";
import type { RunDetailsReport, RunReport } from "./run-report.ts";

/** Which runs to list; newest first. */
export interface RunListing {
  /** Empty: all. */
  readonly statuses: readonly RunStatus[];
  readonly job?: string;
  /** All must match. */
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly limit: number;
  /** Start after this run. */
  readonly cursor?: RunId;
}

/** Where commands read runs: the instance's database, or a webserver. */
export interface RunSource {
  readonly ids: RunIds;
  /** The clock by which the runs' times are told. */
  nowMs(): Promise<number>;
  list(listing: RunListing): Promise<readonly RunReport[]>;
  /** @throws an error that says so when there is no such run */
  details(id: RunId): Promise<RunDetailsReport>;
  /** The run's log as it is now, from its beginning. @throws when there is no such run */
  log(id: RunId): AsyncIterable<ProgressEntry>;
}
