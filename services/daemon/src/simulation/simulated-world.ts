import { type AssetEvent, type DynamicPartitionsRequest, type RunId, runId } from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import type { NewRun, PoolUse } from "@dagwright/storage";
import type { PartitionsSource, QueueLimits } from "@dagwright/workspace";
import { DueQueue } from "./due-queue.ts";
import { seededRandom } from "./seeded-random.ts";
import { SimulatedQueue } from "./simulated-queue.ts";
import type { AskedBy, SimulatedRun } from "./simulated-run.ts";

/** Something that has happened in virtual time, for whoever waits for it. */
export type WorldChange = { readonly atMs: number } & (
  | { readonly kind: "submitted" | "started" | "ended"; readonly run: SimulatedRun }
  | { readonly kind: "reported"; readonly events: readonly AssetEvent[] }
  | { readonly kind: "partitions"; readonly names: readonly string[] }
);

export interface WorldOptions {
  readonly limits: QueueLimits;
  /** Pools with limits of their own. Default: none. */
  readonly pools?: readonly PoolUse[];
  /** How long runs take, from and to, in milliseconds; each length between them is as likely. */
  readonly runMs: readonly [number, number];
  /** Chance that a run fails, from 0 to 1. Default 0. */
  readonly failures?: number;
  /** Keys of dynamic partitions, by name. Default: none. */
  readonly dynamicPartitions?: ReadonlyMap<string, readonly string[]>;
  /** Default 1. */
  readonly seed?: number;
}

/** What became of the runs. */
export interface RunCounts {
  readonly requested: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Jobs that skip or replace did not let them run. */
  readonly canceled: number;
  /** At the end. */
  readonly running: number;
  readonly waiting: number;
  readonly mostAtOnce: number;
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
}

/** What virtual time moves: runs that wait, run and end, the partitions that there are, and what happened when. */
export class SimulatedWorld {
  readonly #options: WorldOptions;
  readonly #random: () => number;
  readonly #queue: SimulatedQueue;
  readonly #ends = new DueQueue();
  readonly #active = new Map<number, SimulatedRun>();
  readonly #partitions: Map<string, readonly string[]>;
  readonly #changes: WorldChange[] = [];
  readonly #counts = { requested: 0, succeeded: 0, failed: 0, canceled: 0, mostAtOnce: 0, mostWaiting: 0, longestWaitMs: 0 };

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom((options.seed ?? 1) ^ 0x5eed);
    this.#queue = new SimulatedQueue(options.limits, options.pools ?? []);
    this.#partitions = new Map(options.dynamicPartitions);
  }

  /** All that has happened, oldest first; it only grows. */
  get changes(): readonly WorldChange[] {
    return this.#changes;
  }

  get counts(): RunCounts {
    return { ...this.#counts, running: this.#active.size, waiting: this.#queue.waiting };
  }

  /** When the next run ends; Infinity: none is under way. */
  get nextAtMs(): number {
    return this.#ends.first?.dueAtMs ?? Infinity;
  }

  view(nowMs: number): PartitionsView {
    return { nowMs, dynamicKeys: (name) => this.#partitions.get(name) ?? [] };
  }

  partitionsSource(nowMs: number): PartitionsSource {
    const keys = (name: string): Promise<readonly string[]> => Promise.resolve(this.#partitions.get(name) ?? []);
    return { nowMs: () => Promise.resolve(nowMs), dynamicPartitions: { keys } };
  }

  submit(run: NewRun, by: AskedBy, nowMs: number): SimulatedRun {
    this.#counts.requested += 1;
    const id = runIdOf(this.#counts.requested);
    const simulated: SimulatedRun = {
      id,
      run,
      by,
      enqueuedAtMs: nowMs,
      status: "QUEUED",
      startedAtMs: null,
      endedAtMs: null,
    };
    if (this.#queue.submit(simulated)) this.#changes.push({ kind: "submitted", run: simulated, atMs: nowMs });
    else this.#end(simulated, "CANCELED", nowMs);
    this.#counts.mostWaiting = Math.max(this.#counts.mostWaiting, this.#queue.waiting);
    return simulated;
  }

  /** A daemon looks at the queue. */
  startQueued(nowMs: number): void {
    if (this.#queue.waiting === 0) return;
    const { started, canceled } = this.#queue.start();
    for (const run of canceled) this.#end(run, "CANCELED", nowMs);
    const [shortest, longest] = this.#options.runMs;
    for (const run of started) {
      run.status = "STARTED";
      run.startedAtMs = nowMs;
      const place = placeOf(run.id);
      this.#active.set(place, run);
      const endsAtMs = nowMs + Math.round(shortest + this.#random() * (longest - shortest));
      this.#ends.push({ seenAtMs: endsAtMs, dueAtMs: endsAtMs, index: place });
      this.#changes.push({ kind: "started", run, atMs: nowMs });
      this.#counts.longestWaitMs = Math.max(this.#counts.longestWaitMs, nowMs - run.enqueuedAtMs);
    }
    this.#counts.mostAtOnce = Math.max(this.#counts.mostAtOnce, this.#active.size);
  }

  /** Ends the runs whose time has come. */
  endRuns(nowMs: number): void {
    while ((this.#ends.first?.dueAtMs ?? Infinity) <= nowMs) {
      const { index, dueAtMs } = this.#ends.pop()!;
      const run = this.#active.get(index);
      if (run === undefined) continue;
      this.#queue.end(run);
      this.#end(run, this.#random() < (this.#options.failures ?? 0) ? "FAILURE" : "SUCCESS", dueAtMs);
    }
  }

  /** What happened to assets outside of runs. */
  report(events: readonly AssetEvent[], nowMs: number): void {
    this.#changes.push({ kind: "reported", events, atMs: nowMs });
  }

  changePartitions(requests: readonly DynamicPartitionsRequest[], nowMs: number): void {
    for (const { name, kind, keys } of requests) {
      const left = (this.#partitions.get(name) ?? []).filter((key) => !keys.includes(key) || kind === "add");
      this.#partitions.set(name, kind === "add" ? [...new Set([...left, ...keys])] : left);
    }
    this.#changes.push({ kind: "partitions", names: requests.map(({ name }) => name), atMs: nowMs });
  }

  #end(run: SimulatedRun, status: "SUCCESS" | "FAILURE" | "CANCELED", nowMs: number): void {
    run.status = status;
    run.endedAtMs = nowMs;
    this.#active.delete(placeOf(run.id));
    this.#counts[status === "SUCCESS" ? "succeeded" : status === "FAILURE" ? "failed" : "canceled"] += 1;
    this.#changes.push({ kind: "ended", run, atMs: nowMs });
  }
}

const prefix = "00000000-0000-7000-8000-";
const runIdOf = (place: number): RunId => runId(`${prefix}${place.toString(16).padStart(12, "0")}`);
const placeOf = (id: RunId): number => Number.parseInt(id.slice(prefix.length), 16);
