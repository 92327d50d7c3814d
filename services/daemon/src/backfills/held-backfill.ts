import { assetKeyToString, type Backfill, type BackfillStatus, crashPoint, isFinalRunStatus } from "@dagwright/model";
import { type PartitionSubset, runSubset } from "@dagwright/partitions";
import type {
  BackfillClaim,
  BackfillCommit,
  BackfillRunNews,
  NewBackfillRun,
  SeenBackfillRun,
  Storage,
  SubmitMode,
} from "@dagwright/storage";
import { type BackfillState, type BackfillTargetState, readBackfillState } from "@dagwright/workspace";
import type { LaunchAll } from "../launch-all.ts";

/** Somebody else has the backfill now, or it was paused, canceled or resumed: whoever deals with it stops, and has written nothing. */
export class BackfillLostError extends Error {
  constructor(id: string) {
    super(`Backfill ${id} is no longer this daemon's`);
    this.name = "BackfillLostError";
  }
}

type SetName = "requested" | "done" | "failed";

interface MutableTarget extends BackfillTargetState {
  requested: PartitionSubset;
  done: PartitionSubset;
  failed: PartitionSubset;
}

/** Partitions of a target, by its place. */
export interface Part {
  readonly place: number;
  readonly subset: PartitionSubset;
}

const mostNews = 1_000;
const mostProblems = 50;

/**
 * A claimed backfill with its progress in memory. What is added here is written by the next {@link commit}, in one transaction with the runs that
 * it submits.
 */
export class HeldBackfill {
  readonly view: BackfillState["view"];
  readonly targets: readonly MutableTarget[];
  #backfill: Backfill;
  readonly #claim: BackfillClaim;
  readonly #storage: Storage;
  readonly #leaseMs: number;
  readonly #changed = new Map<number, Set<SetName>>();
  readonly #seen: SeenBackfillRun[] = [];
  readonly #problems: string[];
  readonly #log: NonNullable<BackfillCommit["log"]>[number][] = [];

  private constructor(claim: BackfillClaim, state: BackfillState, storage: Storage, leaseMs: number) {
    this.#claim = claim;
    this.#backfill = claim.backfill;
    this.#storage = storage;
    this.#leaseMs = leaseMs;
    this.#problems = [...claim.backfill.problems];
    this.view = state.view;
    this.targets = state.targets.map((target) => ({ ...target }));
  }

  static async open(claim: BackfillClaim, storage: Storage, leaseMs: number, signal: AbortSignal): Promise<HeldBackfill> {
    const targets = await storage.backfills.targets(claim.backfill.id, { signal });
    return new HeldBackfill(claim, readBackfillState(claim.backfill, targets, claim.dynamicKeys), storage, leaseMs);
  }

  /** As of the last commit. */
  get backfill(): Backfill {
    return this.#backfill;
  }

  get isJob(): boolean {
    return this.#backfill.job !== null;
  }

  /** What is neither requested nor given up. */
  left({ target, requested, done, failed }: BackfillTargetState): PartitionSubset {
    return target.minus(requested).minus(done).minus(failed);
  }

  add(to: SetName, place: number, subset: PartitionSubset): void {
    const target = this.targets[place];
    if (target === undefined || subset.isEmpty) return;
    const before = target[to];
    target[to] = before.union(subset.intersect(target.target));
    this.#touch(place, to);
    // A run that tried again may make what counted as failed.
    if (to !== "done" || target.failed.intersect(subset).isEmpty) return;
    target.failed = target.failed.minus(subset);
    this.#touch(place, "failed");
  }

