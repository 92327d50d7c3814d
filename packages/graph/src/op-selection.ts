import type { JobSnapshot, PlannedStep, StepKey } from "@dagwright/model";
import { OpSelectionError } from "./errors.ts";
import { planExecution } from "./execution-plan.ts";

/** What one query asks for: a name, and how many levels above and below it. */
export interface OpQuery {
  readonly above: number;
  readonly name: string;
  readonly below: number;
}

const pattern = /^(\*\+*|\++|\d+\+)?([A-Za-z0-9_.]+)(?:\[\??\w*\])?(\+*\*|\+\d+|\++)?$/;

/**
 * Parses a query: `a` alone, `*a` with all above, `a*` with all below, `+a` and `a++` with so many levels, `2+a` and `a+2` likewise.
 *
 * @throws OpSelectionError
 */
export function parseOpQuery(query: string): OpQuery {
  const [, above, name, below] = pattern.exec(query.trim()) ?? [];
  if (name === undefined)
    throw new OpSelectionError(query, 'is no op query; write a name with "*" or "+" before or after it, e.g. "*name", "name+2"');
  return { above: levelsOf(above), name, below: levelsOf(below) };
}

function levelsOf(mark: string | undefined): number {
  if (mark === undefined) return 0;
  if (mark.includes("*")) return Infinity;
  const digits = /\d+/.exec(mark);
  return digits === null ? mark.length : Number(digits[0]);
}

/**
 * The steps that queries select, together, in the plan's order. Levels count nodes of the job's own graph: a graph is one of them, and
 * stands for all within it. A path (`graph.op`) counts the steps themselves.
 *
 * @throws OpSelectionError when a query cannot be read or matches nothing
 */
export function resolveOpSelection(job: JobSnapshot, queries: readonly string[]): readonly StepKey[] {
  const { steps } = planExecution(job);
  const byNode = new Layer(steps, ({ handle }) => handle[0]!);
  const byStep = new Layer(steps, ({ handle }) => handle.join("."));
  const selected = new Set<StepKey>();
  for (const query of queries) {
    const { above, name, below } = parseOpQuery(query);
    const isNested = name.includes(".");
    const layer = isNested ? byStep : byNode;
    const seeds = isNested ? byStep.names().filter((path) => path === name || path.startsWith(`${name}.`)) : [name];
    const found = layer.select(seeds, above, below);
    if (found.length === 0) throw new OpSelectionError(query, "matches no op of the job");
    for (const key of found) selected.add(key);
  }
  return steps.flatMap(({ key }) => (selected.has(key) ? [key] : []));
}

/** Steps in groups, and which group reads from which. */
class Layer {
  readonly #keys = new Map<string, StepKey[]>();
  readonly #above = new Map<string, Set<string>>();
  readonly #below = new Map<string, Set<string>>();

  constructor(steps: readonly PlannedStep[], groupOf: (step: PlannedStep) => string) {
    const groups = new Map<string, string>(steps.map((step) => [step.key, groupOf(step)]));
    for (const step of steps) {
      const group = groupOf(step);
      const keys = this.#keys.get(group);
      if (keys === undefined) this.#keys.set(group, [step.key]);
      else keys.push(step.key);
      for (const { sources } of step.inputs) {
        for (const source of sources) {
          const upstream = source.kind === "asset" ? undefined : groups.get(source.stepKey);
          if (upstream === undefined || upstream === group) continue;
          setAt(this.#above, group).add(upstream);
          setAt(this.#below, upstream).add(group);
        }
      }
    }
  }

  names(): readonly string[] {
    return [...this.#keys.keys()];
  }

  select(names: readonly string[], above: number, below: number): readonly StepKey[] {
    const known = names.filter((name) => this.#keys.has(name));
    const groups = new Set([...known, ...reach(known, this.#above, above), ...reach(known, this.#below, below)]);
    return [...groups].flatMap((group) => this.#keys.get(group) ?? []);
  }
}

function reach(from: readonly string[], next: ReadonlyMap<string, ReadonlySet<string>>, most: number): ReadonlySet<string> {
  const found = new Set<string>();
  let frontier = from;
  for (let level = 0; level < most && frontier.length > 0; level += 1) {
    frontier = [...new Set(frontier.flatMap((name) => [...(next.get(name) ?? [])]))].filter((name) => !found.has(name));
    for (const name of frontier) found.add(name);
  }
  return found;
}

function setAt(sets: Map<string, Set<string>>, key: string): Set<string> {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = new Set()));
  return set;
}
