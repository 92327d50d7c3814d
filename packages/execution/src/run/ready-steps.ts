import { type PlannedStep, type StepKey, systemTags } from "@dagwright/model";
import type { RunPools } from "./run-pools.ts";
import { TagLimits } from "./tag-limits.ts";
import type { TagConcurrencyLimit } from "@dagwright/definitions";

/** How far down the line of a pool steps are looked for that no tag's limit keeps back. */
const farthest = 100;

interface Ready {
  readonly step: PlannedStep;
}

export interface ReadyStepsOptions {
  readonly tagLimits: readonly TagConcurrencyLimit[];
  /** Null: pools limit nothing here. */
  readonly pools: RunPools | null;
  /** Of the run; a step's own counts on top of it where steps of several runs wait for a pool. */
  readonly runPriority: number;
  /** There may be a next one now. */
  readonly onReady: () => void;
  readonly onBlocked: (step: PlannedStep, pool: string, isFirst: boolean) => void;
}

/**
 * The steps of a run that could run, as far as what they depend on is concerned: hands them out by priority, then in the order in which
 * they became ready, those that have to wait for a tag's limit or a pool's slot after the others.
 *
 * A pool is asked for no more steps than could start at once: a slot must not lie idle because the run is busy with others.
 */
export class ReadySteps<S extends Ready> {
  readonly #options: ReadyStepsOptions;
  readonly #limits: TagLimits;
  readonly #line = new PriorityLine<S>();
  /** By the tag's limit that keeps them back. */
  readonly #limited = new Map<string, S[]>();
  /** Limits of which a step has ended since they were looked at. */
  readonly #roomy = new Set<string>();
  /** By pool: those for whom it is not asked yet. */
  readonly #outside = new Map<string, S[]>();
  /** By step: for whom a pool is asked. */
  readonly #asked = new Map<StepKey, S>();
  /** They have their slots. */
  readonly #granted: S[] = [];

  constructor(options: ReadyStepsOptions) {
    this.#options = options;
    this.#limits = new TagLimits(options.tagLimits);
    options.pools?.listen({
      granted: (stepKey) => {
        const granted = this.#asked.get(stepKey);
        if (granted === undefined) return;
        this.#asked.delete(stepKey);
        this.#granted.push(granted);
        options.onReady();
      },
      blocked: (stepKey, pool, isFirst) => {
        const blocked = this.#asked.get(stepKey);
        if (blocked !== undefined) options.onBlocked(blocked.step, pool, isFirst);
      },
    });
  }

  /** Whether none is left, not even one that has to wait. */
  get isEmpty(): boolean {
    return (
      this.#line.isEmpty &&
      this.#asked.size === 0 &&
      this.#granted.length === 0 &&
      [...this.#limited.values(), ...this.#outside.values()].every((steps) => steps.length === 0)
    );
  }

  add(ready: S): void {
    this.#line.push(ready, priorityOf(ready.step.tags));
  }

  /** The next one that may start now. Whoever takes it tells of its end by {@link ended}. */
  next(): S | undefined {
    const granted = this.#granted.shift();
    if (granted !== undefined) return granted;
    for (let ready = this.#shift(); ready !== undefined; ready = this.#shift()) {
      const { pool } = ready.step;
      if (pool !== null && this.#options.pools !== null) {
        listAt(this.#outside, pool).push(ready);
        continue;
      }
      const reached = this.#limits.take(ready.step);
      if (reached === null) return ready;
      listAt(this.#limited, reached).push(ready);
      this.#roomy.delete(reached);
    }
    return undefined;
  }

  /** Those that a limit kept back have waited longest. */
  #shift(): S | undefined {
    for (const limit of this.#roomy) {
      const limited = this.#limited.get(limit)?.shift();
      if (limited !== undefined) return limited;
      this.#roomy.delete(limit);
    }
    return this.#line.shift();
  }

  /** Asks pools for what could start now, and for no more. To be called after each round of {@link next}. */
  askPools(room: number): void {
    const { pools, runPriority } = this.#options;
    if (pools === null) return;
    // Granted when there was room, which others have taken since.
    while (this.#granted.length > room) this.#withdraw(this.#granted.pop()!, pools);
    const asked = new Map<string, S[]>();
    for (const one of this.#asked.values()) listAt(asked, one.step.pool!).push(one);
    for (const [pool, outside] of this.#outside) {
      const inside = asked.get(pool) ?? [];
      for (let surplus = inside.length - room; surplus > 0; surplus -= 1) {
        const last = inside.pop()!;
        this.#asked.delete(last.step.key);
        this.#withdraw(last, pools);
      }
      for (let index = 0; index < Math.min(outside.length, farthest) && inside.length < room;) {
        const ready = outside[index]!;
        if (this.#limits.take(ready.step) !== null) {
          index += 1;
          continue;
        }
        outside.splice(index, 1);
        inside.push(ready);
        this.#asked.set(ready.step.key, ready);
        const { key, poolSlots = 1, tags } = ready.step;
        pools.ask({ stepKey: key, pool, slots: poolSlots, priority: runPriority + priorityOf(tags) });
      }
    }
  }

  #withdraw(ready: S, pools: RunPools): void {
    pools.free(ready.step.key);
    this.#release(ready.step.key);
    listAt(this.#outside, ready.step.pool!).unshift(ready);
  }

  /** A step that was handed out has ended, for good or for now. */
  ended({ step }: S): void {
    if (step.pool !== null) this.#options.pools?.free(step.key);
    this.#release(step.key);
  }

  #release(stepKey: StepKey): void {
    for (const limit of this.#limits.release(stepKey)) this.#roomy.add(limit);
  }

  /** None will start any more. */
  close(): void {
    const { pools } = this.#options;
    for (const key of this.#asked.keys()) pools?.free(key);
    for (const { step } of this.#granted) pools?.free(step.key);
    this.#asked.clear();
    this.#granted.length = 0;
  }
}

/** What a tag `dagster/priority` says; 0 without one. */
export function priorityOf(tags: Readonly<Record<string, string>>): number {
  const priority = Number.parseInt(tags[systemTags.priority] ?? "0", 10);
  return Number.isNaN(priority) ? 0 : Math.max(Math.min(priority, mostPriority), -mostPriority);
}
/** So that a run's and a step's together fit into what the database counts with. */
const mostPriority = 2 ** 30 - 1;

/** First in, first out, among those of one priority. */
class PriorityLine<T> {
  readonly #queues = new Map<number, { readonly items: T[]; first: number }>();
  #priorities: number[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  push(item: T, priority: number): void {
    let queue = this.#queues.get(priority);
    if (queue === undefined) {
      this.#queues.set(priority, (queue = { items: [], first: 0 }));
      this.#priorities = [...this.#queues.keys()].sort((a, b) => b - a);
    }
    queue.items.push(item);
    this.#length += 1;
  }

  shift(): T | undefined {
    for (const priority of this.#priorities) {
      const queue = this.#queues.get(priority)!;
      if (queue.first === queue.items.length) continue;
      const item = queue.items[queue.first]!;
      queue.first += 1;
      this.#length -= 1;
      if (queue.first === queue.items.length) {
        queue.items.length = 0;
        queue.first = 0;
      }
      return item;
    }
    return undefined;
  }
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
