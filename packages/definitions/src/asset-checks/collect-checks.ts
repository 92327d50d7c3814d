import { resolveCheckSelection, type SelectableAsset } from "@dagwright/graph";
import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  assetKeyToString,
  assetKeyToUserString,
  nearestWord,
} from "@dagwright/model";
import type { AnyAsset } from "../asset.ts";
import type { AssetJobDefinition } from "../asset-job.ts";
import type { DefinitionSite } from "../definition-site.ts";
import {
  type DefinitionError,
  DuplicateNameError,
  InvalidOptionError,
  UnknownAssetError,
  UnknownSelectionKeyError,
} from "../errors.ts";
import type { GraphDefinition } from "../graph.ts";
import type { OpDefinition } from "../op.ts";
import type { AssetCheckDefinition } from "./asset-check.ts";
import type { ResolvedAssetCheckSpec } from "./check-spec.ts";

/** One asset check of a code location, and the op, or the graph with the op, that evaluates it. */
export interface RepositoryCheck {
  readonly spec: ResolvedAssetCheckSpec;
  readonly op: OpDefinition | GraphDefinition;
  /** Null: the function, or the graph, of its own asset evaluates it. */
  readonly definition: AssetCheckDefinition | null;
}

/** All checks by the text of their keys, sorted; what is wrong with them is added to the problems. */
export function collectChecks(
  definitions: readonly AssetCheckDefinition[],
  assets: ReadonlyMap<string, AnyAsset>,
  problems: DefinitionError[],
): ReadonlyMap<string, RepositoryCheck> {
  const all = new Map<string, RepositoryCheck>();
  const add = (check: RepositoryCheck, site: DefinitionSite): void => {
    const id = assetCheckKeyToString(check.spec);
    const first = all.get(id);
    if (first !== undefined)
      problems.push(new DuplicateNameError("asset checks", assetCheckKeyToUserString(check.spec), first.op.site, site));
    else all.set(id, check);
  };
  for (const one of assets.values()) {
    if (!("node" in one)) continue;
    for (const { check } of one.node.outs) {
      if (check !== undefined && assetKeyToString(check.assetKey) === assetKeyToString(one.key))
        add({ spec: check, op: one.node, definition: null }, one.site);
    }
  }
  for (const definition of definitions) {
    const { op, site } = definition;
    for (const { name, assetKey } of op.ins) {
      if (assets.has(assetKeyToString(assetKey!))) continue;
      const key = assetKeyToUserString(assetKey!);
      const suggestion = nearestWord(
        key,
        [...assets.values()].map((known) => assetKeyToUserString(known.key)),
      );
      problems.push(
        new UnknownAssetError(
          `Asset check "${definition.name}" checks, reads or follows, as "${name}", the asset "${key}", which is not in \`definitions({assets})\`. Add it there${suggestion === null ? "" : ` (or did you mean "${suggestion}"?)`}`,
          site,
        ),
      );
    }
    for (const spec of definition.specs) add({ spec, op, definition }, site);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface SelectedChecks {
  /** Checks of ops of their own, each with at least one that is wanted. */
  readonly checks: readonly AssetCheckDefinition[];
  readonly wanted: ReadonlySet<string>;
}

/** All checks of a code location. */
export const allChecks = (known: ReadonlyMap<string, RepositoryCheck>): SelectedChecks => ({
  checks: definitionsOf(known.values()),
  wanted: new Set(known.keys()),
});

/**
 * The checks that an asset job evaluates: by its selection, as a rule those of its assets.
 *
 * @throws UnknownSelectionKeyError, InvalidOptionError when a check is selected that can only be evaluated with others or with its asset
 */
export function selectChecks(
  job: AssetJobDefinition,
  assets: readonly SelectableAsset[],
  chosenAssets: ReadonlySet<string>,
  known: ReadonlyMap<string, RepositoryCheck>,
): SelectedChecks {
  const owner = `asset job "${job.name}"`;
  const keys = [...known.values()].map(({ spec }): AssetCheckKey => ({ assetKey: spec.assetKey, name: spec.name }));
  const selected = resolveCheckSelection(job.selection.expression, assets, keys);
  const [unknown] = selected.unknownKeys;
  if (unknown !== undefined) {
    const shown = assetCheckKeyToUserString(unknown);
    throw new UnknownSelectionKeyError(owner, shown, nearestWord(shown, keys.map(assetCheckKeyToUserString)), job.site);
  }
  const wanted = new Set(selected.keys.map(assetCheckKeyToString));
  const found = [...wanted].map((id) => known.get(id)!);
  for (const { spec, definition } of found) {
    if (definition !== null || chosenAssets.has(assetKeyToString(spec.assetKey))) continue;
    throw new InvalidOptionError(
      owner,
      `it selects the check "${assetCheckKeyToUserString(spec)}" without its asset, whose function evaluates it`,
      job.site,
    );
  }
  const definitions = definitionsOf(found);
  for (const { name, canSubset, specs } of definitions) {
    const left = canSubset ? undefined : specs.find((spec) => !wanted.has(assetCheckKeyToString(spec)));
    if (left === undefined) continue;
    throw new InvalidOptionError(
      owner,
      `it selects some checks of "${name}" but not "${assetCheckKeyToUserString(left)}"; they are evaluated together unless it has \`canSubset: true\``,
      job.site,
    );
  }
  return { checks: definitions, wanted };
}

const definitionsOf = (checks: Iterable<RepositoryCheck>): readonly AssetCheckDefinition[] => [
  ...new Set([...checks].flatMap(({ definition }) => (definition === null ? [] : [definition]))),
];
