import {
  type AssetCheckEvaluationEvent,
  type AssetCheckSeverity,
  type AssetCheckTarget,
  type AssetKey,
  type AssetMaterializationEvent,
  type AssetObservationEvent,
  assetKeyToUserString,
  dataVersionTags,
  type Metadata,
} from "@dagwright/model";

/** What something outside of any run tells of an asset. */
export interface AssetReport {
  readonly assetKey: AssetKey;
  readonly partition: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  /** Names the data; null: nobody says. */
  readonly dataVersion: string | null;
}

/** An event of no run that says that an asset was made, or seen. */
export function reportedAssetEvent(
  type: "ASSET_MATERIALIZATION" | "ASSET_OBSERVATION",
  { assetKey, partition, description, metadata, dataVersion }: AssetReport,
): AssetMaterializationEvent | AssetObservationEvent {
  return {
    type,
    atMs: Date.now(),
    stepKey: null,
    assetKey,
    partition,
    description,
    metadata,
    tags: dataVersion === null ? {} : { [dataVersionTags.dataVersion]: dataVersion, [dataVersionTags.isUserProvided]: "true" },
    message: `${type === "ASSET_MATERIALIZATION" ? "A materialization" : "An observation"} of ${assetKeyToUserString(assetKey)} was reported.`,
  };
}

/** What something outside of any run tells of an asset check. */
export interface CheckReport extends Omit<AssetReport, "dataVersion"> {
  readonly checkName: string;
  readonly passed: boolean;
  readonly severity: AssetCheckSeverity;
  /** The asset's newest materialization. */
  readonly target: AssetCheckTarget | null;
}

/** An event of no run that says how a check came out. */
export const reportedCheckEvent = ({ passed, ...report }: CheckReport): AssetCheckEvaluationEvent => ({
  type: "ASSET_CHECK_EVALUATION",
  atMs: Date.now(),
  stepKey: null,
  ...report,
  success: passed,
  blocking: false,
  message: `An evaluation of the asset check "${report.checkName}" on "${assetKeyToUserString(report.assetKey)}" was reported: it ${passed ? "passed" : "did not pass"}.`,
});
