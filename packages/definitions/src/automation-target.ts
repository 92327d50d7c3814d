import { targetJobPrefix } from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import { type AnyJob, type AssetJobDefinition, defineAssetJob } from "./asset-job.ts";
import { isAsset, isMultiAsset } from "./assets/asset-inputs.ts";
import type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
import type { AssetSelection } from "./asset-selection.ts";
import { isDefinition } from "./brand.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";

/** What a schedule or sensor runs: a job, or a selection of assets, which gets a job of its own. */
export type AutomationTarget =
  | AnyJob
  | AssetSelection
  | string
  | AnyAsset
  | MultiAssetDefinition
  | readonly (AnyAsset | MultiAssetDefinition)[];

/** The job that a target comes to. */
export interface ResolvedTarget {
  readonly jobName: string;
  /** The job that came about for it; null when it is one that `definitions` has anyhow. */
  readonly ownJob: AssetJobDefinition | null;
}

/**
 * Reads the `job` or `target` of a schedule or sensor.
 *
 * @param owner - `schedule "nightly"`, for errors
 * @throws InvalidOptionError for both or neither, CircularImportError
 */
export function resolveTarget(
  owner: string,
  name: string,
  options: { readonly job?: AnyJob | string; readonly target?: AutomationTarget },
  site: DefinitionSite,
): ResolvedTarget {
  const { job, target } = options;
  if (job !== undefined && target !== undefined)
    throw new InvalidOptionError(owner, "it has both `job` and `target`; keep one", site);
  if (job !== undefined) return { jobName: typeof job === "string" ? job : job.name, ownJob: null };
  if (target === undefined) {
    if ("target" in options) throw new CircularImportError(`the target of ${owner}`, site);
    throw new CircularImportError(`the job of ${owner}`, site);
  }
  if (isDefinition(target, "job") || isDefinition(target, "assetJob")) {
    return { jobName: (target as AnyJob).name, ownJob: null };
  }
  const selection = isAsset(target) || isMultiAsset(target) ? [target as AnyAsset | MultiAssetDefinition] : target;
  const ownJob = defineAssetJob(`${targetJobPrefix}${name}`, {
    selection: selection as AssetSelection | string | readonly (AnyAsset | MultiAssetDefinition)[],
  });
  return { jobName: ownJob.name, ownJob: Object.freeze({ ...ownJob, site }) };
}