  tell(problem: string): void {
    if (this.#problems.includes(problem) || this.#problems.length >= mostProblems) return;
    this.#problems.push(problem);
    this.log(problem, "WARNING");
  }

  /** Written to its log with the next commit. */
  log(message: string, level: "INFO" | "WARNING" | "ERROR" = "INFO"): void {
    this.#log.push({ message, level });
  }

  /** Takes in what has become of its runs. @returns how many had news */
  async takeNews(signal: AbortSignal): Promise<number> {
    let count = 0;
    for (;;) {
      const query = { withMaterializations: !this.isJob, limit: mostNews };
      const news = await this.#storage.backfills.news(this.#backfill.id, query, { signal });
      if (news.length === 0) return count;
      this.#addMaterializations(news);
      for (const each of news) this.#settle(each);
      count += news.length;
      await this.commit({}, signal);
    }
  }

  /**
   * Writes what has changed, and what is given besides.
   *
   * @throws BackfillLostError
   */
  async commit(
    more: Omit<BackfillCommit, "targets" | "seen" | "problems" | "leaseMs" | "runs"> & {
      readonly runs?: readonly NewBackfillRun[];
      readonly mode?: SubmitMode;
      readonly release?: { readonly restMs: number };
    },
    signal: AbortSignal,
    launchAll?: LaunchAll,
  ): Promise<void> {
    const { runs = [], mode, release, ...rest } = more;
    const committed = await this.#storage.backfills.commit(
      { ...this.#claim, backfill: this.#backfill },
      {
        ...rest,
        ...(runs.length > 0 && mode !== undefined && { runs: { items: runs, mode } }),
        targets: Array.from(this.#changed, ([place, names]) => ({
          place,
          ...Object.fromEntries(
            Array.from(names, (name) => {
              const subset = this.targets[place]![name];
              return [name, { subset: subset.toJSON(), count: subset.size }];
            }),
          ),
        })),
        seen: this.#seen,
        log: [...this.#log, ...changesToTell(this.#backfill, rest)],
        ...(this.#problems.length !== this.#backfill.problems.length && { problems: this.#problems }),
        leaseMs: this.#leaseMs,
        ...(release !== undefined && { restMs: release.restMs }),
      },
      { signal },
    );
    crashPoint("backfills.after-commit");
    if (committed === null) throw new BackfillLostError(this.#backfill.id);
    this.#changed.clear();
    this.#seen.length = 0;
    this.#log.length = 0;
    this.#backfill = committed.backfill;
    if (mode?.kind === "launch") await launchAll?.(committed.launches);
  }

  /** How it ends, once nothing is left and none of its runs goes on. */
  endStatus(): BackfillStatus {
    return this.targets.every(({ failed }) => failed.isEmpty) ? "COMPLETED_SUCCESS" : "COMPLETED_FAILED";
  }

  #touch(place: number, name: SetName): void {
    const names = this.#changed.get(place) ?? new Set();
    this.#changed.set(place, names.add(name));
  }

  #addMaterializations(news: readonly BackfillRunNews[]): void {
    const keysOf = new Map<string, Set<string>>();
    const places = new Map(this.targets.map((target) => [target.name, target]));
    for (const { made } of news) {
      for (const { assetKey, partition } of made) {
        const target = places.get(assetKeyToString(assetKey));
        if (target === undefined) continue;
        const key = target.snapshot === null ? target.partitions.firstKey(this.view)! : partition;
        // A materialization of no partition says nothing about an asset that has some.
        if (key === null || !target.target.has(key)) continue;
        const keys = keysOf.get(target.name) ?? new Set();
        keysOf.set(target.name, keys.add(key));
      }
    }
    for (const [name, keys] of keysOf) {
      const { place, partitions } = places.get(name)!;
      this.add("done", place, partitions.subsetOf(keys, this.view));
    }
  }

  #settle(news: BackfillRunNews): void {
    const { runId, changes, seq, status, mayBeRetried, isRetried } = news;
    const hasEnded = status === null || isFinalRunStatus(status);
    this.#seen.push({ runId, changes, seq, settledAs: hasEnded && !mayBeRetried ? (status ?? "DELETED") : null });
    if (!hasEnded || mayBeRetried || isRetried) return;
    for (const place of news.places) {
      const target = this.targets[place];
      if (target === undefined) continue;
      const unit =
        news.partition === null ? target.partitions.all(this.view) : runSubset(target.partitions, news.partition, this.view);
      if (this.isJob && status === "SUCCESS") {
        this.add("done", place, unit);
        continue;
      }
      const open = unit.intersect(target.target).minus(target.done);
      if (open.isEmpty) continue;
      this.add("failed", place, open);
      if (status === "SUCCESS" && !this.isJob)
        this.tell(`Run ${runId} succeeded and did not materialize all that it was to make of ${target.name}`);
    }
  }
}

/** What a commit changes that its log is to say: that it waits and why, and how it ends. */
function changesToTell(
  before: Backfill,
  { status, error, waitingReason }: Pick<BackfillCommit, "status" | "error" | "waitingReason">,
): NonNullable<BackfillCommit["log"]> {
  return [
    ...(waitingReason === undefined || waitingReason === null || waitingReason === before.waitingReason
      ? []
      : [{ level: "WARNING" as const, message: `Waiting: ${waitingReason}` }]),
    ...(error === undefined ? [] : [{ level: "ERROR" as const, message: `${error.name}: ${error.message}` }]),
    ...(status === undefined || status === before.status
      ? []
      : [{ level: "INFO" as const, message: `The backfill is ${status}` }]),
  ];
}
