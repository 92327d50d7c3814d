import type { Partitions } from "@dagwright/partitions";
import {
  type AssetDefinition,
  type AssetDependency,
  assetOpNames,
  type AssetOpOptions,
  type HasValue,
  type IsPartitioned,
} from "../asset.ts";
import type { CheckResult } from "../asset-checks/check-result.ts";
import { brand } from "../brand.ts";
import { makeCallable } from "../callable.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkHooks } from "../hook.ts";
import type { AssetContext, MultiAssetContext } from "../op-context.ts";
import { opNameOf } from "../op-name.ts";
import { makeOp } from "../op.ts";
import type { PartitionContext } from "../partitions/partition-context.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import { checkTimeout } from "../retry-policy.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "../resource.ts";
import type { MaybePromise, OutputOf, Schema } from "../schema.ts";
import { type AssetAttributeOptions, assetAttributeNames, assetAttributes, prefixedKey } from "./asset-attributes.ts";
import type { ObserveResult } from "./asset-result.ts";
import type { AssetSpec } from "./asset-spec.ts";
import { makeMultiAsset, type MultiAsset, type MultiAssetOptions } from "./multi-asset.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What {@link observableSourceAsset} takes beside key and function. */
export interface ObservableSourceAssetOptions<
  S extends Schema | undefined = Schema | undefined,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
>
  extends AssetAttributeOptions, Omit<AssetOpOptions<C, R, P>, "backfillPolicy"> {
  readonly keyPrefix?: string | readonly string[];
  /** What its value is; checked when an asset reads it. */
  readonly schema?: S;
  /** Name of the I/O manager that reads its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
}

const { backfillPolicy: _, ...observableOpNames } = assetOpNames;
const observableOptions: OptionNames<ObservableSourceAssetOptions> = {
  ...assetAttributeNames,
  ...observableOpNames,
  keyPrefix: true,
  schema: true,
  ioManagerKey: "text",
};

/** What the function of an observable asset returns: a version of the data, or more. */
export type Observed = string | ObserveResult;

type Yields<T> = Generator<T> | AsyncGenerator<T>;
type Empty = Record<never, never>;

/** An asset that others make and that runs can look at; its value is a `T`. */
export interface ObservableSourceAsset<T, Returned> extends AssetDefinition, HasValue<T> {
  (inputs?: Record<never, never>, context?: AssetContext<never, never>): Returned;
}

/**
 * Declares an asset that others make, and the function that looks at it: a run of it records an observation, with the version of the
 * data that the function found. Assets that depend on it are stale when that version changes.
 *
 * With `partitions`, a run may look at one of them, at a range, or at the asset as a whole: `context.partition` is null then, and the function
 * tells of each partition by `observeResult({dataVersionsByPartition})`.
 *
 * @param observe - returns a version of the data as text (a hash, a time of change), or `observeResult({dataVersion, metadata, tags})`
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function observableSourceAsset<
  T extends MaybePromise<Observed> | Yields<ObserveResult>,
  S extends Schema | undefined = undefined,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  key: string | readonly string[],
  options: ObservableSourceAssetOptions<S, C, R, P>,
  observe: (
    inputs: Empty,
    context: AssetContext<ConfigValue<C>, ResourceValues<R>, P extends Partitions ? PartitionContext | null : null>,
  ) => T,
): ObservableSourceAsset<S extends Schema ? OutputOf<S> : unknown, T> & (P extends Partitions ? IsPartitioned : unknown);
export function observableSourceAsset(
  name: string | readonly string[],
  options: ObservableSourceAssetOptions,
  observe: Compute,
): AssetDefinition {
  const site = captureSite(observableSourceAsset);
  const key = prefixedKey(options.keyPrefix, name, site);
  const shown = key.join("/");
  const owner = `asset "${shown}"`;
  if (typeof observe !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that observes it", site);
  checkOptions(owner, options, observableOptions, site);
  checkTimeout(owner, "timeoutSeconds", options.timeoutSeconds, site);
  const attributes = assetAttributes(options, shown, site);
  const partitions = toPartitions(options, owner, site);
  const node = makeOp({
    name: opNameOf(key),
    site,
    compute: observe,
    ins: [],
    outs: [
      Object.freeze({
        name: "result",
        schema: null,
        description: attributes.description,
        metadata: {},
        ioManagerKey: "io_manager",
        isRequired: true,
        assetKey: key,
      }),
    ],
    options: { ...options, tags: options.opTags ?? {} },
    assetKey: key,
    assetWork: Object.freeze({ kind: "observe", isMulti: false, canSubset: false, hasValues: false }),
    partitions,
  });
  const definition: AssetDefinition = {
    ...brand("asset"),
    ...attributes,
    key,
    ioManagerKey: options.ioManagerKey ?? "io_manager",
    schema: options.schema ?? null,
    partitions,
    backfillPolicy: null,
    ins: {},
    references: [],
    dependencies: [],
    reads: [],
    node,
    output: "result",
    isObserved: true,
    isOptional: false,
    multi: null,
    spec: null,
    hooks: checkHooks(owner, options.hooks ?? [], site),
    site,
  };
  const call = (...args: readonly unknown[]): unknown => (node as unknown as (...args: readonly unknown[]) => unknown)(...args);
  return makeCallable(call, definition);
}

type Compute = (inputs: never, context: never) => unknown;

/** What {@link multiObservableSourceAsset} takes beside name and function. */
export interface MultiObservableSourceAssetOptions<
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
> extends Omit<AssetOpOptions<C, R, P>, "backfillPolicy"> {
  readonly description?: string;
  /** The assets it looks at. */
  readonly specs: readonly AssetSpec[];
  /** Assets that must be made before. */
  readonly deps?: readonly AssetDependency[];
  /** For those of its assets that name no group. */
  readonly group?: string;
  /** Whether a run may look at some of them alone: the function then looks at `context.selectedAssetKeys`. Default false. */
  readonly canSubset?: boolean;
}

const multiObservableOptions: OptionNames<MultiObservableSourceAssetOptions> = {
  ...observableOpNames,
  description: "text",
  specs: "list",
  deps: "list",
  group: "text",
  canSubset: "flag",
};

/**
 * Declares several assets that others make and that one function looks at together.
 *
 * @param name - letters, digits and underscores; the name of its op
 * @param observe - returns or yields `observeResult({asset, dataVersion, …})` for each
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function multiObservableSourceAsset<
  T extends MaybePromise<ObserveResult | readonly ObserveResult[]> | Yields<ObserveResult | CheckResult>,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  name: string,
  options: MultiObservableSourceAssetOptions<C, R, P>,
  observe: (
    inputs: Empty,
    context: MultiAssetContext<ConfigValue<C>, ResourceValues<R>, P extends Partitions ? PartitionContext | null : null>,
  ) => T,
): MultiAsset<undefined, Empty, T, P>;
export function multiObservableSourceAsset(
  name: string,
  options: MultiObservableSourceAssetOptions,
  observe: Compute,
): MultiAssetDefinition {
  const site = captureSite(multiObservableSourceAsset);
  checkOptions(`multi-asset "${name}"`, options, multiObservableOptions, site);
  return makeMultiAsset({
    name,
    label: "multi-asset",
    kind: "observe",
    options: options as MultiAssetOptions,
    compute: observe,
    site,
  });
}
