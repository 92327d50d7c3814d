import { type AssetSelectionExpression, parseAssetSelection } from "@dagwright/graph";
import type { AssetCheckKey } from "@dagwright/model";
import type { AssetCheckDefinition } from "./asset-checks/asset-check.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { parseAssetKey } from "./names.ts";
import type { AnyAsset } from "./asset.ts";
import { isAsset } from "./assets/asset-inputs.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** How far a selection reaches along dependencies. */
export interface ReachOptions {
  /** Most steps to go; default: to the end. */
  readonly depth?: number;
  /** Whether to keep the assets one starts from; default true. */
  readonly includeSelf?: boolean;
}

const reachNames: OptionNames<ReachOptions> = { depth: true, includeSelf: "flag" };

/** A choice among a code location's assets, resolved when the location is loaded. */
export interface AssetSelection extends Branded<"assetSelection"> {
  readonly expression: AssetSelectionExpression;
  /** What either selects (Dagster's `|`). */
  or(other: AssetSelection): AssetSelection;
  /** What both select (Dagster's `&`). */
  and(other: AssetSelection): AssetSelection;
  /** What the other does not select (Dagster's `-`). */
  minus(other: AssetSelection): AssetSelection;
  /** Also what the selected assets are made from. */
  upstream(options?: ReachOptions): AssetSelection;
  /** Also what is made from the selected assets. */
  downstream(options?: ReachOptions): AssetSelection;
  /** Of the selected assets those that are made from no other of them. */
  roots(): AssetSelection;
  /** Of the selected assets those that no other of them is made from. */
  sinks(): AssetSelection;
  /** The selected assets, and none of their checks. */
  withoutChecks(): AssetSelection;
}

function selection(expression: AssetSelectionExpression): AssetSelection {
  const reach = (
    kind: "upstream" | "downstream",
    options: ReachOptions,
    below: (...args: never[]) => unknown,
  ): AssetSelection => {
    checkOptions(`AssetSelection.${kind}`, options, reachNames, below);
    const { depth, includeSelf = true } = options;
    if (depth !== undefined && (!Number.isSafeInteger(depth) || depth < 0)) {
      throw new InvalidOptionError(
        `AssetSelection.${kind}`,
        `depth is ${depth}; it must be a whole number of at least 0`,
        captureSite(below),
      );
    }
    return selection({ kind, of: expression, depth: depth ?? null, includeSelf });
  };
  const made: AssetSelection = {
    ...brand("assetSelection"),
    expression: Object.freeze(expression),
    or: (other) => selection({ kind: "or", left: expression, right: other.expression }),
    and: (other) => selection({ kind: "and", left: expression, right: other.expression }),
    minus: (other) => selection({ kind: "minus", left: expression, right: other.expression }),
    upstream: (options = {}) => reach("upstream", options, made.upstream),
    downstream: (options = {}) => reach("downstream", options, made.downstream),
    roots: () => selection({ kind: "roots", of: expression }),
    sinks: () => selection({ kind: "sinks", of: expression }),
    withoutChecks: () => selection({ kind: "withoutChecks", of: expression }),
  };
  return Object.freeze(made);
}

/** Ways to select assets. Combine them with `.or()`, `.and()`, `.minus()`, `.upstream()`, `.downstream()`. */
export const AssetSelection: {
  /** Every asset of the code location. */
  all(): AssetSelection;
  /** These assets: definitions or keys. */
  keys(...keys: readonly (AnyAsset | string | readonly string[])[]): AssetSelection;
  /** The assets of these groups. */
  groups(...groups: readonly string[]): AssetSelection;
  /** The assets whose keys begin with these parts. */
  keyPrefixes(...prefixes: readonly (string | readonly string[])[]): AssetSelection;
  /** The assets with this tag; the empty value when none is given. */
  tag(key: string, value?: string): AssetSelection;
  /** The assets of this kind, e.g. `duckdb`. */
  kind(kind: string): AssetSelection;
  /** The assets of this owner: an e-mail address, or `team:name`. */
  owner(owner: string): AssetSelection;
  /** These asset checks, and no asset. */
  checks(
    ...checks: readonly (
      | AssetCheckDefinition
      | { readonly asset: AnyAsset | string | readonly string[]; readonly name: string }
    )[]
  ): AssetSelection;
  /** The checks of these assets, and no asset. */
  checksForAssets(...assets: readonly (AnyAsset | string | readonly string[])[]): AssetSelection;
  /** Every asset check of the code location, and no asset. */
  allChecks(): AssetSelection;
  /**
   * A selection as text, e.g. `"group:daily+ and not key:raw"`, in the language of the command line.
   *
   * @throws SelectionSyntaxError
   */
  fromText(text: string): AssetSelection;
} = Object.freeze({
  all: () => selection({ kind: "all" }),
  keys(...keys: readonly (AnyAsset | string | readonly string[])[]) {
    const site = captureSite(AssetSelection.keys);
    return selection({
      kind: "keys",
      keys: keys.map((key) => (isAsset(key) ? key.key : parseAssetKey(key, site, "selected asset"))),
    });
  },
  groups: (...groups: readonly string[]) => selection({ kind: "groups", groups }),
  keyPrefixes(...prefixes: readonly (string | readonly string[])[]) {
    const site = captureSite(AssetSelection.keyPrefixes);
    const patterns = prefixes.map((prefix): AssetSelectionExpression => {
      const key = parseAssetKey(prefix, site, "selected prefix");
      return { kind: "keyPattern", pattern: `${key.join("/")}/*` };
    });
    return selection(patterns.reduce((left, right) => ({ kind: "or", left, right }), { kind: "keys", keys: [] }));
  },
  tag: (key: string, value = "") => selection({ kind: "tag", key, value }),
  kind: (name: string) => selection({ kind: "kind", name }),
  owner: (name: string) => selection({ kind: "owner", name }),
  checks(
    ...checks: readonly (
      | AssetCheckDefinition
      | { readonly asset: AnyAsset | string | readonly string[]; readonly name: string }
    )[]
  ) {
    const site = captureSite(AssetSelection.checks);
    const keys = checks.flatMap((one): readonly AssetCheckKey[] =>
      "specs" in one
        ? one.specs.map(({ assetKey, name }) => ({ assetKey, name }))
        : [{ assetKey: isAsset(one.asset) ? one.asset.key : parseAssetKey(one.asset, site, "selected asset"), name: one.name }],
    );
    return selection({ kind: "checks", checks: keys });
  },
  checksForAssets: (...assets: readonly (AnyAsset | string | readonly string[])[]) =>
    selection({ kind: "checksOf", of: AssetSelection.keys(...assets).expression }),
  allChecks: () => selection({ kind: "checksOf", of: { kind: "all" } }),
  fromText: (text: string) => selection(parseAssetSelection(text)),
});
