import { type AssetCheckKey, type AssetKey, assetKeyToString, assetKeyToUserString, type Tags } from "@dagwright/model";
import { UnanswerableSelectionError } from "./errors.ts";

/** A choice among assets as plain data. */
export type AssetSelectionExpression =
  | { readonly kind: "all" }
  | { readonly kind: "keys"; readonly keys: readonly AssetKey[] }
  /** Keys as people write them, `*` standing for any text. */
  | { readonly kind: "keyPattern"; readonly pattern: string }
  | { readonly kind: "groups"; readonly groups: readonly string[] }
  /** Names of groups, `*` standing for any text. */
  | { readonly kind: "groupPattern"; readonly pattern: string }
  /** The tag has exactly this value; the empty one when none is asked for. */
  | { readonly kind: "tag"; readonly key: string; readonly value: string }
  | { readonly kind: "kind" | "owner" | "codeLocation"; readonly name: string }
  | { readonly kind: "is"; readonly what: "external" | "materializable" }
  /** Those of a selection that nothing of it comes before, or after. */
  | { readonly kind: "roots" | "sinks"; readonly of: AssetSelectionExpression }
  /** Asset checks by key, and no asset. */
  | { readonly kind: "checks"; readonly checks: readonly AssetCheckKey[] }
  /** The checks of the assets of a selection, and no asset. */
  | { readonly kind: "checksOf"; readonly of: AssetSelectionExpression }
  /** The assets of a selection, and no check. */
  | { readonly kind: "withoutChecks"; readonly of: AssetSelectionExpression }
  | { readonly kind: "or" | "and" | "minus"; readonly left: AssetSelectionExpression; readonly right: AssetSelectionExpression }
  | {
      readonly kind: "upstream" | "downstream";
      readonly of: AssetSelectionExpression;
      /** Most steps to go along dependencies; null: to the end. */
      readonly depth: number | null;
      /** Whether the assets one starts from are selected too. */
      readonly includeSelf: boolean;
    };

/** What a selection needs to know of an asset. */
export interface SelectableAsset {
  readonly key: AssetKey;
  readonly group: string;
  readonly dependencies: readonly AssetKey[];
  readonly tags: Tags;
  readonly kinds: readonly string[];
  readonly owners: readonly string[];
  /** Something else makes it. */
  readonly isExternal: boolean;
  /** Null while a code location loads itself: it does not know by which name others know it. */
  readonly location: string | null;
}

export interface ResolvedAssetSelection {
  /** In the order of the assets given. */
  readonly keys: readonly AssetKey[];
  /** Keys that the selection names and no asset has. */
  readonly unknownKeys: readonly AssetKey[];
}

/**
 * Which of the assets a selection selects. Dependencies on assets that are not among them are not followed.
 *
 * @throws UnanswerableSelectionError when it asks for what the assets do not tell, as for code locations while one loads
 */
export function resolveAssetSelection(
  expression: AssetSelectionExpression,
  assets: readonly SelectableAsset[],
): ResolvedAssetSelection {
  const ids = assets.map(({ key }) => assetKeyToString(key));
  const known = new Set(ids);
  const neighbours = neighboursOf(assets, known);
  const unknown = new Map<string, AssetKey>();

  const having = (has: (asset: SelectableAsset) => boolean): ReadonlySet<string> =>
    new Set(ids.filter((_, index) => has(assets[index]!)));

  const resolve = (node: AssetSelectionExpression): ReadonlySet<string> => {
    switch (node.kind) {
      case "all":
        return known;
      case "groups": {
        const groups = new Set(node.groups);
        return having(({ group }) => groups.has(group));
      }
      case "groupPattern": {
        const pattern = wildcard(node.pattern);
        return having(({ group }) => pattern.test(group));
      }
      case "keyPattern": {
        const pattern = wildcard(node.pattern);
        return having(({ key }) => pattern.test(assetKeyToUserString(key)));
      }
      case "tag":
        return having(({ tags }) => Object.hasOwn(tags, node.key) && tags[node.key] === node.value);
      case "kind":
        return having(({ kinds }) => kinds.includes(node.name));
      case "owner":
        return having(({ owners }) => owners.includes(node.name));
      case "codeLocation":
        return having(({ location }) => {
          if (location === null) throw new UnanswerableSelectionError("code_location");
          return location === node.name;
        });
      case "is":
        return having(({ isExternal }) => isExternal === (node.what === "external"));
      case "roots":
      case "sinks": {
        const of = resolve(node.of);
        const beyond = neighbours[node.kind === "roots" ? "upstream" : "downstream"];
        return new Set([...of].filter((id) => !(beyond.get(id) ?? []).some((other) => other !== id && of.has(other))));
      }
      case "keys": {
        const wanted = node.keys.map((key) => [assetKeyToString(key), key] as const);
        for (const [id, key] of wanted) if (!known.has(id)) unknown.set(id, key);
        return new Set(wanted.map(([id]) => id).filter((id) => known.has(id)));
      }
      case "checks":
      case "checksOf":
        return new Set();
      case "withoutChecks":
        return resolve(node.of);
      case "or":
        return resolve(node.left).union(resolve(node.right));
      case "and":
        return resolve(node.left).intersection(resolve(node.right));
      case "minus":
        return resolve(node.left).difference(resolve(node.right));
      case "upstream":
      case "downstream": {
        const start = resolve(node.of);
        const reached = reach(start, neighbours[node.kind], node.depth ?? Infinity);
        return node.includeSelf ? reached : reached.difference(start);
      }
    }
  };

  const selected = resolve(expression);
  return {
    keys: assets.filter((_, index) => selected.has(ids[index]!)).map(({ key }) => key),
    unknownKeys: [...unknown.values()],
  };
}

/** Finds each part behind the one before it; a regular expression of many stars would try every way to share the text among them. */
function wildcard(pattern: string): { test(text: string): boolean } {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  const test = (text: string): boolean => {
    if (last === undefined) return text === first;
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
  return { test };
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighboursOf(
  assets: readonly SelectableAsset[],
  known: ReadonlySet<string>,
): { readonly upstream: Neighbours; readonly downstream: Neighbours } {
  const upstream = new Map<string, string[]>();
  const downstream = new Map<string, string[]>();
  for (const { key, dependencies } of assets) {
    const id = assetKeyToString(key);
    for (const dependency of dependencies) {
      const from = assetKeyToString(dependency);
      if (!known.has(from)) continue;
      append(upstream, id, from);
      append(downstream, from, id);
    }
  }
  return { upstream, downstream };
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Breadth first from all starts at once, at most `depth` steps; the starts included. */
function reach(start: ReadonlySet<string>, neighbours: Neighbours, depth: number): ReadonlySet<string> {
  const reached = new Set(start);
  let edge = [...start];
  for (let step = 0; step < depth && edge.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of edge) {
      for (const neighbour of neighbours.get(id) ?? []) {
        if (reached.has(neighbour)) continue;
        reached.add(neighbour);
        next.push(neighbour);
      }
    }
    edge = next;
  }
  return reached;
}
