import { topologicalOrder } from "@dagwright/graph";
import {
  assetJobName,
  assetKeysEqual,
  assetKeyToString,
  type AssetSnapshot,
  type CodeLocationName,
  type JobSnapshot,
  type LocationSnapshot,
  type PartitionMappingSnapshot,
  type PartitionsSnapshot,
} from "@dagwright/model";
import {
  defaultMapping,
  downstreamSubset,
  type Partitions,
  partitionsFromSnapshot,
  type PartitionSubset,
  type PartitionsView,
  staticPartitions,
  type UpstreamSubset,
  upstreamSubset,
} from "@dagwright/partitions";

/** An asset where it is defined. */
export interface LocatedAsset {
  readonly location: CodeLocationName;
  readonly snapshot: Pick<LocationSnapshot, "jobs" | "assets">;
  readonly asset: AssetSnapshot;
}

/** An asset with its partitions, in a {@link PartitionGraph}. */
export interface PartitionNode extends LocatedAsset {
  /** The text of its key. */
  readonly id: string;
  /** Of one without partitions: a single one that stands for all of it. */
  readonly partitions: Partitions;
  /** Names the partitions: two nodes with the same have the same partitions. */
  readonly partitionsId: string;
  readonly isPartitioned: boolean;
}

/** Stands for the partitions of what has none, so that all assets are reckoned with alike. */
export const unpartitioned: Partitions = staticPartitions(["*"]);
const unpartitionedId = "";

/**
 * Some assets with their partitions, and which partitions of one read which of another. Dependencies on assets beyond them do not count.
 *
 * Every subset that it is asked about belongs to the moment of its view.
 */
export class PartitionGraph {
  readonly view: PartitionsView;
  /** Those that one op makes and cannot make apart stand together; what others read comes before them. */
  readonly units: readonly (readonly PartitionNode[])[];
  readonly #nodes: ReadonlyMap<string, PartitionNode>;
  readonly #parents: ReadonlyMap<string, readonly PartitionNode[]>;
  readonly #children: ReadonlyMap<string, readonly PartitionNode[]>;
  readonly #mappings = new Map<PartitionNode, Map<PartitionNode, PartitionMappingSnapshot>>();

  /** @param partitions - in place of the assets' own, by the text of their keys; null: none */
  constructor(
    assets: Iterable<LocatedAsset>,
    view: PartitionsView,
    partitions: ReadonlyMap<string, PartitionsSnapshot | null> = new Map(),
  ) {
    this.view = view;
    this.#nodes = new Map(
      Array.from(assets, (located) => {
        const id = assetKeyToString(located.asset.key);
        const own = partitions.get(id);
        return [id, toNode(id, located, own === undefined ? (located.asset.partitions ?? null) : own)];
      }),
    );
    const nodes = [...this.#nodes.values()];
    this.#parents = new Map(
      nodes.map(({ id, asset }) => {
        const keys = new Set(asset.dependencies.map(assetKeyToString));
        return [id, [...keys].flatMap((key) => this.#nodes.get(key) ?? [])];
      }),
    );
    const children = new Map<string, PartitionNode[]>(nodes.map(({ id }) => [id, []]));
    for (const node of nodes) for (const parent of this.parentsOf(node)) children.get(parent.id)!.push(node);
    this.#children = children;
    this.units = this.#unitsInOrder(nodes);
  }

  get(id: string): PartitionNode | undefined {
    return this.#nodes.get(id);
  }

  /** What it reads, itself included when it reads earlier partitions of its own. */
  parentsOf({ id }: PartitionNode): readonly PartitionNode[] {
    return this.#parents.get(id) ?? [];
  }

  childrenOf({ id }: PartitionNode): readonly PartitionNode[] {
    return this.#children.get(id) ?? [];
  }

  /** Of a unit what one of its assets reads earlier partitions of: itself, or another that is made with it. */
  earlierReads(unit: readonly PartitionNode[], node: PartitionNode): readonly PartitionNode[] {
    return this.parentsOf(node).filter((parent) => parent === node || (unit.includes(parent) && !this.isIdentity(node, parent)));
  }

  /** Whether partitions of a unit read earlier ones of the same unit, so that they are made in order. */
  readsItself(unit: readonly PartitionNode[]): boolean {
    return unit.some((node) => this.earlierReads(unit, node).length > 0);
  }

  /**
   * The partitions of a parent that some of a child's read.
   *
   * @throws InvalidPartitionMappingError when the mapping does not fit the two, as after a change of the partitions of one of them
   */
  upstream(child: PartitionNode, parent: PartitionNode, subset: PartitionSubset): UpstreamSubset {
    const mapping = this.#mapping(child, parent);
    return upstreamSubset({ mapping, upstream: parent.partitions, downstream: child.partitions, subset, view: this.view });
  }

  /**
   * The partitions of a child that read any of some of a parent's.
   *
   * @throws InvalidPartitionMappingError
   */
  downstream(parent: PartitionNode, child: PartitionNode, subset: PartitionSubset): PartitionSubset {
    const mapping = this.#mapping(child, parent);
    return downstreamSubset({ mapping, upstream: parent.partitions, downstream: child.partitions, subset, view: this.view });
  }

  /** Whether each partition of the child reads the same one of the parent and no other. */
  isIdentity(child: PartitionNode, parent: PartitionNode): boolean {
    if (child.partitionsId !== parent.partitionsId) return false;
    if (!child.isPartitioned) return true;
    const mapping = this.#mapping(child, parent);
    return mapping.kind === "identity" || (mapping.kind === "timeWindow" && mapping.startOffset === 0 && mapping.endOffset === 0);
  }

  #mapping(child: PartitionNode, parent: PartitionNode): PartitionMappingSnapshot {
    let ofChild = this.#mappings.get(child);
    if (ofChild === undefined) this.#mappings.set(child, (ofChild = new Map()));
    const known = ofChild.get(parent);
    if (known !== undefined) return known;
    const mapping = mappingOf(child, parent);
    ofChild.set(parent, mapping);
    return mapping;
  }

