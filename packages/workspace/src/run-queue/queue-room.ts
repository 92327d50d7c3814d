import type { CodeLocationName, RunId, RunStatus } from "@dagwright/model";
import type { PoolUse, QueuedRun, QueueFacts, QueueSurvey } from "@dagwright/storage";
import type { QueueLimits } from "./queue-limits.ts";

/** Something that keeps a queued run from starting now. */
export type Obstacle =
  | {
      readonly kind: "tag";
      readonly key: string;
      readonly value: string | null;
      readonly limit: number;
      readonly running: number;
    }
  /** With granularity `run`: a pool that has no slot for another run. With `op`: none of the pools of its first steps has a free slot. */
  | { readonly kind: "pool"; readonly granularity: "op" | "run"; readonly pools: readonly PoolState[] }
  /** Its code location could not be reached a moment ago. */
  | { readonly kind: "location"; readonly location: CodeLocationName; readonly leftMs: number }
  /** Another run of its job, which its `whenRunning` does not let it run beside. */
  | { readonly kind: "other-run"; readonly runId: RunId | null; readonly status: RunStatus };

export interface PoolState {
  readonly name: string;
  readonly limit: number;
  readonly taken: number;
}

/** An obstacle and what those are held back by that have it: the same text for all of them. */
export interface HeldBack {
  readonly waitsFor: string;
  readonly obstacle: Obstacle;
}

/** A limit by tag, with the name under which runs are counted. */
interface Bucket {
  readonly name: string;
  readonly key: string;
  readonly value: string | null;
  readonly limit: number;
}

/** Longest text for `waitsFor` that is an index entry; no tag, pool or job has one as long. */
const longestName = 2_000;

/**
 * What room there is for runs: counts what runs, and what a pass lets start. One path for the decision and for its explanation, so that a run is
 * told to wait for what it does wait for. No I/O.
 */
export class QueueRoom {
  readonly #limits: QueueLimits;
  readonly #pools: ReadonlyMap<string, PoolUse>;
  readonly #paused: ReadonlyMap<CodeLocationName, number>;
  readonly #byTag = new Map<string, number>();
  /** Runs with granularity `run`; slots that first steps will ask for with `op`. */
  readonly #byPool = new Map<string, number>();
  readonly #byLocation = new Map<CodeLocationName, number>();
  readonly #exclusive = new Map<string, { readonly id: RunId | null; readonly status: RunStatus }>();
  #running = 0;

  constructor(survey: QueueSurvey, limits: QueueLimits) {
    this.#limits = limits;
    this.#pools = new Map(survey.pools.map((pool) => [pool.name, pool]));
    this.#paused = new Map(survey.paused.map(({ location, leftMs }) => [location, leftMs]));
    for (const { key, id, status } of survey.exclusive) this.#exclusive.set(key, { id, status });
    const isByRun = limits.pools.granularity === "run";
    for (const runs of survey.active) this.#count(runs, runs.count, isByRun || runs.isFresh);
  }

  /** How many more runs may start; Infinity: any number. */
  get free(): number {
    const { maxConcurrentRuns } = this.#limits;
    return maxConcurrentRuns === null ? Infinity : Math.max(0, maxConcurrentRuns - this.#running);
  }

  get running(): number {
    return this.#running;
  }

  /** How much of the capacity a location has, by its weight: who has least is next. */
  shareOf(location: CodeLocationName): number {
    return (this.#byLocation.get(location) ?? 0) / (this.#limits.locationWeights[location] ?? 1);
  }

  /** Everything that keeps a run from starting but the limit of all runs; nothing: it may start. */
  obstaclesOf(run: QueuedRun): readonly HeldBack[] {
    const held: HeldBack[] = [];
    const leftMs = this.#paused.get(run.location);
    if (leftMs !== undefined)
      held.push({
        waitsFor: short(`location ${run.location}`),
        obstacle: { kind: "location", location: run.location, leftMs },
      });
    const other = run.exclusiveKey === null ? undefined : this.#exclusive.get(run.exclusiveKey);
    if (other !== undefined)
      held.push({ waitsFor: `run ${run.exclusiveKey}`, obstacle: { kind: "other-run", runId: other.id, status: other.status } });
    for (const { name, key, value, limit } of this.#bucketsOf(run)) {
      const running = this.#byTag.get(name) ?? 0;
      if (running >= limit) held.push({ waitsFor: short(`tag ${name}`), obstacle: { kind: "tag", key, value, limit, running } });
    }
    held.push(...this.#pooled(run));
    return held;
  }

  /** Counts a run as one that runs. */
  take(run: QueuedRun): void {
    this.#count(run, 1, true);
    if (run.exclusiveKey !== null) this.#exclusive.set(run.exclusiveKey, { id: run.id, status: "STARTING" });
  }

  #count(run: Omit<QueueFacts, "exclusiveKey">, count: number, countsPools: boolean): void {
    this.#running += count;
    add(this.#byLocation, run.location, count);
    for (const { name } of this.#bucketsOf(run)) add(this.#byTag, name, count);
    if (run.pools === null || !countsPools) return;
    if (this.#limits.pools.granularity === "run") for (const pool of run.pools.all) add(this.#byPool, pool, count);
    else for (const [pool, slots] of Object.entries(run.pools.roots)) add(this.#byPool, pool, slots * count);
  }

  /** The limits that a run falls under, each with the name under which it is counted. */
  #bucketsOf({ tags }: Pick<QueueFacts, "tags">): readonly Bucket[] {
    return this.#limits.tagConcurrencyLimits.flatMap(({ key, value, perUniqueValue, limit }): readonly Bucket[] => {
      const actual = tags[key];
      if (actual === undefined) return [];
      if (perUniqueValue) return [{ name: `${JSON.stringify(key)} each ${JSON.stringify(actual)}`, key, value: actual, limit }];
      if (value === null) return [{ name: JSON.stringify(key), key, value, limit }];
      return value === actual ? [{ name: `${JSON.stringify(key)} is ${JSON.stringify(value)}`, key, value, limit }] : [];
    });
  }

  #pooled({ pools }: QueuedRun): readonly HeldBack[] {
    const { granularity, runBuffer } = this.#limits.pools;
    if (pools === null || granularity === null) return [];
    if (granularity === "run") {
      return pools.all.flatMap((name): readonly HeldBack[] => {
        const limit = this.#limitOf(name);
        const taken = this.#byPool.get(name) ?? 0;
        if (limit === null || taken < limit) return [];
        return [{ waitsFor: short(`pool ${name}`), obstacle: { kind: "pool", granularity, pools: [{ name, limit, taken }] } }];
      });
    }
    // One step that can begin is enough for the run to do so.
    if (pools.startsFreely) return [];
    const full: PoolState[] = [];
    for (const name of Object.keys(pools.roots)) {
      const limit = this.#limitOf(name);
      const taken = (this.#pools.get(name)?.claimed ?? 0) + (this.#byPool.get(name) ?? 0);
      if (limit === null || limit + runBuffer - taken > 0) return [];
      full.push({ name, limit, taken });
    }
    if (full.length === 0) return [];
    const names = full.map(({ name }) => name).sort();
    return [{ waitsFor: short(`pools ${JSON.stringify(names)}`), obstacle: { kind: "pool", granularity, pools: full } }];
  }

  #limitOf(pool: string): number | null {
    return this.#pools.get(pool)?.limit ?? this.#limits.pools.defaultLimit;
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Two names that are cut to the same text share a line, and the first in it is asked again at each pass: nothing worse than time is lost. */
const short = (name: string): string => name.slice(0, longestName);
