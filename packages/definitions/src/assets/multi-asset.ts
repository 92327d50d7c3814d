import { type AssetKey, assetKeysEqual, assetKeyToString, assetKeyToUserString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import {
  type AssetDefinition,
  type AssetDependency,
  type AssetInputs,
  assetOpNames,
  type AssetOpOptions,
  type AssetValues,
  type HasValue,
  insOf,
  type IsPartitioned,
} from "../asset.ts";
import { checkOutput, checkOutputName } from "../asset-checks/check-output.ts";
import type { CheckResult } from "../asset-checks/check-result.ts";
import type { AssetCheckSpec } from "../asset-checks/check-spec.ts";
import { brand, isDefinition } from "../brand.ts";
import { makeCallable } from "../callable.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkHooks } from "../hook.ts";
import { checkName } from "../names.ts";
import type { MultiAssetContext } from "../op-context.ts";
import { opNameOf } from "../op-name.ts";
import { type AssetWork, type InputDefinition, makeOp, type OutputDefinition } from "../op.ts";
import type { PartitionContext } from "../partitions/partition-context.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import { checkTimeout } from "../retry-policy.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "../resource.ts";
import type { InputOf, OutputOf, Schema } from "../schema.ts";
import {
  type AssetAttributeOptions,
  type AssetAttributes,
  assetAttributeNames,
  assetAttributes,
  prefixedKey,
} from "./asset-attributes.ts";
import { orderInputs, referencesOf, uniqueKeys, valueInputs } from "./asset-inputs.ts";
import type { MaterializeResult } from "./asset-result.ts";
import type { AssetSpec } from "./asset-spec.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";
import { backfillPolicyOf } from "../partitions/backfill-policy.ts";
import { checkSchema } from "../op-definitions.ts";

/** One of the assets that a multi-asset makes with a value: what {@link multiAsset} takes among its `outs`, when there is more to say than a schema. */
export interface AssetOut<S extends Schema = Schema> extends AssetAttributeOptions {
  /** What its value is; left out, the value is not checked. */
  readonly schema?: S;
  /** Default: the name of the output. */
  readonly key?: string | readonly string[];
  readonly keyPrefix?: string | readonly string[];
  /** What it is made from: inputs, other assets made here, or assets that it only follows. Default: all inputs. */
  readonly deps?: readonly AssetDependency[];
  /** Whether the function may leave it out; what depends on it is then skipped. Default false. */
  readonly optional?: boolean;
  /** Name of the I/O manager that stores its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
}

const assetOutOptions: OptionNames<AssetOut> = {
  ...assetAttributeNames,
  schema: true,
  key: true,
  keyPrefix: true,
  deps: "list",
  optional: "flag",
  ioManagerKey: "text",
};

/** The outputs of a multi-asset, by name: a schema, or more about the asset. */
export type AssetOuts = Readonly<Record<string, Schema | AssetOut>>;

type SchemaOf<O> = O extends Schema ? O : O extends { readonly schema: infer S extends Schema } ? S : undefined;
type OutInput<O> = SchemaOf<O> extends infer S extends Schema ? InputOf<S> : unknown;
type OutValue<O> = SchemaOf<O> extends infer S extends Schema ? OutputOf<S> : unknown;
type OptionalOuts<Outs extends AssetOuts> = {
  [K in keyof Outs]: Outs[K] extends { readonly optional: true } ? K : never;
}[keyof Outs];
type Made<T> = T | MaterializeResult<T>;

/** What the function of a multi-asset with `outs` makes, by name of output. */
export type AssetRecord<Outs extends AssetOuts, CanSubset extends boolean> = CanSubset extends true
  ? { readonly [K in keyof Outs]?: Made<OutInput<Outs[K]>> }
  : { readonly [K in Exclude<keyof Outs, OptionalOuts<Outs>>]: Made<OutInput<Outs[K]>> } & {
      readonly [K in OptionalOuts<Outs>]?: Made<OutInput<Outs[K]>>;
    };

type AnyPart<Outs extends AssetOuts> = { readonly [K in keyof Outs]?: Made<OutInput<Outs[K]>> };

type Yields<T> = Generator<T> | AsyncGenerator<T>;
type MaybePromise<T> = T | PromiseLike<T>;

/** What the function of a multi-asset may return. */
export type MultiAssetReturn<Outs extends AssetOuts | undefined, CanSubset extends boolean> = Outs extends AssetOuts
  ?
      | MaybePromise<AssetRecord<Outs, CanSubset>>
      | Yields<AnyPart<Outs> | MaterializeResult<OutInput<Outs[keyof Outs]>> | CheckResult>
  :
      | MaybePromise<void | MaterializeResult | readonly (MaterializeResult | CheckResult)[]>
      | Yields<MaterializeResult | CheckResult>;

/** What {@link multiAsset} takes beside name and function. */
export interface MultiAssetOptions<
  I extends AssetInputs = AssetInputs,
  Outs extends AssetOuts | undefined = AssetOuts | undefined,
  CanSubset extends boolean = boolean,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
> extends AssetOpOptions<C, R, P> {
  readonly description?: string;
  /** The assets it makes, with their values; the function returns a record with a value for each. */
  readonly outs?: Outs;
  /** The assets it makes, without values: the function stores them by itself, and returns or yields `materializeResult({asset, …})`. */
  readonly specs?: readonly AssetSpec[];
  /** The assets it reads; the function gets their values under the same names. */
  readonly ins?: I;
  /** Assets that must be made before, for those of its assets that name no `deps`. */
  readonly deps?: readonly AssetDependency[];
  /** For those of its assets that name no group. */
  readonly group?: string;
  /** Whether a run may make some of its assets alone: the function then looks at `context.selectedAssetKeys`. Default false. */
  readonly canSubset?: CanSubset;
  /** Checks of its assets that its function evaluates while it makes them. */
  readonly checks?: readonly AssetCheckSpec[];
}

/** Several assets that one function makes together; in a unit test, call it with the values of its inputs. */
export interface MultiAsset<
  Outs extends AssetOuts | undefined,
  Inputs,
  Returned,
  P extends Partitions | undefined = undefined,
> extends Omit<MultiAssetDefinition, "assets"> {
  readonly assets: Outs extends AssetOuts
    ? {
        readonly [K in keyof Outs]: AssetDefinition &
          HasValue<OutValue<Outs[K]>> &
          (P extends Partitions ? IsPartitioned : unknown);
      }
    : Readonly<Record<string, AssetDefinition>>;
  (
    ...args: keyof Inputs extends never
      ? [inputs?: Record<never, never>, context?: MultiAssetContext<never, never>]
      : [inputs: Inputs, context?: MultiAssetContext<never, never>]
  ): Returned;
}

type Empty = Record<never, never>;

/**
 * Declares several assets that one function makes together.
 *
 * With `outs` the function returns a record of values by output name; a generator yields parts of that record, each of which is stored
 * when it is yielded. With `specs` it stores what it makes by itself and returns or yields `materializeResult({asset, metadata})`;
 * returning nothing says that all of them were made.
 *
 * @param name - letters, digits and underscores; the name of its op
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function multiAsset<
  T extends MultiAssetReturn<Outs, CanSubset>,
  I extends AssetInputs = Empty,
  const Outs extends AssetOuts | undefined = undefined,
  CanSubset extends boolean = false,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  name: string,
  options: MultiAssetOptions<I, Outs, CanSubset, C, R, P>,
  compute: (
    inputs: AssetValues<I, P>,
    context: MultiAssetContext<ConfigValue<C>, ResourceValues<R>, P extends Partitions ? PartitionContext : null>,
  ) => T,
): MultiAsset<Outs, AssetValues<I, P>, T, P>;
export function multiAsset(name: string, options: MultiAssetOptions, compute: Compute): MultiAssetDefinition {
  const site = captureSite(multiAsset);
  checkOptions(`multi-asset "${name}"`, options, multiAssetOptions, site);
  return makeMultiAsset({ name, label: "multi-asset", kind: "materialize", options, compute, site });
}

const multiAssetOptions: OptionNames<MultiAssetOptions> = {
  checks: "list",
  description: "text",
  group: "text",
  ins: true,
  deps: "list",
  outs: true,
  specs: "list",
  canSubset: "flag",
  ...assetOpNames,
};

type Compute = (inputs: never, context: never) => unknown;

/** One of several assets as its options say it. */
interface Member {
  readonly key: AssetKey;
  readonly attributes: AssetAttributes;
  readonly output: string;
  readonly schema: Schema | null;
  readonly ioManagerKey: string;
  readonly isOptional: boolean;
  /** Null: nobody said. */
  readonly deps: readonly InputDefinition[] | null;
  readonly references: AssetDefinition["references"];
  readonly spec: AssetSpec | null;
}

export interface MultiAssetParts {
  readonly name: string;
  /** For messages: `multi-asset`. */
  readonly label: string;
  readonly kind: AssetWork["kind"];
  readonly options: MultiAssetOptions;
  readonly compute: Compute;
  readonly site: DefinitionSite;
}

/** Builds the op of several assets and a definition of each. */
export function makeMultiAsset({ name, label, kind, options, compute, site }: MultiAssetParts): MultiAssetDefinition {
  checkName(label, name, site);
  const owner = `${label} "${name}"`;
  if (typeof compute !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that makes it", site);
  checkTimeout(owner, "timeoutSeconds", options.timeoutSeconds, site);
  const members = membersOf(owner, options, site);
  const partitions = partitionsOf(owner, options, site);
  const keys = members.map(({ key }) => key);
  const ins = valueInputs(owner, options.ins, keys, site);
  const own = new Set(keys.map(assetKeyToString));
  const shared = orderInputs(owner, options.deps ?? [], ins, site);
  const canSubset = options.canSubset ?? false;
  const node = makeOp({
    name,
    site,
    compute,
    ins: [...ins, ...followed(members, [...ins, ...shared], own)],
    outs: [
      ...members.map(({ key, output, schema, ioManagerKey, isOptional, attributes }): OutputDefinition =>
        Object.freeze({
          name: output,
          schema,
          description: attributes.description,
          metadata: {},
          ioManagerKey,
          isRequired: !isOptional && !canSubset,
          assetKey: key,
          ...(isOptional && { isSkippable: true }),
        }),
      ),
      ...checksOfSeveral(owner, options, members, site),
    ],
    options: { ...options, outs: undefined, tags: options.opTags ?? {} } as never,
    assetKey: null,
    assetWork: Object.freeze({ kind, isMulti: true, canSubset, hasValues: options.outs !== undefined }),
    partitions,
  });
  const assets: Record<string, AssetDefinition> = {};
  const definition: MultiAssetDefinition = { ...brand("multiAsset"), name, assets, node, site };
  const call = (...args: readonly unknown[]): unknown => (node as unknown as (...args: readonly unknown[]) => unknown)(...args);
  const multi = makeCallable(call, definition);
  const hooks = checkHooks(owner, options.hooks ?? [], site);
  const readsOfEach = members.map((member) => readsOf(member, ins, shared, own));
  const idle = ins.find((input) => !readsOfEach.some((reads) => reads.includes(input)));
  if (idle !== undefined)
    throw new InvalidOptionError(
      owner,
      `its input "${idle.name}" is among the \`deps\` of none of its assets; add "${assetKeyToUserString(idle.assetKey!)}" to those of each that is made from it`,
      site,
    );
  for (const [index, member] of members.entries()) {
    const { key, attributes, output, schema, ioManagerKey, isOptional, spec } = member;
    const reads = readsOfEach[index]!;
    assets[spec === null ? output : assetKeyToUserString(key)] = Object.freeze({
      ...brand("asset"),
      ...attributes,
      key,
      ioManagerKey,
      schema,
      partitions,
      backfillPolicy: backfillPolicyOf(owner, options, site),
      ins: insOf(options.ins),
      references: [...member.references, ...referencesOf(options)],
      dependencies: Object.freeze(uniqueKeys(reads)),
      reads,
      node,
      output,
      isObserved: kind === "observe",
      isOptional,
      multi,
      spec,
      hooks,
      site,
    });
  }
  Object.freeze(assets);
  return multi;
}

function membersOf(owner: string, options: MultiAssetOptions, site: DefinitionSite): readonly Member[] {
  const { outs, specs } = options;
  if ((outs === undefined) === (specs === undefined)) {
    const problem =
      outs === undefined
        ? "it has neither `outs` nor `specs`; name the assets that it makes"
        : "it has both `outs` and `specs`; keep one";
    throw new InvalidOptionError(owner, problem, site);
  }
  const members = outs === undefined ? membersOfSpecs(owner, specs!, options, site) : membersOfOuts(owner, outs, options, site);
  if (members.length === 0) throw new InvalidOptionError(owner, "it makes no asset; name at least one", site);
  for (const by of ["key", "output"] as const) {
    const seen = new Map<string, string>();
    for (const member of members) {
      const id = by === "key" ? assetKeyToString(member.key) : member.output;
      const shown = assetKeyToUserString(member.key);
      const before = seen.get(id);
      if (before !== undefined)
        throw new InvalidOptionError(
          owner,
          by === "key"
            ? `it makes the asset "${shown}" twice`
            : `its assets "${before}" and "${shown}" have the same output "${id}"`,
          site,
        );
      seen.set(id, shown);
    }
  }
  return members;
}

function membersOfOuts(owner: string, outs: AssetOuts, options: MultiAssetOptions, site: DefinitionSite): readonly Member[] {
  return Object.entries(outs).map(([output, given]): Member => {
    if (given === undefined) throw new CircularImportError(`output "${output}" of ${owner}`, site);
    checkName("output", output, site, owner);
    const out: AssetOut = typeof given === "object" && "~standard" in given ? { schema: given } : (given as AssetOut);
    checkOptions(`output "${output}" of ${owner}`, out, assetOutOptions, site);
    if (out.schema !== undefined) checkSchema(owner, `its output "${output}"`, out.schema, site);
    const { schema = null, ioManagerKey = "io_manager", optional = false, deps } = out;
    const key = prefixedKey(out.keyPrefix, out.key ?? output, site);
    const shown = key.join("/");
    const attributes = assetAttributes({ ...(options.group !== undefined && { group: options.group }), ...out }, shown, site);
    return {
      key,
      attributes,
      output,
      schema,
      ioManagerKey,
      isOptional: optional,
      deps: deps === undefined ? null : orderInputs(`asset "${shown}"`, deps, [], site),
      references: referencesOf(out),
      spec: null,
    };
  });
}

function membersOfSpecs(
  owner: string,
  specs: readonly AssetSpec[],
  options: MultiAssetOptions,
  site: DefinitionSite,
): readonly Member[] {
  return specs.map((spec, index): Member => {
    if (spec === undefined) throw new CircularImportError(`entry ${index} of \`specs\` of ${owner}`, site);
    if (!isDefinition(spec, "assetSpec"))
      throw new InvalidOptionError(owner, `entry ${index} of its \`specs\` is none; make it with assetSpec(key, {…})`, site);
    const { key, ioManagerKey, schema, skippable, deps, references } = spec;
    if (schema !== null)
      throw new InvalidOptionError(
        owner,
        `the spec of "${assetKeyToUserString(key)}" was made by externalAsset(…); what is made here is described by assetSpec(…), or by \`outs\` when it has a value`,
        site,
      );
    const { description, group, kinds, owners, tags, metadata, codeVersion, freshnessPolicy, automationCondition } = spec;
    const attributes: AssetAttributes = {
      description,
      group: group === "default" ? (options.group ?? group) : group,
      kinds,
      owners,
      tags,
      metadata,
      codeVersion,
      freshnessPolicy,
      automationCondition,
    };
    return { key, attributes, output: opNameOf(key), schema: null, ioManagerKey, isOptional: skippable, deps, references, spec };
  });
}

/**
 * What one of the assets is made from: all inputs, or those that its own `deps` name. Earlier partitions of one that is made here are what that
 * one is made from, and others only when they say so.
 */
function readsOf(
  { key, deps }: Member,
  ins: readonly InputDefinition[],
  shared: readonly InputDefinition[],
  own: ReadonlySet<string>,
): readonly InputDefinition[] {
  const id = assetKeyToString(key);
  const idOf = ({ assetKey }: InputDefinition): string => assetKeyToString(assetKey!);
  if (deps === null) return Object.freeze([...ins.filter((input) => idOf(input) === id || !own.has(idOf(input))), ...shared]);
  return Object.freeze(
    deps.flatMap((dep) => {
      const isOfAnother = own.has(idOf(dep)) && idOf(dep) !== id;
      const values = isOfAnother ? [] : ins.filter((input) => idOf(input) === idOf(dep));
      return values.length === 0 || dep.read !== undefined ? [...values, dep] : values;
    }),
  );
}

/** What the assets follow besides the inputs of all of them, each once; what is made here is not waited for. */
function followed(
  members: readonly Member[],
  shared: readonly InputDefinition[],
  own: ReadonlySet<string>,
): readonly InputDefinition[] {
  const inputs = new Map(shared.map((input) => [assetKeyToString(input.assetKey!), input]));
  const names = new Set(shared.map(({ name }) => name));
  const added: InputDefinition[] = shared.filter(({ isOrderOnly }) => isOrderOnly);
  for (const { deps } of members) {
    for (const input of deps ?? []) {
      const id = assetKeyToString(input.assetKey!);
      // Of what is made here only earlier partitions come from elsewhere.
      if ((own.has(id) && input.read === undefined) || inputs.has(id)) continue;
      let { name } = input;
      while (names.has(name)) name += "_";
      names.add(name);
      inputs.set(id, input);
      added.push(name === input.name ? input : Object.freeze({ ...input, name }));
    }
  }
  return added;
}

/** Those of its own options, or else the only ones that its specs have. */
function partitionsOf(owner: string, options: MultiAssetOptions, site: DefinitionSite): Partitions | null {
  const own = toPartitions(options, owner, site);
  const ofSpecs = [...new Set((options.specs ?? []).flatMap((spec) => (spec?.partitions ? [spec.partitions] : [])))];
  if (ofSpecs.length > 1 || (own !== null && ofSpecs.some((one) => one !== own)))
    throw new InvalidOptionError(
      owner,
      "its assets have different `partitions`; assets that are made together have the same",
      site,
    );
  return own ?? ofSpecs[0] ?? null;
}

/** An output for each check that what makes several assets evaluates. */
export function checksOfSeveral(
  owner: string,
  { checks = [], canSubset = false }: Pick<MultiAssetOptions, "checks" | "canSubset">,
  members: readonly Pick<Member, "key" | "output" | "isOptional">[],
  site: DefinitionSite,
): readonly OutputDefinition[] {
  const names = new Set<string>(members.map(({ output }) => output));
  return checks.map((given, index) => {
    if (given === undefined) throw new CircularImportError(`entry ${index} of \`checks\` of ${owner}`, site);
    if (!isDefinition(given, "assetCheckSpec"))
      throw new InvalidOptionError(owner, `entry ${index} of its \`checks\` is none; make it with checkSpec(name, {…})`, site);
    const { assetKey } = given;
    const member = assetKey === null ? undefined : members.find(({ key }) => assetKeysEqual(key, assetKey));
    if (member === undefined)
      throw new InvalidOptionError(owner, `its check "${given.name}" must name one of its assets as \`asset\``, site);
    const spec = Object.freeze({ ...given, assetKey: member.key });
    const output = checkOutputName(spec);
    if (names.has(output))
      throw new InvalidOptionError(
        owner,
        `it has the check "${given.name}" of "${assetKeyToUserString(member.key)}" twice`,
        site,
      );
    names.add(output);
    return checkOutput(output, spec, !canSubset && !member.isOptional);
  });
}
