import { type AssetKey, type Metadata, type MetadataInput, type Tags, toMetadata } from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import { type CheckResult, isCheckResult } from "../asset-checks/check-result.ts";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { parseAssetKey } from "../names.ts";
import { isAsset } from "./asset-inputs.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

declare const noValue: unique symbol;

/** The value of an asset that was made without one; types only. */
export interface NoValue {
  readonly [noValue]: "This asset stores no value. Name it in `deps` instead of `ins`";
}

/** What can be told of an asset besides a value. */
interface AssetResult {
  /** Null: the only one that the function makes. */
  readonly assetKey: AssetKey | null;
  readonly metadata: Metadata;
  readonly tags: Tags;
  /** Null: it is computed from the code's version and the versions of what was read; nothing is known of what is only observed. */
  readonly dataVersion: string | null;
  readonly checkResults: readonly CheckResult[];
}

/** An asset that was made, with what there is to tell of it. */
export interface MaterializeResult<out T = NoValue> extends Branded<"materializeResult">, AssetResult {
  /** Without a value nothing is stored. */
  readonly hasValue: boolean;
  readonly value: T;
}

/** What was seen of an asset that others make. */
export interface ObserveResult extends Branded<"observeResult">, AssetResult {
  /** Of each partition that was looked at; null: one version, of all that the run is for. */
  readonly dataVersionsByPartition: ReadonlyMap<string, string> | null;
}

/** The value that is stored of what an asset's function returns or yields. */
export type ValueMadeBy<R> =
  R extends MaterializeResult<infer V>
    ? V
    : R extends Generator<infer Y> | AsyncGenerator<infer Y>
      ? Y extends MaterializeResult<infer V>
        ? V
        : never
      : R;

/** What {@link materializeResult} and {@link observeResult} take alike. */
export interface AssetResultOptions {
  /** Which asset it is of; needed where a function is for several. */
  readonly asset?: AnyAsset | string | readonly string[];
  /** Shown with this materialization or observation. */
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  readonly tags?: Tags;
  /** Names the data, so that what depends on it is stale when this differs: a hash, a revision, a time of change. */
  readonly dataVersion?: string;
  /** How the checks among the asset's `checks` came out. */
  readonly checkResults?: readonly CheckResult[];
}

/** What {@link observeResult} takes. */
export interface ObserveResultOptions extends AssetResultOptions {
  /**
   * Names the data of each partition by its key, in place of `dataVersion`: an observation is recorded for each. They need not be those of
   * the run, which may be for none.
   */
  readonly dataVersionsByPartition?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
}

/** What {@link materializeResult} takes. */
export interface MaterializeResultOptions extends AssetResultOptions {
  /** What is stored, and read by assets downstream. Left out, nothing is stored. */
  readonly value?: unknown;
}

const resultNames: OptionNames<AssetResultOptions> = {
  asset: true,
  metadata: true,
  tags: true,
  dataVersion: "text",
  checkResults: "list",
};
const materializeResultOptions: OptionNames<MaterializeResultOptions> = { ...resultNames, value: true };
const observeResultOptions: OptionNames<ObserveResultOptions> = { ...resultNames, dataVersionsByPartition: true };

/** With a value that is stored. */
export function materializeResult<T>(options: MaterializeResultOptions & { readonly value: T }): MaterializeResult<T>;
/**
 * What an asset's function returns or yields when there is more to tell than a value. Without `value` the function has stored what it
 * made by itself.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function materializeResult(options?: Omit<MaterializeResultOptions, "value">): MaterializeResult;
export function materializeResult(options: MaterializeResultOptions = {}): MaterializeResult<unknown> {
  checkOptions("materializeResult", options, materializeResultOptions, materializeResult);
  const hasValue = Object.hasOwn(options, "value");
  return Object.freeze({
    ...brand("materializeResult"),
    ...assetResult("materializeResult", options, materializeResult),
    hasValue,
    value: options.value,
  });
}

/**
 * What the function of an observable asset returns or yields when there is more to tell than a version of the data.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function observeResult(options: ObserveResultOptions = {}): ObserveResult {
  checkOptions("observeResult", options, observeResultOptions, observeResult);
  const { dataVersionsByPartition: given } = options;
  const result = assetResult("observeResult", options, observeResult);
  return Object.freeze({
    ...brand("observeResult"),
    ...result,
    dataVersionsByPartition: given === undefined ? null : versionsOf(given, result.dataVersion),
  });
}

function versionsOf(given: unknown, dataVersion: string | null): ReadonlyMap<string, string> {
  const fail = (problem: string): never => {
    throw new InvalidOptionError("observeResult", problem, captureSite(observeResult));
  };
  if (dataVersion !== null) fail("it has both `dataVersion` and `dataVersionsByPartition`; keep one");
  if (typeof given !== "object" || given === null) return fail("its `dataVersionsByPartition` must be a record by partition key");
  const versions = new Map<string, unknown>(given instanceof Map ? given : Object.entries(given));
  for (const [partition, version] of versions)
    if (typeof version !== "string" || version === "") fail(`its data version of the partition "${partition}" must be text`);
  return versions as ReadonlyMap<string, string>;
}

function assetResult(owner: string, options: AssetResultOptions, below: (...args: never[]) => unknown): AssetResult {
  const { asset, metadata, tags = {}, dataVersion = null, checkResults = [] } = options;
  const fail = (problem: string): never => {
    throw new InvalidOptionError(owner, problem, captureSite(below));
  };
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value !== "string") fail(`the value of its tag "${name}" is ${typeof value}; tags are text`);
  }
  if (dataVersion !== null && (typeof dataVersion !== "string" || dataVersion === "")) fail("its `dataVersion` must be text");
  if (!checkResults.every(isCheckResult)) fail("its `checkResults` must be made by checkResult(…)");
  return {
    assetKey: asset === undefined ? null : isAsset(asset) ? asset.key : parseAssetKey(asset, captureSite(below), "asset"),
    metadata: toMetadata(metadata),
    tags: Object.freeze({ ...tags }),
    dataVersion,
    checkResults: Object.freeze([...checkResults]),
  };
}

/** Whether a value was made by {@link materializeResult}. */
export const isMaterializeResult = (value: unknown): value is MaterializeResult<unknown> =>
  isDefinition(value, "materializeResult");

/** Whether a value was made by {@link observeResult}. */
export const isObserveResult = (value: unknown): value is ObserveResult => isDefinition(value, "observeResult");
