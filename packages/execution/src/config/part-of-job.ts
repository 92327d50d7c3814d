import { resolveOpSelection } from "@dagwright/graph";
import { assetKeyFromUserString, type JobSnapshot, type RunConfigPart } from "@dagwright/model";

/** Which part of a job is meant. */
export interface PartSelection {
  /** Which of the job's ops the run executes: `["*total"]`; default all. Only they, and what they use, need config then. */
  readonly opSelection?: readonly string[];
  /** Which of the job's assets the run makes, by key (`"a/b"`); default all. */
  readonly assetSelection?: readonly string[];
}

/**
 * The part of a job that a first run of such a selection executes.
 *
 * @throws OpSelectionError when a query cannot be read or matches nothing
 */
export const partOfJob = (job: JobSnapshot, { opSelection, assetSelection }: PartSelection): RunConfigPart => ({
  selection: {
    stepKeys: opSelection === undefined ? null : resolveOpSelection(job, opSelection),
    assetKeys: assetSelection === undefined ? null : assetSelection.map(assetKeyFromUserString),
  },
  isReexecution: false,
});
