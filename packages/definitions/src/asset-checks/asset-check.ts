import { assetCheckKeyToString, assetCheckKeyToUserString, type AssetKey, assetKeyToString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { AnyAsset, AssetInputs, AssetValues } from "../asset.ts";
import { orderInputs, referencesOf, valueInput } from "../assets/asset-inputs.ts";
import { brand, type Branded } from "../brand.ts";
import { makeCallable } from "../callable.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkName } from "../names.ts";
import type { AssetCheckContext } from "../op-context.ts";
import { opNameOf } from "../op-name.ts";
import { makeOp, type OpDefinition } from "../op.ts";
import type { PartitionContext } from "../partitions/partition-context.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { PoolUse } from "../pool.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "../resource.ts";
import type { MaybePromise, Schema } from "../schema.ts";
import type { CheckResult } from "./check-result.ts";
import { checkOutput, checkOutputName } from "./check-output.ts";
import { type AssetCheckSpec, type AssetCheckSpecOptions, makeCheckSpec, type ResolvedAssetCheckSpec } from "./check-spec.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** One or several asset checks that are evaluated together, by an op of their own. */
export interface AssetCheckDefinition extends Branded<"assetCheck"> {
  /** Its own name; for a single check that of the check. */
  readonly name: string;
  readonly specs: readonly ResolvedAssetCheckSpec[];
  /** Whether some of several checks can be evaluated without the others. */
  readonly canSubset: boolean;
  /** The op that evaluates: it reads `ins`, follows the checked assets, and has an output for each check. */
  readonly op: OpDefinition;
  /** The assets that it names as objects. */
  readonly references: readonly AnyAsset[];
  readonly site: DefinitionSite;
}

/** What an asset check's function returns. */
export type CheckOutcome = CheckResult | boolean;

/** What a function that evaluates several checks returns, or yields. */
export type CheckOutcomes = Iterable<CheckResult> | AsyncIterable<CheckResult> | CheckResult;

/** What {@link assetCheck} and {@link multiAssetCheck} have in common. */
interface CheckOpOptions<
  I extends AssetInputs,
  C extends Schema | undefined,
  R extends ResourceMap,
  P extends Partitions | undefined,
> {
  readonly description?: string;
  /**
   * How it is cut into partitions, as a rule like the asset that it checks: in the run of a partition it reads that partition, and learns of
   * it from `context.partition`. Without it, it is about the asset as a whole, and reads all partitions.
   */
  readonly partitions?: P;
  /** Assets whose values the function gets, under the same names; the checked one too when it is named here. */
  readonly ins?: I;
  /** Further assets that must be made before, whose values it does not get. */
  readonly deps?: readonly (AnyAsset | string | readonly string[])[];
  /** Schema (zod) of what run config may say under `ops: {<name of its op>: {config}}`. */
  readonly config?: C;
  readonly resources?: R;
  readonly pool?: PoolUse;
  readonly retryPolicy?: RetryPolicy;
}

const checkOpNames: OptionNames<CheckOpOptions<AssetInputs, Schema, ResourceMap, Partitions>> = {
  description: "text",
  partitions: true,
  ins: true,
  deps: "list",
  config: true,
  resources: true,
  pool: true,
  retryPolicy: true,
};

/** What {@link assetCheck} takes beside name and function. */
export interface AssetCheckOptions<
  I extends AssetInputs = AssetInputs,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
>
  extends CheckOpOptions<I, C, R, P>, Pick<AssetCheckSpecOptions, "blocking" | "metadata" | "automationCondition"> {
  /** The asset that is checked. The check runs after it, and gets its value when `ins` names it. */
  readonly asset: AnyAsset | string | readonly string[];
}

/** What {@link multiAssetCheck} takes beside name and function. */
export interface MultiAssetCheckOptions<
  I extends AssetInputs = AssetInputs,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
> extends CheckOpOptions<I, C, R, P> {
  /** The checks, each with its `asset`. */
  readonly specs: readonly AssetCheckSpec[];
  /**
   * Whether a run may evaluate only some of them: the function then looks at `context.checks` and returns results of those. Default false.
   */
  readonly canSubset?: boolean;
}

/** A check that can be called with the values of its inputs, as in a unit test. */
export interface AssetCheck<Inputs, Returned> extends AssetCheckDefinition {
  (
    ...args: keyof Inputs extends never
      ? [inputs?: Record<never, never>, context?: AssetCheckContext<never, never>]
      : [inputs: Inputs, context?: AssetCheckContext<never, never>]
  ): Returned;
}

type Empty = Record<never, never>;

/**
 * Declares a check of an asset and the function that evaluates it, after the asset was made or on its own.
 *
 * @param name - letters, digits and underscores; unique among the checks of its asset
 * @param evaluate - gets the values of `ins` by name and a context; returns `checkResult({passed, …})`, or just whether it passed
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function assetCheck<
  T extends MaybePromise<CheckOutcome>,
  I extends AssetInputs = Empty,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  name: string,
  options: AssetCheckOptions<I, C, R, P>,
  evaluate: (
    inputs: AssetValues<I, P>,
    context: AssetCheckContext<
      ConfigValue<C>,
      ResourceValues<R>,
      P extends Partitions ? PartitionContext : PartitionContext | null
    >,
  ) => T,
): AssetCheck<AssetValues<I, P>, T>;
export function assetCheck(name: string, options: AssetCheckOptions, evaluate: Evaluate): AssetCheckDefinition {
  const site = captureSite(assetCheck);
  checkName("asset check", name, site);
  if (options?.asset === undefined) throw new CircularImportError(`the \`asset\` of asset check "${name}"`, site);
  checkOptions(`asset check "${name}"`, options, assetCheckOptions, site);
  const spec = makeCheckSpec(name, options, site) as ResolvedAssetCheckSpec;
  const opName = `${opNameOf(spec.assetKey)}_${name}`;
  return makeCheck({ name, opName, specs: [spec], outputName: () => "result", canSubset: false, options, evaluate, site });
}

const assetCheckOptions: OptionNames<AssetCheckOptions> = {
  ...checkOpNames,
  asset: true,
  blocking: "flag",
  metadata: true,
  automationCondition: true,
};

/**
 * Declares several checks, of one asset or of several, that one function evaluates together.
 *
 * @param name - letters, digits and underscores; the name of its op, unique in the code location
 * @param evaluate - returns or yields one `checkResult({check, asset, …})` for each check
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function multiAssetCheck<
  T extends MaybePromise<CheckOutcomes>,
  I extends AssetInputs = Empty,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  name: string,
  options: MultiAssetCheckOptions<I, C, R, P>,
  evaluate: (
    inputs: AssetValues<I, P>,
    context: AssetCheckContext<
      ConfigValue<C>,
      ResourceValues<R>,
      P extends Partitions ? PartitionContext : PartitionContext | null
    >,
  ) => T,
): AssetCheck<AssetValues<I, P>, T>;
export function multiAssetCheck(name: string, options: MultiAssetCheckOptions, evaluate: Evaluate): AssetCheckDefinition {
  const site = captureSite(multiAssetCheck);
  checkName("multi asset check", name, site);
  const label = `multi asset check "${name}"`;
  checkOptions(label, options, multiAssetCheckOptions, site);
  const { specs } = options;
  if (!Array.isArray(specs) || specs.length === 0)
    throw new InvalidOptionError(label, "it has no `specs`; give at least one checkSpec(name, {asset})", site);
  const seen = new Set<string>();
  for (const [index, spec] of specs.entries()) {
    if (spec === undefined) throw new CircularImportError(`entry ${index} of \`specs\` of ${label}`, site);
    const { assetKey } = spec;
    if (assetKey === null) throw new InvalidOptionError(label, `its check "${spec.name}" names no \`asset\``, site);
    const key = { assetKey, name: spec.name };
    if (seen.has(assetCheckKeyToString(key)))
      throw new InvalidOptionError(label, `it has the check "${assetCheckKeyToUserString(key)}" twice`, site);
    seen.add(assetCheckKeyToString(key));
  }
  return makeCheck({
    name,
    opName: name,
    specs: specs as readonly ResolvedAssetCheckSpec[],
    outputName: checkOutputName,
    canSubset: options.canSubset ?? false,
    options,
    evaluate,
    site,
  });
}

const multiAssetCheckOptions: OptionNames<MultiAssetCheckOptions> = { ...checkOpNames, specs: "list", canSubset: "flag" };

type Evaluate = (inputs: never, context: never) => unknown;

interface CheckParts {
  readonly name: string;
  readonly opName: string;
  readonly specs: readonly ResolvedAssetCheckSpec[];
  readonly outputName: (spec: ResolvedAssetCheckSpec) => string;
  readonly canSubset: boolean;
  readonly options: CheckOpOptions<AssetInputs, Schema | undefined, ResourceMap, Partitions | undefined>;
  readonly evaluate: Evaluate;
  readonly site: DefinitionSite;
}

function makeCheck({ name, opName, specs, outputName, canSubset, options, evaluate, site }: CheckParts): AssetCheckDefinition {
  const label = `asset check "${name}"`;
  if (typeof evaluate !== "function")
    throw new InvalidOptionError(label, "its last argument must be the function that evaluates it", site);
  const ins = Object.entries(options.ins ?? {}).map(([input, upstream]) => valueInput(label, input, upstream, site));
  const checked = new Map(specs.map(({ assetKey }): [string, AssetKey] => [assetKeyToString(assetKey), assetKey]));
  const order = orderInputs(label, [...checked.values(), ...(options.deps ?? [])], ins, site);
  const op = makeOp({
    name: opName,
    site,
    compute: evaluate,
    ins: [...ins, ...order],
    outs: specs.map((spec) => checkOutput(outputName(spec), spec, !canSubset)),
    options,
    assetKey: null,
    partitions: toPartitions(options, label, site),
  });
  const definition: AssetCheckDefinition = {
    ...brand("assetCheck"),
    name,
    specs: Object.freeze([...specs]),
    canSubset,
    op,
    references: Object.freeze([...specs.flatMap(({ asset }) => asset ?? []), ...referencesOf(options)]),
    site,
  };
  const call = (...args: readonly unknown[]): unknown => (op as unknown as (...args: readonly unknown[]) => unknown)(...args);
  return makeCallable(call, definition);
}
