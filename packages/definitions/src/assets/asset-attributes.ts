import { type AssetKey, type Metadata, type MetadataInput, type Tags, toMetadata } from "@dagwright/model";
import { isDefinition } from "../brand.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkAssetTags, checkGroup, checkKinds, checkOwners, parseAssetKey } from "../names.ts";
import type { AutomationCondition } from "../automation/automation-condition.ts";
import type { FreshnessPolicy } from "./freshness-policy.ts";
import type { OptionNames } from "../option-names.ts";

/** What is said about an asset apart from how it is made. */
export interface AssetAttributes {
  readonly description: string | null;
  readonly group: string;
  readonly kinds: readonly string[];
  readonly owners: readonly string[];
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly codeVersion: string | null;
  readonly freshnessPolicy: FreshnessPolicy | null;
  readonly automationCondition: AutomationCondition | null;
}

/** The options behind {@link AssetAttributes}, which all ways to declare an asset share. */
export interface AssetAttributeOptions {
  readonly description?: string;
  /** Default `default`. */
  readonly group?: string;
  /** What it is made with or made of, e.g. `typescript`, `duckdb`; shown as badges. */
  readonly kinds?: readonly string[];
  /** E-mail addresses, or `team:name`. */
  readonly owners?: readonly string[];
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Changes when the function does, so that what is outdated can be shown. */
  readonly codeVersion?: string;
  /** How old it may become: `freshnessPolicy.timeWindow(…)` or `.cron(…)`. */
  readonly freshnessPolicy?: FreshnessPolicy;
  /** When it is to be made by itself. */
  readonly automationCondition?: AutomationCondition;
}

export const assetAttributeNames: OptionNames<AssetAttributeOptions> = {
  description: "text",
  group: "text",
  owners: "list",
  tags: true,
  kinds: "list",
  metadata: true,
  codeVersion: "text",
  freshnessPolicy: true,
  automationCondition: true,
};

/**
 * The options, checked and with their defaults.
 *
 * @param shown - the asset's key as messages name it
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function assetAttributes(options: AssetAttributeOptions, shown: string, site: DefinitionSite): AssetAttributes {
  const { group = "default", kinds = [], owners = [], freshnessPolicy = null, automationCondition = null } = options;
  checkGroup(shown, group, site);
  checkKinds(shown, kinds, site);
  checkOwners(`Asset "${shown}"`, owners, site);
  checkAssetTags(shown, options.tags, site);
  const owner = `asset "${shown}"`;
  for (const name of ["freshnessPolicy", "automationCondition"] as const) {
    if (name in options && options[name] === undefined) throw new CircularImportError(`\`${name}\` of ${owner}`, site);
  }
  if (freshnessPolicy !== null && !["timeWindow", "cron"].includes(freshnessPolicy.kind)) {
    throw new InvalidOptionError(
      owner,
      "its `freshnessPolicy` must be made by freshnessPolicy.timeWindow(…) or freshnessPolicy.cron(…)",
      site,
    );
  }
  if (automationCondition !== null && !isDefinition(automationCondition, "automationCondition")) {
    throw new InvalidOptionError(
      owner,
      "its `automationCondition` must be made by AutomationCondition.eager() or one of its siblings",
      site,
    );
  }
  return {
    description: options.description ?? null,
    group,
    kinds: Object.freeze([...kinds]),
    owners: Object.freeze([...owners]),
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    codeVersion: options.codeVersion ?? null,
    freshnessPolicy,
    automationCondition,
  };
}

/** A key with what goes before it, e.g. a schema's name. Either may have several parts: `"a/b"` or `["a", "b"]`. */
export function prefixedKey(
  prefix: string | readonly string[] | undefined,
  name: string | readonly string[],
  site: DefinitionSite,
  owner?: string,
): AssetKey {
  const key = parseAssetKey(name, site, owner);
  if (prefix === undefined) return key;
  return Object.freeze([...parseAssetKey(prefix, site, `${owner ?? "asset"} (its keyPrefix)`), ...key]);
}
