import {
  type AssetCheckEvaluationEvent,
  type AssetCheckSeverity,
  type AssetKey,
  assetKeyToUserString,
  type AssetMaterializationEvent,
  type AssetObservationEvent,
  dataVersionTags,
  type MetadataInput,
  type Tags,
  toMetadata,
} from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { isAsset } from "../assets/asset-inputs.ts";
import { parseAssetKey } from "../names.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link assetMaterialization} and {@link assetObservation} take. */
export interface ReportedAssetOptions {
  /** The asset, or its key. */
  readonly asset: AnyAsset | string | readonly string[];
  /** The partition that it is about. */
  readonly partition?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  readonly tags?: Tags;
  /** Names the data, so that what depends on it is stale when this differs. */
  readonly dataVersion?: string;
}

const reportedNames = { asset: true, partition: "text", description: "text", metadata: true } as const;
const reportedAssetOptions: OptionNames<ReportedAssetOptions> = { ...reportedNames, tags: true, dataVersion: "text" };
const reportedCheckOptions: OptionNames<ReportedCheckOptions> = {
  ...reportedNames,
  check: "text",
  passed: "flag",
  severity: "text",
};

/**
 * Says that something outside of any run has made an asset; for `sensorResult({ assetEvents })`.
 *
 * @throws InvalidNameError
 */
export function assetMaterialization(options: ReportedAssetOptions): AssetMaterializationEvent {
  checkOptions("assetMaterialization", options, reportedAssetOptions, assetMaterialization);
  return Object.freeze({ type: "ASSET_MATERIALIZATION", ...assetEvent("A materialization", options) } as const);
}

/**
 * Says what was seen of an asset outside of any run; for `sensorResult({ assetEvents })`.
 *
 * @throws InvalidNameError
 */
export function assetObservation(options: ReportedAssetOptions): AssetObservationEvent {
  checkOptions("assetObservation", options, reportedAssetOptions, assetObservation);
  return Object.freeze({ type: "ASSET_OBSERVATION", ...assetEvent("An observation", options) } as const);
}

/** What {@link assetCheckEvaluation} takes. */
export interface ReportedCheckOptions extends Omit<ReportedAssetOptions, "tags" | "dataVersion"> {
  /** The name of the check. */
  readonly check: string;
  readonly passed: boolean;
  /** How bad it is when it did not pass. Default `ERROR`. */
  readonly severity?: AssetCheckSeverity;
}

/**
 * Says how an asset check came out that was evaluated outside of any run; for `sensorResult({ assetEvents })`.
 *
 * @throws InvalidNameError
 */
export function assetCheckEvaluation(options: ReportedCheckOptions): AssetCheckEvaluationEvent {
  checkOptions("assetCheckEvaluation", options, reportedCheckOptions, assetCheckEvaluation);
  const assetKey = keyOf(options.asset);
  const { check, passed } = options;
  return Object.freeze({
    type: "ASSET_CHECK_EVALUATION",
    atMs: Date.now(),
    stepKey: null,
    assetKey,
    checkName: check,
    success: passed,
    severity: options.severity ?? "ERROR",
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    blocking: false,
    partition: options.partition ?? null,
    target: null,
    message: `An evaluation of the asset check "${check}" on "${assetKeyToUserString(assetKey)}" was reported: it ${passed ? "passed" : "did not pass"}.`,
  });
}

function assetEvent(what: string, options: ReportedAssetOptions): Omit<AssetMaterializationEvent, "type"> {
  const assetKey = keyOf(options.asset);
  const { dataVersion } = options;
  return {
    atMs: Date.now(),
    stepKey: null,
    assetKey,
    partition: options.partition ?? null,
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    tags: {
      ...options.tags,
      ...(dataVersion !== undefined && {
        [dataVersionTags.dataVersion]: dataVersion,
        [dataVersionTags.isUserProvided]: "true",
      }),
    },
    message: `${what} of ${assetKeyToUserString(assetKey)} was reported.`,
  };
}

const keyOf = (asset: ReportedAssetOptions["asset"]): AssetKey =>
  isAsset(asset) ? asset.key : parseAssetKey(asset, null, "asset");
