import { backfillId } from "@dagwright/model";

import { ConflictingExecutionParamsError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { launchPartitionBackfill } from "./launch-backfill.ts";
import { reexecutePartitionBackfill } from "./reexecute-backfill.ts";

interface Args {
  readonly backfillId: string;
}

export const backfillMutations = {
  launchPartitionBackfill,
  reexecutePartitionBackfill,
  cancelPartitionBackfill: oneOf("CancelBackfillResult", async (_root, args: Args, { storage }) => {
    const { id } = await storage.backfills.cancel(backfillId(args.backfillId));
    return { __typename: "CancelBackfillSuccess", backfillId: id };
  }),
  resumePartitionBackfill: oneOf("ResumeBackfillResult", async (_root, args: Args, { storage }) => {
    const { id } = await storage.backfills.resume(backfillId(args.backfillId));
    return { __typename: "ResumeBackfillSuccess", backfillId: id };
  }),
  changePartitionBackfill: oneOf("ChangeBackfillResult", async (_root, args, { storage }) => {
    const { isPaused, maxRunsInFlight } = args;
    if (typeof maxRunsInFlight === "number" && maxRunsInFlight < 1)
      throw new ConflictingExecutionParamsError("maxRunsInFlight has to be 1 or more; pause the backfill to submit nothing");
    const change = {
      ...(typeof isPaused === "boolean" && { isPaused }),
      ...(maxRunsInFlight !== undefined && { maxRunsInFlight }),
    };
    const { id } = await storage.backfills.change(backfillId(args.backfillId), change);
    return { __typename: "ChangeBackfillSuccess", backfillId: id };
  }),
} satisfies Partial<gql.Mutation>;
