import { OpSelectionError, resolveOpSelection } from "@dagwright/graph";
import type { JobSnapshot, StepKey } from "@dagwright/model";
import { UsageError } from "../errors.ts";

/**
 * The steps of a job that `--op-selection` names.
 *
 * @throws UsageError when a query cannot be read or matches nothing
 */
export function selectOps(job: JobSnapshot, queries: readonly string[]): readonly StepKey[] {
  try {
    return resolveOpSelection(job, queries);
  } catch (error) {
    if (error instanceof OpSelectionError) throw new UsageError(`--op-selection: ${error.message}`);
    throw error;
  }
}
