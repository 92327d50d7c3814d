import { parseAssetSelection, resolveAssetSelection, resolveCheckSelection, topologicalOrder } from "@dagwright/graph";
import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  type AssetCheckSnapshot,
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
  type AssetSnapshot,
  type AutomationConditionSnapshot,
  type BackfillPolicySnapshot,
  type JobSnapshot,
  type LocationSnapshot,
  type PartitionMappingSnapshot,
} from "@dagwright/model";
import { type Partitions, partitionsFromSnapshot } from "@dagwright/partitions";
import { childrenOf } from "../conditions/condition-node.ts";
import { conditionId } from "../conditions/condition-ids.ts";
import { type EntityId, entityIdOf, type EntityKey } from "../entity-key.ts";
import { Fact, factsOfOperand } from "./facts-needed.ts";

/** An asset, check or job as conditions see it. */
export interface AutomationNode {
  readonly id: EntityId;
  readonly key: EntityKey;
  /** As people write it. */
  readonly name: string;
  /** How many steps it is behind what depends on nothing. */
  readonly level: number;
  readonly partitions: Partitions | null;
  readonly condition: AutomationConditionSnapshot | null;
  /** Runs make it; null for a check. */
  readonly isMaterializable: boolean;
  /** Of a check: whether it stops what is downstream. */
  readonly isBlocking: boolean;
  readonly codeVersion: string | null;
  readonly backfillPolicy: BackfillPolicySnapshot | null;
  /** Assets that it reads or follows, in the order of their names. */
  readonly dependencies: readonly EntityId[];
  /** Assets and checks that read or follow it. */
  readonly children: ReadonlySet<EntityId>;
  /** Of an asset, in the order of their names. */
  readonly checks: readonly EntityId[];
  /** All that can only be made together, itself included; empty when it is alone. */
  readonly executionSet: readonly EntityId[];
  readonly asset: AssetSnapshot | null;
  readonly check: AssetCheckSnapshot | null;
  readonly job: AutomatedJob | null;
}

/** A job with a condition. */
export interface AutomatedJob {
  readonly name: string;
  /** Those of its assets that read no other asset of it, in the order of their names. */
  readonly rootAssets: readonly EntityId[];
}

/** A function of the code location, and what a condition asks it about. */
export interface AskedCustom {
  readonly name: string;
  readonly about: EntityId;
}

/** What the condition of one asset or check looks at: bits of `Fact` by id. */
export type Reads = ReadonlyMap<EntityId, number>;

/**
 * The assets, checks and jobs of a code location with what their conditions look at, once for each snapshot. Dependencies that other locations make
 * are described by those, where they are known.
 */
export class AutomationGraph {
  readonly #nodes = new Map<EntityId, AutomationNode>();
  readonly #reads = new Map<EntityId, Reads>();
  readonly #customs = new Map<EntityId, readonly AskedCustom[]>();
  readonly #readers = new Map<EntityId, EntityId[]>();
  readonly #selections = new Map<string, ReadonlySet<EntityId>>();
  readonly #assets: readonly AssetSnapshot[];
  readonly #checks: readonly AssetCheckSnapshot[];

  /** @param others - assets of other locations, by the text of their keys: what is only known by key here is taken from there */
  constructor(snapshot: LocationSnapshot, others: ReadonlyMap<string, AssetSnapshot> = new Map()) {
    this.#assets = withOthers(snapshot.assets, others);
    this.#checks = snapshot.checks ?? [];
    this.#build(snapshot);
    for (const node of this.#nodes.values()) {
      if (node.condition === null) continue;
      for (const id of this.readsOf(node).keys()) append(this.#readers, id, node.id);
    }
  }

  node(id: EntityId): AutomationNode | undefined {
    return this.#nodes.get(id);
  }

  /** @throws RangeError for one that is not in the graph */
  get(id: EntityId): AutomationNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new RangeError(`There is no asset, check or job ${id}`);
    return node;
  }

  nodes(): IterableIterator<AutomationNode> {
    return this.#nodes.values();
  }

  /** Those whose conditions look at it. */
  readersOf(id: EntityId): readonly EntityId[] {
    return this.#readers.get(id) ?? [];
  }

