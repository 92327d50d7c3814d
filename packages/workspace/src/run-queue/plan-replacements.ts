import type { QueueSurvey, ReplacementPlan } from "@dagwright/storage";

/**
 * Which runs must make room for a queued one whose job says `whenRunning: "replace"`: of those that wait, all but the newest; and the one that runs.
 * Pure. The newest starts by itself once that has ended.
 */
export function planReplacements({ replacing, exclusive }: Pick<QueueSurvey, "replacing" | "exclusive">): ReplacementPlan {
  const newest = new Map(replacing.map(({ key, id }) => [key, id]));
  return {
    cancel: replacing.flatMap(({ key, id }) => {
      const by = newest.get(key);
      return by === undefined || by === id ? [] : [{ id, message: `Run was replaced in the queue by run ${by}` }];
    }),
    terminate: exclusive.flatMap(({ id, key, status }) => {
      const by = newest.get(key);
      return by === undefined || status === "CANCELING" ? [] : [{ id, by }];
    }),
  };
}
