import type { ComposedNode, InputDefinition, OpDefinition, ResolvedJob } from "@dagwright/definitions";
import type { AssetKey, PlannedStep } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";

type Nodes = Pick<ResolvedJob, "nodes">;
type Read = NonNullable<InputDefinition["read"]>;

/** How a value of an input reads an asset. */
export interface AssetRead {
  readonly assetKey: AssetKey;
  /** Absent: as the two assets' partitions suggest. */
  readonly read?: Read;
  /** The partitions of what reads it; null when that has none. */
  readonly readerPartitions: Partitions | null;
  /** An op of an asset's graph reads it: its own schema describes all that it gets, and not the value of a partition. */
  readonly isOfGraph: boolean;
}

/** The partitions of the asset, or assets, whose graph an op is in; null when it is in none, or that has none. */
export function partitionsOfGraph({ nodes }: Nodes, { handle }: Pick<PlannedStep, "handle">): Partitions | null {
  const outermost = handle.length > 1 ? nodes.find(({ name }) => name === handle[0])?.definition : undefined;
  return outermost !== undefined && "nodes" in outermost ? (outermost.partitions ?? null) : null;
}

/**
 * What a value of an op's input reads: as the input says when it is one of an asset's own op; within the graph of an asset, as the input of
 * the graph says that it is wired to.
 *
 * @param index - which of the input's values, where it takes a list
 * @param made - the asset that the value is, where a step of the run makes it
 */
export function assetReadOf(
  job: Nodes,
  { handle }: Pick<PlannedStep, "handle">,
  op: OpDefinition,
  { name, assetKey, read }: InputDefinition,
  index: number,
  made: AssetKey | null,
): AssetRead | null {
  if (assetKey !== null)
    return { assetKey, ...(read !== undefined && { read }), readerPartitions: op.partitions, isOfGraph: false };
  if (made === null) return null;
  const readerPartitions = partitionsOfGraph(job, { handle });
  const outside = wiredTo(pathOf(job.nodes, handle), name)[index];
  const given = outside?.read;
  return { assetKey: made, ...(given !== undefined && { read: given }), readerPartitions, isOfGraph: true };
}

/** The nodes on the way to a step, outermost first. */
function pathOf(nodes: readonly ComposedNode[], handle: readonly string[]): readonly ComposedNode[] {
  const [first, ...rest] = handle;
  const node = nodes.find(({ name }) => name === first);
  if (node === undefined) return [];
  return [node, ...("nodes" in node.definition && rest.length > 0 ? pathOf(node.definition.nodes, rest) : [])];
}

/** The input of the outermost graph that each value of an input comes by, in their order; null for one that is made within. */
function wiredTo(path: readonly ComposedNode[], name: string): readonly (InputDefinition | null)[] {
  const sources = path.at(-1)?.inputs.find(({ input }) => input === name)?.sources ?? [];
  const values = sources.filter(({ kind }) => kind !== "check");
  if (path.length === 1) {
    const input = path[0]?.definition.ins.find((one) => one.name === name) ?? null;
    return values.map(() => input);
  }
  return values.flatMap((source) => (source.kind === "graphInput" ? wiredTo(path.slice(0, -1), source.input) : [null]));
}
