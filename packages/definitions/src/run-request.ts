import type { AssetCheckKey, AssetKey, JsonObject, RunRequest as RunRequestData, Tags } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import { parseAssetKey } from "./names.ts";
import type { AnyAsset } from "./asset.ts";
import { isAsset } from "./assets/asset-inputs.ts";
import type { AnyJob } from "./asset-job.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A run that a schedule or sensor asks for. */
export interface RunRequest extends RunRequestData, Branded<"runRequest"> {}

/** Why a schedule or sensor asks for no run. */
export interface SkipReason extends Branded<"skipReason"> {
  readonly message: string;
}

/** What {@link runRequest} takes. */
export interface RunRequestOptions {
  /** A sensor never starts two runs for the same key. Default: no such check. */
  readonly runKey?: string;
  /** The job to run; needed when the sensor serves several. */
  readonly job?: AnyJob | string;
  readonly runConfig?: JsonObject;
  readonly tags?: Tags;
  readonly partition?: string;
  /** Only these of the job's assets. */
  readonly assets?: readonly (AnyAsset | string | readonly string[])[];
  /** Only these checks of assets; the assets themselves are made only where `assets` names them. */
  readonly checks?: readonly AssetCheckKey[];
}

const runRequestOptions: OptionNames<RunRequestOptions> = {
  runKey: "text",
  job: true,
  runConfig: true,
  tags: true,
  partition: "text",
  assets: "list",
  checks: "list",
};

/** Asks for a run. Return or yield it from a schedule's or sensor's function. */
export function runRequest(options: RunRequestOptions = {}): RunRequest {
  checkOptions("runRequest", options, runRequestOptions, runRequest);
  const { job } = options;
  return Object.freeze({
    ...brand("runRequest"),
    runKey: options.runKey ?? null,
    jobName: job === undefined ? null : typeof job === "string" ? job : job.name,
    runConfig: options.runConfig ?? {},
    tags: Object.freeze({ ...options.tags }),
    partition: options.partition ?? null,
    assetKeys: options.assets?.map((one): AssetKey => (isAsset(one) ? one.key : parseAssetKey(one, null))) ?? null,
    ...(options.checks !== undefined && { checkKeys: options.checks }),
  });
}

/** Says why no run is asked for; shown with the tick. */
export const skipReason = (message: string): SkipReason => Object.freeze({ ...brand("skipReason"), message });
