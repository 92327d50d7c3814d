import type { RepositoryCheck } from "../asset-checks/collect-checks.ts";
import type { AnyAsset } from "../asset.ts";
import type { AnyJob } from "../asset-job.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { type DefinitionError, InvalidOptionError } from "../errors.ts";
import type { CustomCondition } from "./custom-condition.ts";

/** The functions that conditions of a code location's assets, checks and jobs name, by their names. Two of one name are a problem. */
export function collectCustomConditions(
  assets: Iterable<AnyAsset>,
  checks: Iterable<RepositoryCheck>,
  jobs: Iterable<AnyJob>,
  site: DefinitionSite,
  problems: DefinitionError[],
): ReadonlyMap<string, CustomCondition> {
  const found = new Map<string, CustomCondition>();
  const conditions = [
    ...Array.from(assets, ({ automationCondition }) => automationCondition),
    ...Array.from(checks, ({ spec }) => spec.automationCondition),
    ...Array.from(jobs, (job) => ("automationCondition" in job ? job.automationCondition : null)),
  ];
  for (const one of conditions.flatMap((condition) => condition?.customConditions ?? [])) {
    const known = found.get(one.name);
    if (known === undefined) found.set(one.name, one);
    else if (known.evaluate !== one.evaluate) {
      const problem = "two functions have this name, and hosts ask for them by it; make it once and use it in both places";
      problems.push(new InvalidOptionError(`automation condition "${one.name}"`, problem, site));
    }
  }
  return found;
}