  /** All that a node's condition looks at. */
  readsOf(node: AutomationNode): Reads {
    let reads = this.#reads.get(node.id);
    if (reads === undefined) {
      const found = new Map<EntityId, number>([[node.id, Fact.partitions]]);
      const customs = new Map<string, AskedCustom>();
      if (node.condition !== null) this.#collectReads(node.condition, node, { reads: found, customs, seen: new Map() });
      this.#reads.set(node.id, (reads = found));
      this.#customs.set(node.id, [...customs.values()]);
    }
    return reads;
  }

  /** What a node's condition asks of functions of the code location. */
  customsOf(node: AutomationNode): readonly AskedCustom[] {
    this.readsOf(node);
    return this.#customs.get(node.id) ?? [];
  }

  /** The dependencies that an operator looks at, in the order of their names. */
  dependenciesFor(
    node: AutomationNode,
    narrowing: { readonly allow?: string; readonly ignore?: string },
  ): readonly AutomationNode[] {
    return this.#narrow(node.dependencies, narrowing);
  }

  checksFor(
    node: AutomationNode,
    narrowing: { readonly allow?: string; readonly ignore?: string; readonly blockingOnly: boolean },
  ): readonly AutomationNode[] {
    return this.#narrow(node.checks, narrowing).filter(({ isBlocking }) => isBlocking || !narrowing.blockingOnly);
  }

  /** Of a job: those of its assets that read no other asset of it. */
  rootAssetsOf({ job }: AutomationNode): readonly AutomationNode[] {
    return (job?.rootAssets ?? []).map((id) => this.get(id));
  }

  /** Conditions of what is made from a node, near and far, each with the assets that have it, in the order of their names. */
  downstreamConditions(
    node: AutomationNode,
  ): readonly { readonly condition: AutomationConditionSnapshot; readonly nodes: readonly AutomationNode[] }[] {
    const found = new Map<string, { condition: AutomationConditionSnapshot; nodes: AutomationNode[] }>();
    const seen = new Set<EntityId>([node.id]);
    const queue = [node];
    for (const at of queue) {
      for (const id of at.children) {
        const child = this.get(id);
        if (seen.has(id) || child.asset === null) continue;
        seen.add(id);
        queue.push(child);
        const condition = child.condition === null ? null : withoutDownstream(child.condition);
        if (condition === null) continue;
        const key = `${conditionId(condition)}${condition.label ?? ""}`;
        const entry = found.get(key) ?? { condition, nodes: [] };
        found.set(key, entry);
        entry.nodes.push(child);
      }
    }
    const named = [...found.values()].map(({ condition, nodes }) => ({ condition, nodes: nodes.toSorted(byName) }));
    return named.toSorted((a, b) => byName(a.nodes[0]!, b.nodes[0]!));
  }

  /** Which partitions of an upstream asset partitions of a downstream one read. */
  mappingBetween(downstream: AutomationNode, upstream: AutomationNode): PartitionMappingSnapshot | null {
    const given = downstream.asset?.partitionMappings?.find((one) => assetKeyToString(one.upstream) === upstream.id);
    return given?.mapping ?? null;
  }

