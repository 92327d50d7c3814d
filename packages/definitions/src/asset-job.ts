import type { AutomationCondition } from "./automation/automation-condition.ts";
import { checkJobCondition } from "./automation/check-job-condition.ts";
import { brand, type Branded, brandOf, isDefinition } from "./brand.ts";
import { captureSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import type { AnyAsset } from "./asset.ts";
import { eachAsset, isAsset, isMultiAsset } from "./assets/asset-inputs.ts";
import type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
import { AssetSelection } from "./asset-selection.ts";
import { type JobDefinition, type JobOptions, jobCommon, jobOptions } from "./job.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A job that materializes a selection of assets; its graph is built when the code location is loaded. */
export interface AssetJobDefinition extends Omit<JobDefinition, "graph" | keyof Branded<"job">>, Branded<"assetJob"> {
  readonly selection: AssetSelection;
  /** When it is run by itself; null: never. Absent in definitions of older copies of this package. */
  readonly automationCondition?: AutomationCondition<"job"> | null;
}

/** A job of either sort. */
export type AnyJob = JobDefinition | AssetJobDefinition;

/** What {@link defineAssetJob} takes beside the name. */
export interface AssetJobOptions extends JobOptions {
  /** Which assets it materializes, also as text (`"group:daily"`); default all. */
  readonly selection?: AssetSelection | string | readonly (AnyAsset | MultiAssetDefinition)[];
  /**
   * When it is run by itself, as a whole: a condition of its root assets, `AutomationCondition.anyJobRootAssetsMatch(…)` or
   * `allJobRootAssetsMatch(…)`. `default_automation_condition_sensor` evaluates it. Default: never.
   */
  readonly automationCondition?: AutomationCondition<"job">;
}

const assetJobOptions: OptionNames<AssetJobOptions> = { automationCondition: true, ...jobOptions, selection: true };

/**
 * Declares a job that materializes assets. Its graph is made of their dependencies; what it reads but does not select is loaded
 * from where it was stored.
 *
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function defineAssetJob(name: string, options: AssetJobOptions = {}): AssetJobDefinition {
  const site = captureSite(defineAssetJob);
  checkOptions(`asset job "${name}"`, options, assetJobOptions, site);
  const common = jobCommon(name, options, site);
  const { automationCondition = null } = options;
  if (automationCondition !== null) {
    if (!isDefinition(automationCondition, "automationCondition"))
      throw new InvalidOptionError(`asset job "${name}"`, "its `automationCondition` must be made by AutomationCondition", site);
    checkJobCondition(name, automationCondition.expression, site);
  }
  const selection = toSelection(name, options.selection, common.site);
  return Object.freeze({ ...brand("assetJob"), ...common, selection, automationCondition });
}

function toSelection(job: string, given: unknown, site: JobDefinition["site"]): AssetSelection {
  if (given === undefined) return AssetSelection.all();
  if (typeof given === "string") return AssetSelection.fromText(given);
  if (brandOf(given)?.kind === "assetSelection") return given as AssetSelection;
  const assets = Array.isArray(given) ? (given as readonly unknown[]) : [null];
  for (const [index, one] of assets.entries()) {
    if (one === undefined) throw new CircularImportError(`entry ${index} of the selection of asset job "${job}"`, site);
    if (!isAsset(one) && !isMultiAsset(one))
      throw new InvalidOptionError(`asset job "${job}"`, "its selection must be an AssetSelection or a list of assets", site);
  }
  return AssetSelection.keys(...eachAsset(assets as readonly (AnyAsset | MultiAssetDefinition)[]));
}