  #unitsInOrder(nodes: readonly PartitionNode[]): readonly (readonly PartitionNode[])[] {
    const units = new Map<string, PartitionNode[]>();
    const unitOf = new Map<string, string>();
    for (const node of nodes) {
      const name = unitName(node);
      unitOf.set(node.id, name);
      const unit = units.get(name);
      if (unit === undefined) units.set(name, [node]);
      else unit.push(node);
    }
    const dependencies = new Map(
      [...units].map(([name, members]) => [
        name,
        members.flatMap((node) => this.parentsOf(node).flatMap(({ id }) => (unitOf.get(id) === name ? [] : [unitOf.get(id)!]))),
      ]),
    );
    return topologicalOrder(dependencies).map((name) => units.get(name)!);
  }
}

function toNode(id: string, located: LocatedAsset, snapshot: PartitionsSnapshot | null): PartitionNode {
  const own = snapshot === null ? unpartitioned : partitionsOf(snapshot);
  const partitionsId = snapshot === null ? unpartitionedId : JSON.stringify(snapshot);
  return { ...located, id, partitions: own, partitionsId, isPartitioned: snapshot !== null };
}

const kept = new WeakMap<PartitionsSnapshot, Partitions>();

/** One object for the partitions of a snapshot, however often it is asked for: it remembers its keys. */
export function partitionsOf(snapshot: PartitionsSnapshot): Partitions {
  const known = kept.get(snapshot) ?? partitionsFromSnapshot(snapshot);
  kept.set(snapshot, known);
  return known;
}

function mappingOf(child: PartitionNode, parent: PartitionNode): PartitionMappingSnapshot {
  const given = child.asset.partitionMappings?.find(({ upstream }) => assetKeysEqual(upstream, parent.asset.key))?.mapping;
  if (!parent.isPartitioned) return { kind: "all" };
  if (!child.isPartitioned) return given?.kind === "last" || given?.kind === "specific" ? given : { kind: "all" };
  return given ?? defaultMapping(parent.partitions, child.partitions).snapshot;
}

/** The op whose assets can only be made together; else the asset itself. */
function unitName({ id, location, asset, snapshot }: PartitionNode): string {
  return asset.opName === null || canMakeApart(asset.opName, snapshot) ? id : `${location} ${asset.opName}`;
}

/** Whether an op or a graph can be asked for some of the assets that it makes. */
export function canMakeApart(opName: string, snapshot: Pick<LocationSnapshot, "jobs">): boolean {
  const job = snapshot.jobs.find(({ name }) => name === assetJobName);
  return job !== undefined && subsettable(job).has(opName);
}

const subsettableOf = new WeakMap<JobSnapshot, ReadonlySet<string>>();

/** Names of the ops and graphs of a job that make some of their assets when asked for no others; looked up once for each asset. */
function subsettable(job: JobSnapshot): ReadonlySet<string> {
  const known =
    subsettableOf.get(job) ?? new Set([...job.ops, ...job.graphs].flatMap((one) => (one.canSubset ? [one.name] : [])));
  subsettableOf.set(job, known);
  return known;
}
