import { type Backfill, backfillId, isActiveBackfillStatus, systemTags } from "@dagwright/model";
import type { NewBackfillTarget } from "@dagwright/storage";
import { type BackfillMoment, backfillMoment, readBackfillState } from "@dagwright/workspace";

import { ConflictingExecutionParamsError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { create, warnWithoutDaemon } from "./launch-backfill.ts";

export interface ReexecutionArgs {
  readonly reexecutionParams?: gql.ReexecutionParams | null | undefined;
}

/** A new backfill for all of another one, or for what that did not materialize. */
export const reexecutePartitionBackfill = oneOf(
  "LaunchBackfillResult",
  async (_root, { reexecutionParams }: ReexecutionArgs, context): Promise<gql.LaunchBackfillResult> => {
    if (reexecutionParams === null || reexecutionParams === undefined)
      throw new ConflictingExecutionParamsError("Give reexecutionParams, with the id of the backfill as parentRunId");
    const { storage, signal } = context;
    const { parentRunId, strategy, extraTags, useParentRunTags } = reexecutionParams;
    const parent = await storage.backfills.get(backfillId(parentRunId), { signal });
    if (isActiveBackfillStatus(parent.status))
      throw new ConflictingExecutionParamsError(`Cannot re-execute backfill ${parent.id} because it is still in progress.`);
    const isFromFailure = strategy !== "ALL_STEPS";
    const { targets, moment } = await targetsAgain(parent, isFromFailure && parent.job === null, context);
    const backfill = await create(
      {
        ...(parent.job !== null && { job: parent.job }),
        ...(parent.assetKeys !== null && { assetKeys: parent.assetKeys }),
        ...(parent.stepKeys !== null && { stepKeys: parent.stepKeys }),
        ...(parent.job !== null && { fromFailure: isFromFailure }),
        tags: {
          ...(useParentRunTags !== false && parent.tags),
          ...Object.fromEntries((extraTags ?? []).map(({ key, value }) => [key, value])),
          [systemTags.parentBackfill]: parent.id,
          [systemTags.rootBackfill]: parent.tags[systemTags.rootBackfill] ?? parent.id,
        },
        runConfig: parent.runConfig,
        ...(parent.title !== null && { title: `Re-execution of ${parent.title}` }),
        ...(parent.description !== null && { description: parent.description }),
        ...(parent.maxRunsInFlight !== null && { maxRunsInFlight: parent.maxRunsInFlight }),
        createdAtMs: moment.view.nowMs,
        dynamicKeys: moment.dynamicKeys,
        targets,
      },
      context,
    );
    await warnWithoutDaemon(backfill, context);
    return { __typename: "LaunchBackfillSuccess", backfillId: backfill.id, launchedRunIds: null };
  },
);

/** What the other one was to make, as far as it is there now; on demand without what it did make. */
async function targetsAgain(
  parent: Backfill,
  isOnlyMissing: boolean,
  { storage, signal }: GraphContext,
): Promise<{ readonly targets: readonly NewBackfillTarget[]; readonly moment: BackfillMoment }> {
  const [stored, dynamicKeys] = await Promise.all([
    storage.backfills.targets(parent.id, { signal }),
    storage.backfills.dynamicKeys(parent.id, { signal }),
  ]);
  const moment = await backfillMoment(
    stored.flatMap(({ partitions }) => partitions ?? []),
    storage,
    { signal },
  );
  const targets = readBackfillState(parent, stored, dynamicKeys).targets.map((each): NewBackfillTarget => {
    const wanted = isOnlyMissing ? each.target.minus(each.done) : each.target;
    const subset = each.partitions.all(moment.view).intersect(wanted);
    const { name, location, snapshot, partitions } = each;
    return {
      name,
      location,
      partitions: snapshot,
      target: { subset: subset.toJSON(), count: subset.size },
      none: partitions.none().toJSON(),
    };
  });
  const kept = targets.filter(({ target }) => target.count > 0);
  if (kept.length === 0)
    throw new ConflictingExecutionParamsError(
      "Cannot re-execute from failure an asset backfill that has no missing materializations.",
    );
  return { targets: kept, moment };
}
