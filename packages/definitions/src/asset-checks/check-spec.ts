import { type AssetKey, type Metadata, type MetadataInput, toMetadata } from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { isAsset } from "../assets/asset-inputs.ts";
import type { AutomationCondition } from "../automation/automation-condition.ts";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkName, parseAssetKey } from "../names.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** One asset check as it is declared, apart from the code that evaluates it. */
export interface AssetCheckSpec extends Branded<"assetCheckSpec"> {
  readonly name: string;
  /** Null: that of the asset among whose `checks` it stands. */
  readonly assetKey: AssetKey | null;
  /** The asset, where it was named as an object. */
  readonly asset: AnyAsset | null;
  readonly description: string | null;
  /** When it does not pass with the severity `ERROR`, its step fails, and what is downstream of its asset does not run. */
  readonly blocking: boolean;
  readonly metadata: Metadata;
  /** When it is to be evaluated by itself; null: never. */
  readonly automationCondition: AutomationCondition<"check"> | null;
  readonly site: DefinitionSite;
}

/** A spec whose asset is known. */
export type ResolvedAssetCheckSpec = AssetCheckSpec & { readonly assetKey: AssetKey };

/** What {@link checkSpec} takes beside the name. */
export interface AssetCheckSpecOptions {
  /** The asset that is checked; left out among the `checks` of an asset. */
  readonly asset?: AnyAsset | string | readonly string[];
  readonly description?: string;
  /** Whether an `ERROR` stops what is downstream in the same run. Default false. */
  readonly blocking?: boolean;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** When it is to be evaluated by itself. */
  readonly automationCondition?: AutomationCondition<"check">;
}

const checkSpecOptions: OptionNames<AssetCheckSpecOptions> = {
  asset: true,
  description: "text",
  blocking: "flag",
  metadata: true,
  automationCondition: true,
};

/**
 * Declares a check, for `multiAssetCheck({specs})` and `asset({checks})`.
 *
 * @param name - letters, digits and underscores; unique among the checks of its asset
 * @throws InvalidNameError
 */
export function checkSpec(name: string, options: AssetCheckSpecOptions = {}): AssetCheckSpec {
  const site = captureSite(checkSpec);
  checkOptions(`asset check "${name}"`, options, checkSpecOptions, site);
  return makeCheckSpec(name, options, site);
}

export function makeCheckSpec(name: string, options: AssetCheckSpecOptions, site: DefinitionSite): AssetCheckSpec {
  checkName("asset check", name, site);
  const { automationCondition = null } = options;
  if (automationCondition !== null && !isDefinition(automationCondition, "automationCondition")) {
    throw new InvalidOptionError(
      `asset check "${name}"`,
      "its `automationCondition` must be made by AutomationCondition.eager() or one of its siblings",
      site,
    );
  }
  const { asset } = options;
  return Object.freeze({
    ...brand("assetCheckSpec"),
    name,
    assetKey: asset === undefined ? null : isAsset(asset) ? asset.key : parseAssetKey(asset, site, "checked asset"),
    asset: isAsset(asset) ? asset : null,
    description: options.description ?? null,
    blocking: options.blocking ?? false,
    metadata: toMetadata(options.metadata),
    automationCondition,
    site,
  });
}
