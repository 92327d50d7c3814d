import { type AssetKey, assetKeysEqual } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { AnyAsset, AssetDependency, HasValue, IsPartitioned } from "../asset.ts";
import { brand, type Branded } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { InputDefinition } from "../op.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import type { OutputOf, Schema } from "../schema.ts";
import {
  type AssetAttributeOptions,
  type AssetAttributes,
  assetAttributeNames,
  assetAttributes,
  prefixedKey,
} from "./asset-attributes.ts";
import { orderInputs, referencesOf } from "./asset-inputs.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/**
 * An asset without code that makes it. In `definitions` it is one that others make, known by key and read through its I/O manager;
 * in a multi-asset it describes one of those that are made together.
 */
export interface AssetSpec extends Branded<"assetSpec">, AssetAttributes {
  readonly key: AssetKey;
  readonly ioManagerKey: string;
  readonly schema: Schema | null;
  /** Null: it has none, or nobody said. */
  readonly partitions: Partitions | null;
  /** Of an asset that is made together with others: whether a run may leave it out. */
  readonly skippable: boolean;
  /** An input without a value for each asset that it depends on; null when nobody said on which. */
  readonly deps: readonly InputDefinition[] | null;
  /** The assets that `deps` names as objects. */
  readonly references: readonly AnyAsset[];
  readonly dependencies: readonly AssetKey[];
  readonly site: DefinitionSite;
}

/** Another location's asset whose value is a `T`. */
export interface ExternalAsset<T> extends AssetSpec, HasValue<T> {}

/** What {@link externalAsset} takes beside key and schema. */
export interface ExternalAssetOptions extends AssetAttributeOptions {
  /** What goes before the key. */
  readonly keyPrefix?: string | readonly string[];
  /** Assets that it is made from: for the asset graph alone. */
  readonly deps?: readonly AssetDependency[];
  /** Name of the I/O manager that reads its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
  /** How it is cut into partitions where it is made. */
  readonly partitions?: Partitions;
}

/** What {@link assetSpec} takes beside the key. */
export interface AssetSpecOptions extends ExternalAssetOptions {
  /** In a multi-asset: whether its function may leave it out. Default false. */
  readonly skippable?: boolean;
}

const externalAssetOptions: OptionNames<ExternalAssetOptions> = {
  ...assetAttributeNames,
  keyPrefix: true,
  deps: "list",
  ioManagerKey: "text",
  partitions: true,
};
const assetSpecOptions: OptionNames<AssetSpecOptions> = { ...externalAssetOptions, skippable: "flag" };

/** With partitions. */
export function assetSpec(
  key: string | readonly string[],
  options: AssetSpecOptions & { readonly partitions: Partitions },
): AssetSpec & IsPartitioned;
/**
 * Describes an asset without saying how it is made: one that something else makes, when it stands in `definitions`; one of several
 * that are made together, when it stands among the `specs` of a multi-asset.
 *
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function assetSpec(key: string | readonly string[], options?: AssetSpecOptions): AssetSpec;
export function assetSpec(name: string | readonly string[], options: AssetSpecOptions = {}): AssetSpec {
  return makeAssetSpec(name, null, options, "asset", captureSite(assetSpec));
}

/**
 * Stands for an asset that another code location makes, so that this one's assets can read it: an {@link assetSpec} that says what
 * its value is.
 *
 * @param schema - what its value is; checked when it is read
 */
export function externalAsset<S extends Schema>(
  key: string | readonly string[],
  schema: S,
  options: ExternalAssetOptions & { readonly partitions: Partitions },
): ExternalAsset<OutputOf<S>> & IsPartitioned;
/** Without partitions. */
export function externalAsset<S extends Schema>(
  key: string | readonly string[],
  schema: S,
  options?: ExternalAssetOptions,
): ExternalAsset<OutputOf<S>>;
/** The short form: without a schema its value is not checked, and is `unknown`. */
export function externalAsset(key: string | readonly string[]): ExternalAsset<unknown>;
export function externalAsset(
  name: string | readonly string[],
  schema: Schema | null = null,
  options: ExternalAssetOptions = {},
): ExternalAsset<unknown> {
  return makeAssetSpec(name, schema, options, "external asset", captureSite(externalAsset)) as ExternalAsset<unknown>;
}

function makeAssetSpec(
  name: string | readonly string[],
  schema: Schema | null,
  options: AssetSpecOptions,
  kind: string,
  site: DefinitionSite,
): AssetSpec {
  const key = prefixedKey(options.keyPrefix, name, site, kind);
  const shown = key.join("/");
  const owner = `${kind} "${shown}"`;
  checkOptions(owner, options, kind === "asset" ? assetSpecOptions : externalAssetOptions, site);
  const deps = options.deps === undefined ? null : Object.freeze(orderInputs(owner, options.deps, [], site));
  if (deps?.some(({ assetKey, read }) => assetKeysEqual(assetKey!, key) && (read?.mapping ?? null) === null))
    throw new InvalidOptionError(
      owner,
      "it names itself in `deps`; of itself it can follow earlier partitions: assetDep(key, {partitionMapping})",
      site,
    );
  return Object.freeze({
    ...brand("assetSpec"),
    ...assetAttributes(options, shown, site),
    key,
    ioManagerKey: options.ioManagerKey ?? "io_manager",
    schema,
    partitions: toPartitions(options, owner, site),
    skippable: options.skippable ?? false,
    deps,
    references: referencesOf(options),
    dependencies: Object.freeze((deps ?? []).map(({ assetKey }) => assetKey!)),
    site,
  });
}
