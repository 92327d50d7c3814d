import { systemTags } from "@dagwright/model";
import { CodeLocationUnreachableError } from "@dagwright/rpc";
import { evaluateScheduleTick } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { instantOfSeconds } from "../arguments/instant.ts";
import { oneOf } from "../errors/one-of.ts";
import { type FoundSchedule, requireSchedule } from "./find-instigators.ts";
import { evaluatedTick } from "./tick-evaluation.ts";

/** A tick that a schedule may have at that time. What it would come to is evaluated when it is asked for, and nothing of it is written. */
export function dryScheduleTick({ entry, snapshot, schedule }: FoundSchedule, scheduledAtMs: number): gql.DryRunInstigationTick {
  return {
    __typename: "DryRunInstigationTick",
    timestamp: scheduledAtMs / 1_000,
    evaluationResult: (_, { storage, signal }) => {
      const { client, address } = entry;
      if (client === null) throw new CodeLocationUnreachableError(address ?? "no address", "it has not been up yet");
      return evaluatedTick({ kind: "SCHEDULE", name: schedule.name }, { [systemTags.scheduleName]: schedule.name }, () =>
        evaluateScheduleTick(schedule, scheduledAtMs, { location: snapshot, client, storage }, { signal }),
      );
    },
  };
}

interface DryRunArgs {
  readonly selectorData: gql.ScheduleSelector;
  /** In seconds; now when there is none. */
  readonly timestamp?: number | null | undefined;
}

export const scheduleDryRunMutations = {
  scheduleDryRun: oneOf("ScheduleDryRunResult", async (_root, { selectorData, timestamp }: DryRunArgs, context) => {
    const found = requireSchedule(selectorData, context);
    const nowMs = await context.storage.nowMs({ signal: context.signal });
    return dryScheduleTick(found, timestamp === null || timestamp === undefined ? nowMs : instantOfSeconds(timestamp));
  }),
} satisfies Partial<gql.Mutation>;
