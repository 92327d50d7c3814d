import { findCycle } from "@dagwright/graph";
import {
  assetCheckKeyToString,
  type AssetKey,
  assetKeyToString,
  type InputSource,
  type JobAssetSnapshot,
  type JobCheckSnapshot,
} from "@dagwright/model";
import type { ComposedInput, ComposedNode } from "../composition.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { AssetCheckCycleError } from "../errors.ts";
import type { InputDefinition } from "../op.ts";
import { canSubset } from "../assets/asset-nodes.ts";
import type { AssetCheckDefinition } from "./asset-check.ts";

export interface JobChecksOptions {
  /** The nodes that make the job's assets. */
  readonly nodes: readonly ComposedNode[];
  readonly assets: readonly JobAssetSnapshot[];
  /** Checks of ops of their own that the job evaluates. */
  readonly checks: readonly AssetCheckDefinition[];
  /** Which of their specs it wants, as `assetCheckKeyToString` writes them. */
  readonly wanted: ReadonlySet<string>;
  readonly ioManagerKeyOf: (key: AssetKey) => string;
  readonly site: DefinitionSite;
}

/**
 * Adds to a job of assets the nodes that evaluate checks, and lets what reads or follows an asset wait for the asset's blocking checks.
 *
 * @throws AssetCheckCycleError when a blocking check needs what it holds up
 */
export function withChecks({ nodes, assets, checks, wanted, ioManagerKeyOf, site }: JobChecksOptions): {
  readonly nodes: readonly ComposedNode[];
  readonly checks: readonly JobCheckSnapshot[];
} {
  const made = new Map(assets.map((one) => [assetKeyToString(one.assetKey), one]));
  const evaluated: JobCheckSnapshot[] = [];
  const blockers = new Map<string, InputSource[]>();
  const block = (assetKey: AssetKey, node: string, output: string): void => {
    const id = assetKeyToString(assetKey);
    blockers.set(id, [...(blockers.get(id) ?? []), { kind: "check", node, output }]);
  };
  for (const { name, definition } of nodes) {
    for (const { name: output, check } of definition.outs) {
      if (check === undefined) continue;
      const { assetKey, blocking } = check;
      // Where a run makes some of several assets, the checks of the others are not evaluated.
      if (made.get(assetKeyToString(assetKey))?.node !== name && canSubset(definition)) continue;
      evaluated.push({ assetKey, name: check.name, node: name, output, blocking });
      // A step of a graph's own evaluates it; elsewhere the step that makes the asset fails with it.
      if (blocking && "nodes" in definition) block(assetKey, name, output);
    }
  }
  for (const { op } of checks) {
    for (const { name, check } of op.outs) {
      if (check === undefined || !wanted.has(assetCheckKeyToString(check))) continue;
      evaluated.push({ assetKey: check.assetKey, name: check.name, node: op.name, output: name, blocking: check.blocking });
      if (check.blocking) block(check.assetKey, op.name, name);
    }
  }

  const sourcesOf = (input: InputDefinition): readonly InputSource[] => {
    const key = input.assetKey!;
    const found = made.get(assetKeyToString(key));
    // What is observed has been stored by others.
    if (found !== undefined && !(found.isObserved && !input.isOrderOnly))
      return [{ kind: "output", node: found.node, output: found.output }];
    return input.isOrderOnly ? [] : [{ kind: "asset", assetKey: key, ioManagerKey: ioManagerKeyOf(key) }];
  };
  const checkNodes = checks.map(({ op }): ComposedNode => ({
    name: op.name,
    definition: op,
    tags: {},
    inputs: op.ins.map((input) => ({ input: input.name, isFanIn: false, sources: sourcesOf(input) })),
  }));
  if (blockers.size === 0) return { nodes: [...nodes, ...checkNodes], checks: evaluated };

  const keyOfOutput = new Map(assets.map((one) => [`${one.node}\0${one.output}`, assetKeyToString(one.assetKey)]));
  const blocked = nodes.map((node): ComposedNode => {
    const keys = new Map(
      node.definition.ins.flatMap(({ name, assetKey }) =>
        assetKey === null ? [] : [[name, assetKeyToString(assetKey)] as const],
      ),
    );
    return { ...node, inputs: node.inputs.map((input) => waitFor(node.name, input, keys.get(input.input))) };
  });
  const all = [...blocked, ...checkNodes];
  const cycle = findCycle(new Map(all.map((node) => [node.name, node.inputs.flatMap(({ sources }) => sources.flatMap(nodeOf))])));
  if (cycle !== null) throw new AssetCheckCycleError(cycle, site);
  return { nodes: all, checks: evaluated };

  function waitFor(node: string, input: ComposedInput, ownKey: string | undefined): ComposedInput {
    const keys = new Set(ownKey === undefined ? [] : [ownKey]);
    for (const source of input.sources) {
      if (source.kind === "asset") keys.add(assetKeyToString(source.assetKey));
      if (source.kind === "output") {
        const key = keyOfOutput.get(`${source.node}\0${source.output}`);
        if (key !== undefined) keys.add(key);
      }
    }
    const found = [...keys].flatMap((key) => blockers.get(key) ?? []).filter((one) => !nodeOf(one).includes(node));
    return found.length === 0 ? input : { ...input, sources: [...input.sources, ...found] };
  }
}

const nodeOf = (source: InputSource): readonly string[] =>
  source.kind === "output" || source.kind === "check" ? [source.node] : [];
