import { type AssetCheckSeverity, type AssetKey, type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { isAsset } from "../assets/asset-inputs.ts";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { parseAssetKey } from "../names.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";

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
  passed: "flag",
  severity: "text",
  description: "text",
  metadata: true,
  check: "text",
  asset: true,
};

/** What a check's function returns, and what `materializeResult({checkResults})` takes. */
export function checkResult(options: CheckResultOptions): CheckResult {
  checkOptions("checkResult", options, checkResultOptions, checkResult);
  const { passed, asset, severity = "ERROR" } = options;
  const refuse = (problem: string): never => {
    throw new InvalidOptionError("checkResult", problem, captureSite(checkResult));
  };
  if (typeof passed !== "boolean") refuse("it needs `passed`, true or false");
  if (severity !== "ERROR" && severity !== "WARN")
    refuse(`its \`severity\` is ${JSON.stringify(severity)}; give "WARN" or "ERROR"`);
  return Object.freeze({
    ...brand("checkResult"),
    passed,
    severity,
    description: options.description ?? null,
    metadata: toMetadata(options.metadata),
    assetKey: asset === undefined ? null : isAsset(asset) ? asset.key : parseAssetKey(asset, null, "checked asset"),
    checkName: options.check ?? null,
  });
}

/** Whether a value was made by {@link checkResult}. */
export const isCheckResult = (value: unknown): value is CheckResult => isDefinition(value, "checkResult");
