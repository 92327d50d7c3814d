import type { RunId } from "../ids.ts";
import type { AssetEvent } from "./asset-events.ts";
import type { HookEvent } from "./hook-events.ts";
import type { IoEvent } from "./io-events.ts";
import type { LogLine } from "./log-line.ts";
import type { RunDequeuedEvent, RunStatusEvent } from "./run-events.ts";
import type { StepEvent } from "./step-events.ts";

/** Everything that can stand in a run's log; `type` tells which. The names are those of Dagster's `DagsterEventType`. */
export type RunEvent = RunStatusEvent | RunDequeuedEvent | StepEvent | IoEvent | AssetEvent | HookEvent;
export type RunEventType = RunEvent["type"];

/** An entry of a run's log: an event, or a line of the user's. */
export type RunLogEntry = RunEvent | LogLine;

/** An entry with its place in the run's log. `seq` starts at 1 and has no gaps over events and log lines together. */
export type StoredEntry<Entry extends RunLogEntry = RunLogEntry> = Entry & {
  readonly runId: RunId;
  readonly seq: number;
};