  #narrow(
    ids: readonly EntityId[],
    { allow, ignore }: { readonly allow?: string; readonly ignore?: string },
  ): readonly AutomationNode[] {
    const allowed = allow === undefined ? null : this.select(allow);
    const ignored = ignore === undefined ? null : this.select(ignore);
    return ids.filter((id) => allowed?.has(id) !== false && ignored?.has(id) !== true).map((id) => this.get(id));
  }

  /** The assets and checks that a selection means, by its text. */
  select(text: string): ReadonlySet<EntityId> {
    let selected = this.#selections.get(text);
    if (selected === undefined) {
      const expression = parseAssetSelection(text);
      const assets = this.#assets.map((asset) => ({ ...asset, location: null }));
      selected = new Set([
        ...resolveAssetSelection(expression, assets).keys.map(assetKeyToString),
        ...resolveCheckSelection(expression, assets, this.#checks).keys.map(assetCheckKeyToString),
      ]);
      this.#selections.set(text, selected);
    }
    return selected;
  }

  #collectReads(
    condition: AutomationConditionSnapshot,
    about: AutomationNode,
    found: {
      readonly reads: Map<EntityId, number>;
      readonly customs: Map<string, AskedCustom>;
      readonly seen: Map<AutomationConditionSnapshot, Set<EntityId>>;
    },
  ): void {
    const { reads, customs, seen } = found;
    const asked = seen.get(condition) ?? new Set<EntityId>();
    if (asked.has(about.id)) return;
    seen.set(condition, asked.add(about.id));
    reads.set(about.id, (reads.get(about.id) ?? 0) | Fact.partitions | factsOfOperand(condition));
    const visit = (child: AutomationConditionSnapshot, node: AutomationNode): void => this.#collectReads(child, node, found);
    if (condition.kind === "custom") customs.set(`${condition.name} ${about.id}`, { name: condition.name, about: about.id });
    switch (condition.kind) {
      case "anyDepsMatch":
      case "allDepsMatch":
        for (const dependency of this.dependenciesFor(about, condition)) visit(condition.operand, dependency);
        return;
      case "anyChecksMatch":
      case "allChecksMatch":
        for (const check of this.checksFor(about, condition)) visit(condition.operand, check);
        return;
      case "anyJobRootAssetsMatch":
      case "allJobRootAssetsMatch":
        for (const root of this.rootAssetsOf(about)) visit(condition.operand, root);
        return;
      case "assetMatches": {
        const other = this.#nodes.get(assetKeyToString(condition.key));
        if (other !== undefined) visit(condition.operand, other);
        return;
      }
      case "anyDownstreamConditions":
        for (const { condition: downstream } of this.downstreamConditions(about)) visit(downstream, about);
        return;
      default:
        for (const child of childrenOf(condition)) visit(child, about);
    }
  }

  #build(snapshot: LocationSnapshot): void {
    const assets = new Map(this.#assets.map((asset) => [assetKeyToString(asset.key), asset]));
    const dependencies = new Map<EntityId, readonly EntityId[]>();
    const children = new Map<EntityId, Set<EntityId>>();
    const checks = new Map<EntityId, EntityId[]>();
    const known = (keys: readonly AssetKey[]): readonly EntityId[] =>
      [...new Set(keys.map(assetKeyToString))]
        .filter((id) => assets.has(id))
        .sort((a, b) => compareKeys(assets.get(a)!.key, assets.get(b)!.key));
    for (const [id, asset] of assets) dependencies.set(id, known(asset.dependencies));
    const checkIds = this.#checks.map((check) => [assetCheckKeyToString(check), check] as const);
    for (const [id, check] of checkIds.toSorted((a, b) => (a[1].name < b[1].name ? -1 : 1))) {
      dependencies.set(id, known([check.assetKey, ...check.additionalAssetKeys]));
      append(checks, assetKeyToString(check.assetKey), id);
    }
    for (const [id, ids] of dependencies) {
      for (const upstream of ids) {
        const set = children.get(upstream) ?? new Set();
        children.set(upstream, set.add(id));
      }
    }
    const levels = levelsOf(dependencies);
    const sets = executionSets(snapshot);
    // Equal conditions as one object: what is worked out for one holds for all assets that have it.
    const conditions = new Map<string, AutomationConditionSnapshot>();
    const shared = (condition: AutomationConditionSnapshot | undefined): AutomationConditionSnapshot | null => {
      if (condition === undefined) return null;
      const text = JSON.stringify(condition);
      const known = conditions.get(text) ?? condition;
      conditions.set(text, known);
      return known;
    };
    const partitions = new Map<string, Partitions>();
    const partitionsOf = (one: Pick<AssetSnapshot | JobSnapshot, "partitions">): Partitions | null => {
      if (one.partitions === undefined) return null;
      const text = JSON.stringify(one.partitions);
      const made = partitions.get(text) ?? partitionsFromSnapshot(one.partitions);
      partitions.set(text, made);
      return made;
    };
    const none: ReadonlySet<EntityId> = new Set();
    for (const [id, asset] of assets) {
      this.#nodes.set(id, {
        id,
        key: asset.key,
        name: assetKeyToUserString(asset.key),
        level: levels.get(id) ?? 0,
        partitions: partitionsOf(asset),
        condition: asset.isExecutable ? shared(asset.automationCondition) : null,
        isMaterializable: asset.isExecutable && !asset.isExternal,
        isBlocking: false,
        codeVersion: asset.codeVersion,
        backfillPolicy: asset.backfillPolicy ?? null,
        dependencies: dependencies.get(id) ?? [],
        children: children.get(id) ?? none,
        checks: checks.get(id) ?? [],
        executionSet: sets.get(id) ?? [],
        asset,
        check: null,
        job: null,
      });
    }
    for (const [id, check] of checkIds) {
      const key: AssetCheckKey = { assetKey: check.assetKey, name: check.name };
      this.#nodes.set(id, {
        id,
        key,
        name: assetCheckKeyToUserString(key),
        level: levels.get(id) ?? 0,
        partitions: null,
        condition: shared(check.automationCondition),
        isMaterializable: false,
        isBlocking: check.blocking,
        codeVersion: null,
        backfillPolicy: null,
        dependencies: dependencies.get(id) ?? [],
        children: none,
        checks: [],
        executionSet: sets.get(id) ?? [],
        asset: null,
        check,
        job: null,
      });
    }
    for (const job of snapshot.jobs) {
      if (job.automationCondition === undefined) continue;
      const key = { jobName: job.name };
      const own = known(job.assets.map(({ assetKey }) => assetKey));
      const made = new Set(own);
      const isRoot = (id: EntityId): boolean => dependencies.get(id)!.every((upstream) => upstream === id || !made.has(upstream));
      this.#nodes.set(entityIdOf(key), {
        id: entityIdOf(key),
        key,
        name: job.name,
        // Nothing that is requested beside it is made by its run, so that it waits for nothing.
        level: 0,
        partitions: partitionsOf(job),
        condition: shared(job.automationCondition),
        isMaterializable: false,
        isBlocking: false,
        codeVersion: null,
        backfillPolicy: null,
        dependencies: [],
        children: none,
        checks: [],
        executionSet: [],
        asset: null,
        check: null,
        job: { name: job.name, rootAssets: own.filter(isRoot) },
      });
    }
  }
}

