import { type JsonObject, type RunId, type RunSelection, systemTags, type Tags } from "@dagwright/model";
import type { RunInfo } from "@dagwright/definitions";

/** What an engine needs to know of the run that it executes. Plain data: it travels to step workers. */
export interface RunData {
  readonly runId: RunId;
  readonly jobName: string;
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  /** Starts at 1, grows at each resume. */
  readonly attempt: number;
  /** The run that this one re-executes: values of steps that are not executed again are read from it, unless the plan names another run. */
  readonly parentRunId?: RunId | null;
  /** What of the job it executes. Default: all of it. */
  readonly selection?: RunSelection;
}

/** The run as user code sees it. */
export const toRunInfo = ({ runId, jobName, runConfig, tags, attempt }: RunData): RunInfo => ({
  id: runId,
  jobName,
  tags,
  attempt,
  runConfig,
  partition: tags[systemTags.partition] ?? null,
});
