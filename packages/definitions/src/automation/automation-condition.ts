import { conditions, narrowCondition, replaceCondition } from "@dagwright/automation";
import { printAssetSelection } from "@dagwright/graph";
import type { AutomationConditionSnapshot, RunTagFilter } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import { isAsset } from "../assets/asset-inputs.ts";
import type { AnyAsset } from "../asset.ts";
import type { AssetSelection } from "../asset-selection.ts";
import { brand, type Branded } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkName, parseAssetKey } from "../names.ts";
import type { CustomCondition } from "./custom-condition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What a condition can be asked about. */
export type ConditionScope = "asset" | "check" | "job";

/**
 * When an asset, or a check, is to be made by itself, or a job to be run: an immutable tree of conditions. What can be asked about assets
 * only, about checks only, or about jobs only, does not compile for the others.
 */
export interface AutomationCondition<Scope extends ConditionScope = "asset"> extends Branded<"automationCondition"> {
  readonly expression: AutomationConditionSnapshot;
  /** Those of its parts that are functions of this code location. */
  readonly customConditions: readonly CustomCondition[];
  /** Makes the type accept what is asked about. Not there at run time. */
  readonly scope?: (scope: Scope) => void;
  /** When both hold (Dagster's `&`). */
  and<Other extends Scope>(other: AutomationCondition<Other>): AutomationCondition<Other>;
  /** When either holds (Dagster's `|`). */
  or<Other extends Scope>(other: AutomationCondition<Other>): AutomationCondition<Other>;
  /** When it does not hold (Dagster's `~`). */
  not(): AutomationCondition<Scope>;
  /** When it has held since the other one last did. */
  since<Other extends Scope>(reset: AutomationCondition<Other>): AutomationCondition<Other>;
  /** When it holds now and did not at the evaluation before. */
  newlyTrue(): AutomationCondition<Scope>;
  /** When it has held since the asset was last requested or updated, or its conditions first evaluated. */
  sinceLastHandled(): AutomationCondition<Scope>;
  /** The same with another condition in each place of the old one, which is given itself, or by its label or name. */
  replace<Other extends Scope>(old: AnyCondition | string, by: AutomationCondition<Other>): AutomationCondition<Other>;
  /** The same under a name of its own, by which it is shown. */
  withLabel(label: string): AutomationCondition<Scope>;
  /** Operators over dependencies, or checks, in it look only at those of the selection. */
  allow(selection: AssetSelection): AutomationCondition<Scope>;
  /** Operators over dependencies, or checks, in it leave out those of the selection. */
  ignore(selection: AssetSelection): AutomationCondition<Scope>;
}

type Any = AutomationCondition<"asset" | "check">;
type OfAsset = AutomationCondition;
type OfCheck = AutomationCondition<"check">;
type OfJob = AutomationCondition<"job">;
/** Of time and of what was requested: asked about jobs as well. */
type OfAll = AutomationCondition<ConditionScope>;
/** Whatever it can be asked about. */
type OfEither = Any | OfAsset | OfCheck;
type AnyCondition = OfEither | OfJob | OfAll;

function made(expression: AutomationConditionSnapshot, ...parts: readonly Pick<Any, "customConditions">[]): OfAll {
  const customConditions = [...new Set(parts.flatMap((part) => part.customConditions))];
  const self: OfAll = {
    ...brand("automationCondition"),
    expression: Object.freeze(expression),
    customConditions,
    and: (other) => made(conditions.both(expression, other.expression), self, other),
    or: (other) => made(conditions.either(expression, other.expression), self, other),
    not: () => made(conditions.negated(expression), self),
    since: (reset) => made(conditions.since(expression, reset.expression), self, reset),
    newlyTrue: () => made(conditions.newlyTrue(expression), self),
    sinceLastHandled: () => made(conditions.sinceLastHandled(expression), self),
    replace: (old, by) =>
      made(replaceCondition(expression, typeof old === "string" ? old : old.expression, by.expression), self, by),
    withLabel: (label) => made(conditions.labeled(expression, label), self),
    allow: (selection) => made(narrowCondition(expression, "allow", printAssetSelection(selection.expression)), self),
    ignore: (selection) => made(narrowCondition(expression, "ignore", printAssetSelection(selection.expression)), self),
  };
  return Object.freeze(self);
}

