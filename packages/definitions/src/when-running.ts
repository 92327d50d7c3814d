import type { WhenRunningPolicy, WhenRunningSnapshot } from "@dagwright/model";
import type { DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/**
 * What becomes of a run that is submitted while another one of the same job has not ended. `skip`: it is recorded as canceled, with the
 * reason; `queue`: it waits its turn; `replace`: the other one is terminated, and it starts when that has ended.
 */
export type WhenRunning =
  | WhenRunningPolicy
  | {
      readonly policy: WhenRunningPolicy;
      /** Which runs stand in each other's way: all of the `job` (default), or those for the same `partition`. */
      readonly per?: "job" | "partition";
    };

const policies: readonly unknown[] = ["skip", "queue", "replace"] satisfies readonly WhenRunningPolicy[];

const whenRunningNames: OptionNames<Exclude<WhenRunning, string>> = { policy: "text", per: "text" };

/** @throws InvalidOptionError for what cannot be a policy */
export function whenRunningSnapshot(owner: string, given: WhenRunning, site: DefinitionSite): WhenRunningSnapshot {
  if (typeof given === "object" && given !== null) checkOptions(`\`whenRunning\` of ${owner}`, given, whenRunningNames, site);
  const { policy, per = "job" } = typeof given === "object" && given !== null ? given : { policy: given };
  if (!policies.includes(policy)) {
    const options = 'give "skip", "queue" or "replace"';
    throw new InvalidOptionError(owner, `its whenRunning is ${JSON.stringify(policy)}; ${options}`, site);
  }
  if (per !== "job" && per !== "partition") {
    throw new InvalidOptionError(owner, `its whenRunning is per ${JSON.stringify(per)}; give "job" or "partition"`, site);
  }
  return Object.freeze({ policy, per });
}
