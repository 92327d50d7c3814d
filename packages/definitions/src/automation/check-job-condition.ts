import { childrenOf, conditionName } from "@dagwright/automation";
import type { AutomationConditionSnapshot } from "@dagwright/model";
import type { DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";

/**
 * Checks that a condition can be asked about a job. It has no data and no runs that count as its own, so that all but time and what was requested
 * is asked about its root assets.
 *
 * @throws InvalidOptionError
 */
export function checkJobCondition(job: string, condition: AutomationConditionSnapshot, site: DefinitionSite): void {
  const who = `asset job "${job}"`;
  const parts = partsAskedOfJob(condition, null);
  const wrong = parts.find(({ part }) => !askedOfJobs.has(part.kind));
  const wrap = "AutomationCondition.anyJobRootAssetsMatch(…) or allJobRootAssetsMatch(…)";
  if (wrong !== undefined) {
    const within = wrong.within === null ? "" : ` (of "${wrong.within}")`;
    const problem = `its condition asks "${wrong.part.label ?? conditionName(wrong.part)}"${within} of the job itself, which only an asset or check can answer`;
    throw new InvalidOptionError(who, `${problem}; put it into ${wrap}`, site);
  }
  if (!parts.some(({ part }) => part.kind.endsWith("JobRootAssetsMatch")))
    throw new InvalidOptionError(who, `its condition asks nothing of the job's root assets; use ${wrap} in it`, site);
}

const askedOfJobs: ReadonlySet<AutomationConditionSnapshot["kind"]> = new Set([
  "and",
  "or",
  "not",
  "since",
  "newlyTrue",
  "newlyRequested",
  "initialEvaluation",
  "cronTickPassed",
  "inLatestTimeWindow",
  "assetMatches",
  "anyJobRootAssetsMatch",
  "allJobRootAssetsMatch",
]);

interface Part {
  readonly part: AutomationConditionSnapshot;
  /** The name under which people know what it is part of; null: it stands for itself. */
  readonly within: string | null;
}

/** The parts that are asked of the job, and not of one of its assets or another one. */
function partsAskedOfJob(part: AutomationConditionSnapshot, within: string | null): readonly Part[] {
  const isAboutOthers = part.kind.endsWith("Match") || part.kind === "assetMatches";
  const below = within ?? part.label ?? null;
  return [{ part, within }, ...(isAboutOthers ? [] : childrenOf(part).flatMap((child) => partsAskedOfJob(child, below)))];
}
