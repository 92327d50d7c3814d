import { type AssetKey, assetKeysEqual, assetKeyToUserString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import {
  type AnyAsset,
  type AssetDefinition,
  type AssetDependency,
  type AssetInputs,
  type AssetValues,
  insOf,
} from "../asset.ts";
import type { AssetCheckSpec } from "../asset-checks/check-spec.ts";
import type { brand } from "../brand.ts";
import { composeGraph } from "../compose-graph.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { configMappingOf, type GraphDefinition, type GraphOptions } from "../graph.ts";
import type { Handle } from "../handle.ts";
import { checkHooks, type HookDefinition } from "../hook.ts";
import type { OutputDefinition } from "../op.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import { opOutputOf } from "../resolve-job.ts";
import type { Schema } from "../schema.ts";
import type { AssetAttributes } from "./asset-attributes.ts";
import { orderInputs, referencesOf, uniqueKeys, valueInputs } from "./asset-inputs.ts";
import type { OptionNames } from "../option-names.ts";
import { backfillPolicyOf } from "../partitions/backfill-policy.ts";

/** What the ways to declare assets with a graph of ops have in common. */
export interface AssetGraphOptions<
  I extends AssetInputs = AssetInputs,
  P extends Partitions | undefined = Partitions | undefined,
  C extends Schema | undefined = Schema | undefined,
> extends Pick<GraphOptions<never, C>, "config" | "mapConfig"> {
  /** The assets it reads; the composing function gets a handle for each. */
  readonly ins?: I;
  /** Assets that must be made before its first ops run, whose values it does not get. */
  readonly deps?: readonly AssetDependency[];
  /** How it is cut into partitions; each of its ops then runs for the partition of the run. */
  readonly partitions?: P;
  /** How a backfill packs its partitions into runs. Default: one run for each. */
  readonly backfillPolicy?: AssetDefinition["backfillPolicy"];
  /**
   * Checks that ops of the graph evaluate: an op's output that is `checkResult(…)`, or whether it passed. The composing function returns
   * the handle of each under `ASSET_CHECK`, the asset's key with underscores and then the check's name.
   */
  readonly checks?: readonly AssetCheckSpec[];
  /** What is called after each of its steps, made by `successHook` or `failureHook`. */
  readonly hooks?: readonly HookDefinition[];
}

export const assetGraphNames: OptionNames<AssetGraphOptions> = {
  config: true,
  mapConfig: true,
  ins: true,
  deps: "list",
  partitions: true,
  backfillPolicy: true,
  checks: "list",
  hooks: "list",
};

/** What the composing function gets for each input. */
export type InputHandles<I extends AssetInputs, P extends Partitions | undefined = undefined> = {
  readonly [K in keyof AssetValues<I, P>]: Handle<AssetValues<I, P>[K]>;
};

export interface AssetGraphParts {
  /** For messages: `asset "a"`. */
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly options: AssetGraphOptions;
  /** What it makes. */
  readonly keys: readonly AssetKey[];
  readonly body: (inputs: never) => unknown;
  readonly site: DefinitionSite;
}

/**
 * Composes the graph of one or several assets. What it only follows is among its inputs, and no op within reads it: all of them wait.
 *
 * @throws InvalidOptionError, CircularImportError, CompositionError
 */
export function composeAssetGraph({ owner, name, description, options, keys, body, site }: AssetGraphParts): GraphDefinition {
  const ins = valueInputs(owner, options.ins, keys, site);
  const other = ins.find(({ inputManagerKey }) => inputManagerKey !== undefined);
  if (other !== undefined)
    throw new InvalidOptionError(
      owner,
      `its input "${other.name}" has an \`inputManagerKey\`, which ops of its graph do not know of; give it to the op's own input: opIn(schema, {inputManagerKey})`,
      site,
    );
  const graph = composeGraph({ label: owner, name, site, ins, description, tags: {}, body });
  const configMapping = configMappingOf(owner, options as Pick<GraphOptions, "config" | "mapConfig">, site);
  const deps = orderInputs(owner, options.deps ?? [], ins, site);
  const partitions = toPartitions(options, owner, site);
  return {
    ...graph,
    ins: Object.freeze([...ins, ...deps]),
    ...(configMapping !== null && { configMapping }),
    ...(partitions !== null && { partitions }),
  };
}

/**
 * The same graph with its outputs told apart: assets, and evaluations of checks.
 *
 * @throws InvalidOptionError when it returns something else than these, or one is missing or has any number of values
 */
export function withAssetOutputs(
  owner: string,
  graph: GraphDefinition,
  assets: ReadonlyMap<string, AssetDefinition["key"]>,
  checks: readonly OutputDefinition[],
  site: DefinitionSite,
): GraphDefinition {
  const specs = new Map(checks.map(({ name, check }) => [name, check!]));
  const fail = (problem: string): never => {
    throw new InvalidOptionError(owner, problem, site);
  };
  const returned = graph.outs.map(({ name }) => name);
  for (const name of assets.keys())
    if (!returned.includes(name)) fail(`its function must return a record with a handle for "${name}"`);
  for (const [name, { name: check, assetKey }] of specs) {
    if (returned.includes(name)) continue;
    fail(
      `its function must return a handle for "${name}": that of what evaluates the check "${check}" of "${assetKeyToUserString(assetKey)}"`,
    );
  }
  const outs = graph.outs.map((out) => {
    const assetKey = assets.get(out.name);
    const check = specs.get(out.name);
    if (assetKey === undefined && check === undefined)
      fail(
        `its function returns "${out.name}", which is not among its ${assets.has("result") ? "`checks`" : "`outs` and `checks`"}`,
      );
    if (out.isDynamic) fail(`its output "${out.name}" has any number of values; return what collects them`);
    return Object.freeze({ ...out, ...(assetKey !== undefined && { assetKey }), ...(check !== undefined && { check }) });
  });
  const twice = graph.outs.find(({ source }, index) =>
    graph.outs.some(
      (other, before) => before < index && other.source.node === source.node && other.source.output === source.output,
    ),
  );
  if (twice !== undefined) fail(`its function returns the same handle twice, the second time as "${twice.name}"`);
  return { ...graph, outs: Object.freeze(outs) };
}

type HowItIsMade = Omit<AssetDefinition, keyof AssetAttributes | "key" | "multi" | "site" | keyof ReturnType<typeof brand>>;

/** What an asset is from its graph: its value is that of the op output behind the graph's. */
export function madeBy(
  owner: string,
  node: GraphDefinition,
  key: AssetKey,
  output: string,
  options: AssetGraphOptions,
  site: DefinitionSite,
): HowItIsMade {
  const out = node.outs.find(({ name }) => name === output)!;
  const { schema, ioManagerKey } = opOutputOf(node, out.source);
  const references: readonly AnyAsset[] = referencesOf(options);
  // Earlier partitions of an asset are what that one is made from, as those of others that the graph makes are what they are made from.
  const siblings = node.outs.flatMap(({ assetKey }) =>
    assetKey === undefined || assetKeysEqual(assetKey, key) ? [] : [assetKey],
  );
  const reads = node.ins.filter(({ assetKey }) => !siblings.some((sibling) => assetKeysEqual(sibling, assetKey!)));
  return {
    ioManagerKey,
    schema,
    partitions: node.partitions ?? null,
    backfillPolicy: backfillPolicyOf(owner, options, site),
    ins: insOf(options.ins),
    references,
    dependencies: Object.freeze(uniqueKeys(reads)),
    reads: Object.freeze(reads),
    node,
    output,
    isObserved: false,
    isOptional: false,
    spec: null,
    hooks: checkHooks(owner, options.hooks ?? [], site),
  };
}
