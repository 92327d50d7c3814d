import type { PoolClaim, PoolInfo } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

/** Dagster's bounds of a pool's limit. */
export const limitBounds = { min: 0, max: 1000 } as const;

type InstanceConcurrency = Pick<
  gql.Instance,
  | "supportsConcurrencyLimits"
  | "minConcurrencyLimitValue"
  | "maxConcurrencyLimitValue"
  | "concurrencyLimits"
  | "concurrencyLimit"
  | "poolConfig"
>;

/** What the instance says of concurrency pools, which older clients know as concurrency keys. */
export function toInstanceConcurrency({ instance, storage, signal }: GraphContext): InstanceConcurrency {
  const { granularity, defaultLimit, opGranularityRunBuffer } = instance.config.concurrency.pools;
  return {
    supportsConcurrencyLimits: true,
    minConcurrencyLimitValue: limitBounds.min,
    maxConcurrencyLimitValue: limitBounds.max,
    concurrencyLimits: async () => (await storage.pools.list(defaultLimit, { signal })).map(toKeyInfo),
    concurrencyLimit: async ({ concurrencyKey }) =>
      toKeyInfo(await storage.pools.get(concurrencyKey ?? "", defaultLimit, { signal })),
    poolConfig: { poolGranularity: granularity, defaultPoolLimit: defaultLimit, opGranularityRunBuffer },
  };
}

function toKeyInfo({ name, limit, usesDefault, claims }: PoolInfo): gql.ConcurrencyKeyInfo {
  const holding = claims.filter(({ claimedAtMs }) => claimedAtMs !== null);
  const waiting = claims.filter(({ claimedAtMs }) => claimedAtMs === null);
  // A step that holds several slots is there once for each.
  const slots = holding.flatMap(({ runId, stepKey, slots: count }) =>
    Array.from({ length: count }, () => ({ runId, stepKey: String(stepKey) })),
  );
  return {
    concurrencyKey: name,
    slotCount: limit ?? 0,
    claimedSlots: slots,
    pendingSteps: claims.map((claim) => ({
      runId: claim.runId,
      stepKey: claim.stepKey,
      enqueuedTimestamp: claim.enqueuedAtMs / 1000,
      assignedTimestamp: claim.claimedAtMs === null ? null : claim.claimedAtMs / 1000,
      priority: claim.priority,
    })),
    activeSlotCount: slots.length,
    activeRunIds: runsOf(holding),
    pendingStepCount: waiting.length,
    pendingStepRunIds: runsOf(waiting),
    assignedStepCount: holding.length,
    assignedStepRunIds: runsOf(holding),
    limit,
    usingDefaultLimit: usesDefault && limit !== null,
  };
}

const runsOf = (claims: readonly PoolClaim[]): string[] => [...new Set(claims.map(({ runId }) => runId))];
