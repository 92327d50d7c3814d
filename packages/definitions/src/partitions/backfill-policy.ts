import type { BackfillPolicySnapshot } from "@dagwright/model";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

const policyNames: OptionNames<BackfillPolicySnapshot> = { kind: "text", maxPartitionsPerRun: true };

/**
 * The `backfillPolicy` option of a definition, checked; null when it has none.
 *
 * @throws InvalidOptionError
 */
export function backfillPolicyOf(
  owner: string,
  { backfillPolicy }: { readonly backfillPolicy?: BackfillPolicySnapshot | null },
  site: DefinitionSite,
): BackfillPolicySnapshot | null {
  if (backfillPolicy === undefined || backfillPolicy === null) return null;
  checkOptions(`the backfill policy of ${owner}`, backfillPolicy, policyNames, site);
  const { kind } = backfillPolicy;
  if (kind !== "singleRun" && (kind !== "multiRun" || !isCount(backfillPolicy.maxPartitionsPerRun)))
    throw new InvalidOptionError(owner, "its `backfillPolicy` must be made by singleRun() or multiRun(n)", site);
  return backfillPolicy;
}

const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1;

/** A backfill makes all partitions in one run, which gets their range. */
export const singleRun = (): BackfillPolicySnapshot => Object.freeze({ kind: "singleRun" });

/**
 * A backfill makes runs of some partitions each.
 *
 * @param maxPartitionsPerRun - default 1
 * @throws InvalidOptionError unless it is a whole number from 1 on
 */
export function multiRun(maxPartitionsPerRun = 1): BackfillPolicySnapshot {
  if (!isCount(maxPartitionsPerRun)) {
    throw new InvalidOptionError(
      "multiRun",
      `a run has at least one partition, and ${String(maxPartitionsPerRun)} is no such number`,
      captureSite(multiRun),
    );
  }
  return Object.freeze({ kind: "multiRun", maxPartitionsPerRun });
}
