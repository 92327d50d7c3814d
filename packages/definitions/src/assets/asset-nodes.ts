import { findCycle } from "@dagwright/graph";
import { type AssetKey, assetKeyToString, assetKeyToUserString, type InputSource, type JobAssetSnapshot } from "@dagwright/model";
import type { AssetDefinition } from "../asset.ts";
import type { ComposedNode } from "../composition.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { AssetCycleError, InvalidOptionError } from "../errors.ts";
import type { InputDefinition } from "../op.ts";

export interface AssetNodesOptions {
  /** For messages: `asset job "a"`. */
  readonly owner: string;
  readonly site: DefinitionSite;
  /** What the job makes, each after what it depends on. */
  readonly selected: readonly AssetDefinition[];
  readonly ioManagerKeyOf: (key: AssetKey) => string;
}

/** Assets that one node of a job makes. */
interface Part {
  readonly name: string;
  readonly node: AssetDefinition["node"];
  readonly members: readonly AssetDefinition[];
}

/**
 * The nodes of a job that makes these assets: one for each op or graph, wired by their dependencies. What is read but not made here is
 * loaded from where it was stored; what is only followed and not made here counts as done.
 *
 * @throws InvalidOptionError when it selects some of several assets that are only made together; AssetCycleError when their ops wait for
 * one another though the assets do not
 */
export function assetNodes(options: AssetNodesOptions): {
  readonly nodes: readonly ComposedNode[];
  readonly assets: readonly JobAssetSnapshot[];
} {
  const { selected, ioManagerKeyOf } = options;
  const parts = partsOf(options);
  const made = new Map<string, Omit<JobAssetSnapshot, "assetKey">>();
  for (const { name, members } of parts)
    for (const { key, output, isObserved } of members)
      made.set(assetKeyToString(key), { node: name, output, ...(isObserved && { isObserved }) });
  const nodes = parts.map(({ name, node, members }): ComposedNode => {
    const own = new Set(keysMadeBy(members).map(assetKeyToString));
    const followed = canSubset(node) ? new Set(members.flatMap(({ dependencies }) => dependencies.map(assetKeyToString))) : null;
    const sourcesOf = ({ assetKey, isOrderOnly }: InputDefinition): readonly InputSource[] => {
      const id = assetKeyToString(assetKey!);
      // What only the members need that are left out here is not waited for.
      if (isOrderOnly && followed !== null && !followed.has(id)) return [];
      const source = made.get(id);
      const { node: maker, output, isObserved } = source ?? {};
      const stored = { kind: "asset", assetKey: assetKey!, ioManagerKey: ioManagerKeyOf(assetKey!) } as const;
      // Of its own it reads partitions that are stored already, also where it makes its assets in turns.
      if (own.has(id)) return isOrderOnly ? [] : [stored];
      if (maker === undefined || output === undefined) return isOrderOnly ? [] : [stored];
      // What is observed has been stored by others; only the order comes from here.
      if (isObserved && !isOrderOnly) return [stored, { kind: "check", node: maker, output }];
      return [{ kind: "output", node: maker, output }];
    };
    const inputs = node.ins.map((input) => ({ input: input.name, isFanIn: false, sources: sourcesOf(input) }));
    const hooks = members[0]!.hooks;
    return { name, definition: node, tags: {}, inputs, ...(hooks.length > 0 && { hooks }) };
  });
  const assets = selected.map(({ key }): JobAssetSnapshot => ({ assetKey: key, ...made.get(assetKeyToString(key))! }));
  return { nodes, assets };
}

/** All that the node of some assets makes. */
const keysMadeBy = (members: readonly AssetDefinition[]): readonly AssetKey[] =>
  [...Object.values(members[0]?.multi?.assets ?? {}), ...members].map(({ key }) => key);

/** Whether a run may ask for some of the assets that a node makes. */
export const canSubset = (node: AssetDefinition["node"]): boolean =>
  "nodes" in node ? node.canSubset === true : node.assetWork?.canSubset === true;

function partsOf(options: AssetNodesOptions): readonly Part[] {
  const { selected, owner, site } = options;
  const members = new Map<AssetDefinition["node"], AssetDefinition[]>();
  for (const one of selected) {
    const list = members.get(one.node);
    if (list) list.push(one);
    else members.set(one.node, [one]);
  }
  const parts = [...members].map(([node, list]): Part => ({ name: node.name, node, members: list }));
  if (selected.every(({ multi }) => multi === null)) return parts;

  for (const part of parts) {
    if (canSubset(part.node)) continue;
    const all = Object.values(part.members[0]!.multi?.assets ?? {});
    const left = all.length === part.members.length ? undefined : all.find((one) => !part.members.includes(one));
    if (left === undefined) continue;
    throw new InvalidOptionError(
      owner,
      `it selects "${assetKeyToUserString(part.members[0]!.key)}" but not "${assetKeyToUserString(left.key)}"; "${part.name}" makes them together unless it has \`canSubset: true\``,
      site,
    );
  }
  return findCycle(waitingFor(parts)) === null ? parts : inTurns(parts, site);
}

/** Which nodes each node waits for. */
function waitingFor(parts: readonly Part[]): ReadonlyMap<string, readonly string[]> {
  const nodeOf = new Map(parts.flatMap(({ name, members }) => members.map(({ key }) => [assetKeyToString(key), name] as const)));
  return new Map(
    parts.map(({ name, members }) => {
      const nodes = members.flatMap(({ dependencies }) =>
        dependencies.flatMap((key) => {
          const node = nodeOf.get(assetKeyToString(key));
          return node === undefined || node === name ? [] : [node];
        }),
      );
      return [name, [...new Set(nodes)]];
    }),
  );
}

/**
 * Splits nodes that wait for one another: each makes what it can when what that depends on has been made, and the rest in a later turn,
 * under the name `name_2`.
 */
function inTurns(parts: readonly Part[], site: DefinitionSite): readonly Part[] {
  const missing = new Set(parts.flatMap(({ members }) => members.map(({ key }) => assetKeyToString(key))));
  const left = new Map(parts.map(({ node, members }) => [node, [...members]]));
  const turns: Part[] = [];
  const count = new Map<string, number>();
  /** Members come in an order in which they could be made one after the other. */
  const makeable = (members: readonly AssetDefinition[]): readonly AssetDefinition[] => {
    const found = new Set<string>();
    return members.filter(({ key, dependencies }) => {
      const own = assetKeyToString(key);
      const isReady = dependencies.map(assetKeyToString).every((one) => one === own || !missing.has(one) || found.has(one));
      if (isReady) found.add(own);
      return isReady;
    });
  };
  while (left.size > 0) {
    const ready = [...left].map(([node, members]) => ({ node, members, now: makeable(members) }));
    const next =
      ready.find(({ members, now }) => now.length === members.length) ??
      ready.find(({ node, now }) => now.length > 0 && canSubset(node));
    if (next === undefined) {
      const cycle = findCycle(waitingFor(parts)) ?? [];
      throw new AssetCycleError(cycle, site);
    }
    const turn = (count.get(next.node.name) ?? 0) + 1;
    count.set(next.node.name, turn);
    turns.push({ name: turn === 1 ? next.node.name : `${next.node.name}_${turn}`, node: next.node, members: next.now });
    for (const { key } of next.now) missing.delete(assetKeyToString(key));
    const rest = next.members.filter((one) => !next.now.includes(one));
    if (rest.length === 0) left.delete(next.node);
    else left.set(next.node, rest);
  }
  return turns;
}