/** Options of {@link AutomationCondition.inLatestTimeWindow}. */
interface LatestWindowOptions {
  readonly lookbackSeconds?: number;
}
/** Options of conditions on checks. */
interface ChecksMatchOptions {
  readonly blockingOnly?: boolean;
}
/** Options of {@link AutomationCondition.custom}. */
interface CustomConditionOptions {
  readonly description?: string;
}

/** Options of conditions that follow a cron line. */
export interface CronConditionOptions {
  /** The time zone of the cron line. Default `UTC`. */
  readonly timeZone?: string;
}

const cronNames: OptionNames<CronConditionOptions> = { timeZone: "text" };
const latestWindowNames: OptionNames<LatestWindowOptions> = { lookbackSeconds: true };
const checksMatchNames: OptionNames<ChecksMatchOptions> = { blockingOnly: "flag" };
const customNames: OptionNames<CustomConditionOptions> = { description: "text" };

type BuilderName = `AutomationCondition.${keyof typeof AutomationCondition & string}`;

function checkCron(where: BuilderName, cron: string, timeZone: string, below: (...args: never[]) => unknown): void {
  try {
    nextTimeMs({ cron: [cron], timeZone }, 0);
  } catch (error) {
    const problem = `${JSON.stringify(cron)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new InvalidOptionError(where, problem, captureSite(below));
  }
}

/** Ways to say when an asset or check is to be made by itself. Combine them with `.and()`, `.or()`, `.not()`, `.since()`. */
export const AutomationCondition: {
  /**
   * When something that it depends on was made, or it has become missing, and nothing that it depends on is missing or being made. Of time
   * partitions, the latest only.
   */
  eager(): Any;
  /** When a time of a cron line has come and everything that it depends on was made since. Of time partitions, the latest only. */
  onCron(cron: string, options?: CronConditionOptions): Any;
  /** When it has become missing, and nothing that it depends on is. Of time partitions, the latest only. */
  onMissing(): Any;

  /** When it was never made. */
  missing(): Any;
  /** When a run or backfill that is to make it is on its way. */
  inProgress(): Any;
  runInProgress(): Any;
  backfillInProgress(): Any;
  /** When the latest run that was to make it failed. */
  executionFailed(): Any;
  /** When it was made, or observed, since the evaluation before. */
  newlyUpdated(): Any;
  /** When the evaluation before requested it. */
  newlyRequested(): OfAll;
  /** When this evaluation requests it, in a run together with the asset whose condition this is. */
  willBeRequested(): Any;
  codeVersionChanged(): OfAsset;
  /** When it was made, or observed, with another data version than before, since the evaluation before. */
  dataVersionChanged(): OfAsset;
  /** When a time of a cron line has come since the evaluation before. */
  cronTickPassed(cron: string, options?: CronConditionOptions): OfAll;
  /** Of time partitions, the latest, or those that begin up to `lookbackSeconds` before its end. Other partitions all count. */
  inLatestTimeWindow(options?: { readonly lookbackSeconds?: number }): OfAll;
  /** When it is evaluated for the first time, or for the first time since its partitions have changed. */
  initialEvaluation(): OfAll;
  checkPassed(): OfCheck;
  checkFailed(): OfCheck;
  freshnessPassed(): OfAsset;
  freshnessWarned(): OfAsset;
  freshnessFailed(): OfAsset;
  /** When the run that made it last has these tags. */
  executedWithTags(filter: RunTagFilter): Any;
  /** When the run that made it last was also to make the asset whose condition this is. */
  executedWithRootTarget(): Any;
  /** When all runs that made it since the evaluation before have these tags. */
  allNewUpdatesHaveRunTags(filter: RunTagFilter): OfAsset;
  /** When any run that made it since the evaluation before has these tags. */
  anyNewUpdateHasRunTags(filter: RunTagFilter): OfAsset;
  /** When it is missing now and was not at the evaluation before. */
  newlyMissing(): Any;

  /** When the condition holds for anything that it depends on. Narrow it with `.allow()` and `.ignore()`. */
  anyDepsMatch(condition: OfEither): Any;
  /** When the condition holds for everything that it depends on. */
  allDepsMatch(condition: OfEither): Any;
  /** When the condition holds for any of the asset's checks. */
  anyChecksMatch(condition: OfCheck, options?: { readonly blockingOnly?: boolean }): OfAsset;
  /** When the condition holds for all of the asset's checks. */
  allChecksMatch(condition: OfCheck, options?: { readonly blockingOnly?: boolean }): OfAsset;
  /** When the condition holds for another asset. */
  assetMatches(key: AnyAsset | string | readonly string[], condition: OfAsset): OfAll;
  /** When the condition holds for any of a job's root assets: those that read no other asset of the job. */
  anyJobRootAssetsMatch(condition: OfAsset): OfJob;
  /** When the condition holds for all of a job's root assets. */
  allJobRootAssetsMatch(condition: OfAsset): OfJob;
  /** When any condition of an asset that depends on it holds for it. */
  anyDownstreamConditions(): OfAsset;
  /** When anything that it depends on was made by a run that is not to make it too, or will be requested with it. */
  anyDepsUpdated(): Any;
  anyDepsMissing(): Any;
  anyDepsInProgress(): Any;
  /** When the blocking checks of everything that it depends on have passed. */
  allDepsBlockingChecksPassed(): Any;
  /** When everything that it depends on was made since the newest time of a cron line. */
  allDepsUpdatedSinceCron(cron: string, options?: CronConditionOptions): Any;

  /**
   * A condition of one's own, evaluated in the code location, at most once for each evaluation of an asset. It is asked whenever the
   * automation sensor may tick, as nobody else knows when its answer changes.
   *
   * @param name - unique in the code location
   */
  custom(name: string, evaluate: CustomCondition["evaluate"], options?: { readonly description?: string }): Any;
} = Object.freeze({
  eager: () => made(conditions.eager()),
  onCron(cron: string, options: CronConditionOptions = {}) {
    checkOptions("AutomationCondition.onCron", options, cronNames, AutomationCondition.onCron);
    const { timeZone = "UTC" } = options;
    checkCron("AutomationCondition.onCron", cron, timeZone, AutomationCondition.onCron);
    return made(conditions.onCron(cron, timeZone));
  },
  onMissing: () => made(conditions.onMissing()),

  missing: () => made({ kind: "missing" }),
  inProgress: () => made(conditions.inProgress()),
  runInProgress: () => made({ kind: "runInProgress" }),
  backfillInProgress: () => made({ kind: "backfillInProgress" }),
  executionFailed: () => made({ kind: "executionFailed" }),
  newlyUpdated: () => made({ kind: "newlyUpdated" }),
  newlyRequested: () => made({ kind: "newlyRequested" }),
  willBeRequested: () => made({ kind: "willBeRequested" }),
  codeVersionChanged: () => made({ kind: "codeVersionChanged" }) as OfAsset,
  dataVersionChanged: () => made({ kind: "dataVersionChanged" }) as OfAsset,
  cronTickPassed(cron: string, options: CronConditionOptions = {}) {
    checkOptions("AutomationCondition.cronTickPassed", options, cronNames, AutomationCondition.cronTickPassed);
    const { timeZone = "UTC" } = options;
    checkCron("AutomationCondition.cronTickPassed", cron, timeZone, AutomationCondition.cronTickPassed);
    return made(conditions.cronTickPassed(cron, timeZone));
  },
  inLatestTimeWindow(options: LatestWindowOptions = {}) {
    checkOptions("AutomationCondition.inLatestTimeWindow", options, latestWindowNames, AutomationCondition.inLatestTimeWindow);
    const { lookbackSeconds } = options;
    if (lookbackSeconds !== undefined && !(lookbackSeconds > 0)) {
      throw new InvalidOptionError(
        "AutomationCondition.inLatestTimeWindow",
        `lookbackSeconds is ${lookbackSeconds}; it must be more than 0`,
        captureSite(AutomationCondition.inLatestTimeWindow),
      );
    }
    return made(conditions.inLatestTimeWindow(lookbackSeconds ?? null));
  },
  initialEvaluation: () => made({ kind: "initialEvaluation" }),
  checkPassed: () => made({ kind: "checkResult", passed: true }) as OfCheck,
  checkFailed: () => made({ kind: "checkResult", passed: false }) as OfCheck,
  freshnessPassed: () => made(conditions.freshnessIs("PASS", "freshness_passed")) as OfAsset,
  freshnessWarned: () => made(conditions.freshnessIs("WARN", "freshness_warned")) as OfAsset,
  freshnessFailed: () => made(conditions.freshnessIs("FAIL", "freshness_failed")) as OfAsset,
  executedWithTags: (filter: RunTagFilter) => made(conditions.withTags("executedWithTags", filter)),
  executedWithRootTarget: () => made({ kind: "executedWithRootTarget" }),
  allNewUpdatesHaveRunTags: (filter: RunTagFilter) => made(conditions.withTags("allNewUpdatesHaveRunTags", filter)) as OfAsset,
  anyNewUpdateHasRunTags: (filter: RunTagFilter) => made(conditions.withTags("anyNewUpdateHasRunTags", filter)) as OfAsset,
  newlyMissing: () => made(conditions.newlyMissing()),

  anyDepsMatch: (condition: OfEither) => made(conditions.anyDepsMatch(condition.expression), condition),
  allDepsMatch: (condition: OfEither) => made(conditions.allDepsMatch(condition.expression), condition),
  anyChecksMatch(condition: OfCheck, options: ChecksMatchOptions = {}) {
    checkOptions("AutomationCondition.anyChecksMatch", options, checksMatchNames, AutomationCondition.anyChecksMatch);
    return made(conditions.anyChecksMatch(condition.expression, options.blockingOnly ?? false), condition) as OfAsset;
  },
  allChecksMatch(condition: OfCheck, options: ChecksMatchOptions = {}) {
    checkOptions("AutomationCondition.allChecksMatch", options, checksMatchNames, AutomationCondition.allChecksMatch);
    return made(conditions.allChecksMatch(condition.expression, options.blockingOnly ?? false), condition) as OfAsset;
  },
  assetMatches(key: AnyAsset | string | readonly string[], condition: OfAsset) {
    const parsed = isAsset(key) ? key.key : parseAssetKey(key, captureSite(AutomationCondition.assetMatches), "matched asset");
    return made(conditions.assetMatches(parsed, condition.expression), condition);
  },
  anyJobRootAssetsMatch: (condition: OfAsset) =>
    made(conditions.ofJobRoots("anyJobRootAssetsMatch", condition.expression), condition) as OfJob,
  allJobRootAssetsMatch: (condition: OfAsset) =>
    made(conditions.ofJobRoots("allJobRootAssetsMatch", condition.expression), condition) as OfJob,
  anyDownstreamConditions: () => made({ kind: "anyDownstreamConditions" }) as OfAsset,
  anyDepsUpdated: () => made(conditions.anyDepsUpdated()),
  anyDepsMissing: () => made(conditions.anyDepsMissing()),
  anyDepsInProgress: () => made(conditions.anyDepsInProgress()),
  allDepsBlockingChecksPassed: () => made(conditions.allDepsBlockingChecksPassed()),
  allDepsUpdatedSinceCron(cron: string, options: CronConditionOptions = {}) {
    checkOptions("AutomationCondition.allDepsUpdatedSinceCron", options, cronNames, AutomationCondition.allDepsUpdatedSinceCron);
    const { timeZone = "UTC" } = options;
    checkCron("AutomationCondition.allDepsUpdatedSinceCron", cron, timeZone, AutomationCondition.allDepsUpdatedSinceCron);
    return made(conditions.allDepsUpdatedSinceCron(cron, timeZone));
  },

  custom(name: string, evaluate: CustomCondition["evaluate"], options: CustomConditionOptions = {}) {
    const site = captureSite(AutomationCondition.custom);
    checkOptions(`AutomationCondition.custom "${name}"`, options, customNames, site);
    const { description = "" } = options;
    checkName("automation condition", name, site);
    if (typeof evaluate !== "function")
      throw new InvalidOptionError(
        `AutomationCondition.custom "${name}"`,
        "its second argument must be the function that evaluates it",
        site,
      );
    return made({ kind: "custom", name, description }, { customConditions: [Object.freeze({ name, evaluate })] });
  },
});
