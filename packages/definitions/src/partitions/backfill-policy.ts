import type { BackfillPolicySnapshot } from "@dagwright/model";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";

/** A backfill makes all partitions in one run, which gets their range. */
export const singleRun = (): BackfillPolicySnapshot => Object.freeze({ kind: "singleRun" });

/**
 * A backfill makes runs of some partitions each.
 *
 * @param maxPartitionsPerRun - default 1
 * @throws InvalidOptionError unless it is a whole number from 1 on
 */
export function multiRun(maxPartitionsPerRun = 1): BackfillPolicySnapshot {
  if (!Number.isInteger(maxPartitionsPerRun) || maxPartitionsPerRun < 1) {
    throw new InvalidOptionError(
      "multiRun",
      `a run has at least one partition, and ${String(maxPartitionsPerRun)} is no such number`,
      captureSite(multiRun),
    );
  }
  return Object.freeze({ kind: "multiRun", maxPartitionsPerRun });
}
