import type { RunRetriesConfig } from "@dagwright/instance";
import { type AssetEvent, type DynamicPartitionsRequest, type RunId, runId, systemTags } from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import type { NewRun, PoolUse } from "@dagwright/storage";
import type { PartitionsSource, QueueLimits } from "@dagwright/workspace";
import { DueQueue } from "./due-queue.ts";
import { planRetry } from "../decisions/plan-retry.ts";
import { tagsOfRetry } from "../decisions/tags-of-retry.ts";
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
  /** Which failed runs are tried again. Default: none. */
  readonly retries?: RunRetriesConfig;
  /** Keys of dynamic partitions, by name. Default: none. */
  readonly dynamicPartitions?: ReadonlyMap<string, readonly string[]>;
  /** Default 1. */
  readonly seed?: number;
}

/** What became of the runs. */
export interface RunCounts {
  /** By what has ticks. */
  readonly requested: number;
  /** Of failed runs. */
  readonly retried: number;
  /** Under way or queued at the beginning. */
  readonly fromBefore: number;
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

/** A run that is under way, or waits in the queue, where a simulation begins. */
export interface RunFromBefore {
  readonly run: NewRun;
  readonly enqueuedAtMs: number;
  /** Null: it waits. */
  readonly startedAtMs: number | null;
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
  readonly #counts = {
    requested: 0,
    retried: 0,
    fromBefore: 0,
    succeeded: 0,
    failed: 0,
    canceled: 0,
    mostAtOnce: 0,
    mostWaiting: 0,
    longestWaitMs: 0,
  };

  #lastPlace = 0;

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
    return this.#enqueue({ run, by, attempt: 1, enqueuedAtMs: nowMs }, nowMs);
  }

  /** Takes over what is there at the beginning, before anything is asked for. */
  takeOver(runs: readonly RunFromBefore[], nowMs: number): void {
    for (const { run, enqueuedAtMs, startedAtMs } of runs) {
      this.#counts.fromBefore += 1;
      const retryNumber = Number(run.tags[systemTags.retryNumber] ?? 0);
      const known = { run, by: null, attempt: 1 + (Number.isInteger(retryNumber) ? retryNumber : 0), enqueuedAtMs };
      if (startedAtMs === null) {
        this.#enqueue(known, nowMs);
        continue;
      }
      const simulated: SimulatedRun = { id: this.#nextId(), ...known, status: "STARTED", startedAtMs, endedAtMs: null };
      this.#queue.begin(simulated);
      this.#changes.push({ kind: "submitted", run: simulated, atMs: nowMs });
      this.#run(simulated, Math.max(nowMs, startedAtMs + this.#length()));
    }
    this.#counts.mostAtOnce = this.#active.size;
  }

  #enqueue(of: Pick<SimulatedRun, "run" | "by" | "attempt" | "enqueuedAtMs">, nowMs: number): SimulatedRun {
    const simulated: SimulatedRun = { id: this.#nextId(), ...of, status: "QUEUED", startedAtMs: null, endedAtMs: null };
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
    for (const run of started) {
      run.status = "STARTED";
      run.startedAtMs = nowMs;
      this.#run(run, nowMs + this.#length());
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
      const hasFailed = this.#random() < (this.#options.failures ?? 0);
      this.#end(run, hasFailed ? "FAILURE" : "SUCCESS", dueAtMs);
      if (hasFailed) this.#retry(run, dueAtMs);
    }
  }

  /** As a whole: which of its steps failed is not simulated. */
  #retry({ id, run, by, attempt }: SimulatedRun, nowMs: number): void {
    const { retries } = this.#options;
    if (retries === undefined) return;
    const plan = planRetry({ tags: run.tags, reason: "STEP_FAILURE", groupSize: attempt }, retries);
    if (!plan.retries) return;
    this.#counts.retried += 1;
    const tags = tagsOfRetry(run, plan.strategy, plan.retryNumber);
    const again = { ...run, tags, parentRunId: id, rootRunId: run.rootRunId ?? id };
    this.#enqueue({ run: again, by, attempt: attempt + 1, enqueuedAtMs: nowMs }, nowMs);
  }

  #run(run: SimulatedRun, endsAtMs: number): void {
    const place = placeOf(run.id);
    this.#active.set(place, run);
    this.#ends.push({ seenAtMs: endsAtMs, dueAtMs: endsAtMs, index: place });
  }

  #length(): number {
    const [shortest, longest] = this.#options.runMs;
    return Math.round(shortest + this.#random() * (longest - shortest));
  }

  #nextId(): RunId {
    this.#lastPlace += 1;
    return runIdOf(this.#lastPlace);
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
