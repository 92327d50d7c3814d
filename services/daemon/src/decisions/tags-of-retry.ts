import { retryTags, type Run, systemTags, type Tags } from "@dagwright/model";
import { type ReexecutionStrategy, reexecutionTags } from "@dagwright/workspace";

/** Its own, so that limits, schedules and backfills see it as they saw the failed one; but for what tells of that one's retry. */
export function tagsOfRetry({ tags }: Pick<Run, "tags">, strategy: ReexecutionStrategy, retryNumber: number): Tags {
  const own = Object.entries(tags).filter(([key]) => !ofOneRun.has(key));
  return {
    ...Object.fromEntries(own),
    [systemTags.retryNumber]: String(retryNumber),
    ...reexecutionTags[strategy],
  };
}

const ofOneRun: ReadonlySet<string> = new Set([...retryTags, systemTags.parentRunId, systemTags.rootRunId]);