function levelsOf(dependencies: ReadonlyMap<EntityId, readonly EntityId[]>): ReadonlyMap<EntityId, number> {
  // What an asset reads of itself comes before it in time only.
  const others = new Map([...dependencies].map(([id, ids]) => [id, ids.filter((other) => other !== id)]));
  const levels = new Map<EntityId, number>();
  for (const id of topologicalOrder(others))
    levels.set(id, 1 + Math.max(-1, ...others.get(id)!.map((upstream) => levels.get(upstream) ?? -1)));
  return levels;
}

/** Assets that one op makes and that cannot be made one by one, with its checks. */
function executionSets({ jobs, assets, checks = [] }: LocationSnapshot): ReadonlyMap<EntityId, readonly EntityId[]> {
  const subsettable = new Set(jobs.flatMap(({ ops }) => ops.flatMap((op) => (op.canSubset === true ? [op.name] : []))));
  const byOp = new Map<string, EntityId[]>();
  for (const { key, opName, isExecutable } of assets)
    if (isExecutable && opName !== null && !subsettable.has(opName)) append(byOp, opName, assetKeyToString(key));
  for (const check of checks) if (byOp.has(check.opName)) append(byOp, check.opName, assetCheckKeyToString(check));
  const sets = new Map<EntityId, readonly EntityId[]>();
  for (const set of byOp.values()) if (set.length > 1) for (const id of set) sets.set(id, set);
  return sets;
}

/** External assets as the location that makes them describes them; as this one sees them, they still are made elsewhere. */
const withOthers = (assets: readonly AssetSnapshot[], others: ReadonlyMap<string, AssetSnapshot>): readonly AssetSnapshot[] =>
  assets.map((asset) => {
    const other = asset.isExecutable ? undefined : others.get(assetKeyToString(asset.key));
    if (other === undefined) return asset;
    const { automationCondition: _, ...described } = other;
    return { ...described, isExecutable: false, isExternal: true, dependencies: [], opName: null, jobNames: [] };
  });

/** A condition without `anyDownstreamConditions`, which is what it would be asked for itself; null when nothing is left. */
function withoutDownstream(condition: AutomationConditionSnapshot): AutomationConditionSnapshot | null {
  if (condition.label !== undefined) return condition;
  if (condition.kind === "anyDownstreamConditions") return null;
  if (condition.kind !== "and" && condition.kind !== "or") return condition;
  const kept = condition.operands.map(withoutDownstream);
  if (condition.kind === "and" && kept.includes(null)) return null;
  const operands = kept.filter((one) => one !== null);
  if (operands.length === 0) return null;
  return operands.length === 1 ? operands[0]! : { kind: condition.kind, operands };
}

/** Part by part, as Dagster sorts keys. */
function compareKeys(a: AssetKey, b: AssetKey): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part !== other) return part < other ? -1 : 1;
  }
  return a.length - b.length;
}

const byName = (a: AutomationNode, b: AutomationNode): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
