import { runId, stepKey } from "@dagwright/model";

import { InvalidConcurrencyLimitError, UnnamedPoolError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { limitBounds } from "./instance-concurrency.ts";

function poolsOf({ storage, instance, signal }: GraphContext) {
  return { pools: storage.pools, defaultLimit: instance.config.concurrency.pools.defaultLimit, options: { signal } };
}

async function free(run: string, step: string | null | undefined, context: GraphContext): Promise<boolean> {
  const { pools, defaultLimit, options } = poolsOf(context);
  await pools.freeByHand(runId(run), step === null || step === undefined ? null : stepKey(step), defaultLimit, options);
  return true;
}

export const concurrencyMutations = {
  setConcurrencyLimit: async (_root, { concurrencyKey, limit }, context) => {
    const { pools, defaultLimit, options } = poolsOf(context);
    const { min, max } = limitBounds;
    if (concurrencyKey === "") throw new UnnamedPoolError();
    if (limit < min || limit > max) throw new InvalidConcurrencyLimitError(concurrencyKey, limit, min, max);
    await pools.setLimit(concurrencyKey, limit, defaultLimit, options);
    return true;
  },
  deleteConcurrencyLimit: async (_root, { concurrencyKey }, context) => {
    const { pools, defaultLimit, options } = poolsOf(context);
    await pools.setLimit(concurrencyKey, null, defaultLimit, options);
    return true;
  },
  freeConcurrencySlotsForRun: (_root, args, context) => free(args.runId, null, context),
  freeConcurrencySlots: (_root, args, context) => free(args.runId, args.stepKey, context),
} satisfies Partial<gql.Mutation>;
