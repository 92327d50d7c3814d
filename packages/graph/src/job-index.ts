import type { GraphSnapshot, JobSnapshot, NodeSnapshot, OpSnapshot } from "@dagwright/model";

/** A job's graphs, ops and nodes by their names. */
export class JobIndex {
  readonly #root: string;
  readonly #graphs: ReadonlyMap<string, GraphSnapshot>;
  readonly #ops: ReadonlyMap<string, OpSnapshot>;
  readonly #nodes = new Map<GraphSnapshot, ReadonlyMap<string, NodeSnapshot>>();

  private constructor({ rootGraph, graphs, ops }: JobSnapshot) {
    this.#root = rootGraph;
    this.#graphs = new Map(graphs.map((graph) => [graph.name, graph]));
    this.#ops = new Map(ops.map((op) => [op.name, op]));
  }

  /** Made once for each job: thousands of assets are one, and most of its runs make a few of them. */
  static of(job: JobSnapshot): JobIndex {
    const known = indexes.get(job) ?? new JobIndex(job);
    indexes.set(job, known);
    return known;
  }

  get root(): GraphSnapshot | undefined {
    return this.#graphs.get(this.#root);
  }

  op(name: string): OpSnapshot | undefined {
    return this.#ops.get(name);
  }

  node(graph: GraphSnapshot, name: string): NodeSnapshot | undefined {
    const nodes = this.#nodes.get(graph) ?? new Map(graph.nodes.map((node) => [node.name, node]));
    this.#nodes.set(graph, nodes);
    return nodes.get(name);
  }

  /** The graph that a node is a use of; undefined for an op's. */
  graphOf(node: NodeSnapshot | undefined): GraphSnapshot | undefined {
    return node?.isGraph === true ? this.#graphs.get(node.definition) : undefined;
  }

  /** The node at a path of names, from the root. */
  nodeAt(path: readonly string[]): NodeSnapshot | undefined {
    let graph = this.root;
    let node: NodeSnapshot | undefined;
    for (const name of path) {
      node = graph === undefined ? undefined : this.node(graph, name);
      graph = this.graphOf(node);
    }
    return node;
  }
}

const indexes = new WeakMap<JobSnapshot, JobIndex>();
