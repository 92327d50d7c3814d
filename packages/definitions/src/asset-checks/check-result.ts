import { type AssetCheckSeverity, type AssetKey, type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { isAsset } from "../assets/asset-inputs.ts";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { parseAssetKey } from "../names.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** How one evaluation of a check came out. */
export interface CheckResult extends Branded<"checkResult"> {
  readonly passed: boolean;
  readonly severity: AssetCheckSeverity;
  readonly description: string | null;
  readonly metadata: Metadata;
  /** Null: the only asset that is checked. */
  readonly assetKey: AssetKey | null;
  /** Null: the only check of the asset. */
  readonly checkName: string | null;
}

/** What {@link checkResult} takes. */
export interface CheckResultOptions {
  readonly passed: boolean;
  /** How bad it is when it did not pass. Default `ERROR`. */
  readonly severity?: AssetCheckSeverity;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Which check it is of; needed where several are evaluated together. */
  readonly check?: string;
  /** The asset of that check; needed where checks of several assets are evaluated together. */
  readonly asset?: AnyAsset | string | readonly string[];
}

const checkResultOptions: OptionNames<CheckResultOptions> = {
  passed: true,
  severity: true,
  description: true,
  metadata: true,
  check: true,
  asset: true,
};

/** What a check's function returns, and what `materializeResult({checkResults})` takes. */
export function checkResult(options: CheckResultOptions): CheckResult {
  checkOptions("checkResult", options, checkResultOptions, checkResult);
  const { passed, asset } = options;
  return Object.freeze({
    ...brand("checkResult"),
    passed,
    severity: options.severity ?? "ERROR",
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    assetKey: asset === undefined ? null : isAsset(asset) ? asset.key : parseAssetKey(asset, null, "checked asset"),
    checkName: options.check ?? null,
  });
}

/** Whether a value was made by {@link checkResult}. */
export const isCheckResult = (value: unknown): value is CheckResult => isDefinition(value, "checkResult");
