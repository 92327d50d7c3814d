import type { ComposedNode } from "./composition.ts";
import type { HookDefinition } from "./hook.ts";

const none: readonly HookDefinition[] = Object.freeze([]);

/** Which hooks are called after which steps of a job: those of the job, of the graphs that an op is in, and of the op, each once. */
export class JobHooks {
  readonly #job: readonly HookDefinition[];
  readonly #nodes: readonly ComposedNode[];
  /** By handle; null when no node has any of its own. */
  readonly #byHandle: Map<string, readonly HookDefinition[]> | null;

  constructor(job: readonly HookDefinition[], nodes: readonly ComposedNode[]) {
    this.#job = job.length === 0 ? none : job;
    this.#nodes = nodes;
    this.#byHandle = hasHooks(nodes) ? new Map() : null;
  }

  at(handle: readonly string[]): readonly HookDefinition[] {
    if (this.#byHandle === null) return this.#job;
    const key = handle.join(".");
    const known = this.#byHandle.get(key);
    if (known !== undefined) return known;
    const found = new Set(this.#job);
    let nodes = this.#nodes;
    for (const name of handle) {
      const node = nodes.find((one) => one.name === name);
      if (node === undefined) break;
      for (const hook of node.hooks ?? none) found.add(hook);
      nodes = "nodes" in node.definition ? node.definition.nodes : [];
    }
    const hooks = Object.freeze([...found]);
    this.#byHandle.set(key, hooks);
    return hooks;
  }

  /** Every hook of the job. */
  all(): ReadonlySet<HookDefinition> {
    return hooksOf(this.#job, this.#nodes);
  }
}

const hasHooks = (nodes: readonly ComposedNode[]): boolean =>
  nodes.some(({ hooks, definition }) => hooks !== undefined || ("nodes" in definition && hasHooks(definition.nodes)));

/** Hooks of a job and of all nodes within it. */
export function hooksOf(job: readonly HookDefinition[], nodes: readonly ComposedNode[]): ReadonlySet<HookDefinition> {
  const all = new Set(job);
  const collect = (within: readonly ComposedNode[]): void => {
    for (const { hooks = none, definition } of within) {
      for (const hook of hooks) all.add(hook);
      if ("nodes" in definition) collect(definition.nodes);
    }
  };
  collect(nodes);
  return all;
}
