import { planExecution } from "@dagwright/graph";
import { snapshotId } from "@dagwright/model";
import { SnapshotNotFoundError } from "@dagwright/storage";

import { PipelineSnapshotNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { jobSnapshotId } from "../../snapshot-cache.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { resolveSelection } from "../runs/resolve-selection.ts";
import { type FoundJob, requireJob } from "../workspace/find-definitions.ts";
import { toResources } from "./modes.ts";
import { toPipelineSnapshot } from "./pipeline-snapshot.ts";
import { type PartOfJob, partOfSteps } from "./solids.ts";
import { toPipeline } from "./to-job.ts";

/** The job with what a selector leaves of it; null: all. */
function requireSelected(
  selector: gql.PipelineSelector,
  context: GraphContext,
): { readonly found: FoundJob; readonly part: PartOfJob | null } {
  const found = requireJob(selector, context);
  const selection = resolveSelection(found, selector);
  const isWhole = selection.stepKeys === null && selection.assetKeys === null && selection.checkKeys === undefined;
  return { found, part: isWhole ? null : partOfSteps(planExecution(found.job, selection)) };
}

export const jobQueries = {
  pipelineOrError: oneOf("PipelineOrError", (_root, { params }, context) => {
    const { found, part } = requireSelected(params, context);
    return toPipeline(found, part);
  }),
  pipelineSnapshotOrError: oneOf(
    "PipelineSnapshotOrError",
    async (_root, { snapshotId: id, activePipelineSelector }, context) => {
      // A client that follows a link to an older snapshot gives both.
      if (id === null || id === undefined) {
        if (activePipelineSelector === null || activePipelineSelector === undefined)
          throw new PipelineSnapshotNotFoundError("(none given)");
        const { job } = requireJob(activePipelineSelector, context);
        return toPipelineSnapshot(job, jobSnapshotId(job), null);
      }
      try {
        return toPipelineSnapshot(await context.snapshots.job(snapshotId(id)), snapshotId(id), null);
      } catch (error) {
        throw error instanceof SnapshotNotFoundError ? new PipelineSnapshotNotFoundError(id) : error;
      }
    },
  ),
  resourcesOrError: oneOf("ResourcesOrError", (_root, { pipelineSelector }, context) => ({
    __typename: "ResourceConnection",
    resources: toResources(requireSelected(pipelineSelector, context).found.job),
  })),
} satisfies Partial<gql.Query>;
