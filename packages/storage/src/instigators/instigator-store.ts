import type {
  AssetEvent,
  CodeLocationName,
  DynamicPartitionsRequest,
  DynamicPartitionsResult,
  HolderId,
  Instigator,
  InstigatorId,
  InstigatorKind,
  RunId,
  RunStatus,
  SerializedError,
  TickStatus,
} from "@dagwright/model";
import type { AutomationTick } from "../automation/automation-store.ts";
import type { LaunchClaim, NewRun, StoreOptions, SubmitMode } from "../runs/run-store.ts";

/** A schedule or sensor as its code location declares it now. */
export interface DeclaredInstigator {
  readonly id: InstigatorId;
  readonly kind: InstigatorKind;
  readonly name: string;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  /** Hash of what decides when it is due (cron and time zone, or interval). When it changes, `nextAtMs` replaces the kept one: no tick for the past. */
  readonly timingHash: string;
  /** When it is next due if it runs and is new, changed or was off. */
  readonly nextAtMs: number;
}

/** A due instigator, leased to one daemon. */
export interface InstigatorClaim {
  readonly instigator: Instigator;
  /** The time it was due, which names its tick; of a tick that is tried again, the time that the failed one was for. */
  readonly scheduledAtMs: number;
  /** How often the code has failed in the tick that is tried again; null when none is. */
  readonly failuresBefore: number | null;
  /** Fencing number; the commit is refused when the lease went to another holder. */
  readonly fence: number;
  /** The database's time at the claim. */
  readonly nowMs: number;
}

/** A run that a tick asked for. Its key in the database is (instigator, scheduled time, index). */
export interface TickRun {
  readonly run: NewRun;
  readonly runKey: string | null;
}

/** How an evaluation ended; written with everything that follows from it in one transaction. */
export interface TickOutcome {
  readonly claim: InstigatorClaim;
  /** The time that the tick is for, where that is a later one than the claim's: the newest of several that were missed. */
  readonly scheduledAtMs?: number;
  readonly status: Exclude<TickStatus, "STARTED">;
  readonly runs: readonly TickRun[];
  readonly skipReason: string | null;
  readonly error: SerializedError | null;
  /** Undefined keeps the cursor. */
  readonly cursor?: string | null;
  /** When it is due next, or, with `retry`, when this tick is tried again. */
  readonly nextAtMs: number;
  /** Of a failed tick that is tried again, in the same row; how often its code has failed by then. */
  readonly retry?: { readonly failures: number };
  readonly logs: readonly { readonly level: string; readonly message: string; readonly atMs: number }[];
  readonly startedAtMs: number;
  /** What conditions of automation have come to. */
  readonly automation?: AutomationTick;
  /** Runs to which a run status sensor has reacted. */
  readonly originRunIds?: readonly RunId[];
  /** The status for which it looked at them; each of the runs is told so in its log. */
  readonly originStatus?: RunStatus;
  /** Changes of dynamic partitions, made in order and before the runs are written. */
  readonly dynamicPartitions?: readonly DynamicPartitionsRequest[];
  /** Asset events from outside any run. */
  readonly assetEvents?: readonly AssetEvent[];
}

/** What a sensor is told of its ticks before. */
export interface LastTick {
  /** Of the newest tick that did not fail; null when all have. */
  readonly scheduledAtMs: number | null;
  /** When the newest one ended, whatever it came to. */
  readonly endedAtMs: number | null;
  /** The last one of the newest tick that started runs; null when that had none. */
  readonly runKey: string | null;
}

export interface CommittedTick {
  readonly instigatorId: InstigatorId;
  readonly tickId: string;
  /** Runs that were written, with their launch claimed when submitted by mode "launch"; those whose run key was seen before are left out. */
  readonly launches: readonly LaunchClaim[];
  readonly skippedRunKeys: readonly string[];
}

export interface Tick {
  readonly id: string;
  readonly instigatorId: InstigatorId;
  readonly scheduledAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly status: TickStatus;
  readonly runIds: readonly RunId[];
  readonly runKeys: readonly string[];
  readonly skipReason: string | null;
  readonly error: SerializedError | null;
  readonly cursor: string | null;
  readonly logs: readonly { readonly level: string; readonly message: string; readonly atMs: number }[];
  /** Consecutive skips of a sensor share one row; this counts them. */
  readonly repetitions: number;
  /** Runs to which a run status sensor has reacted. */
  readonly originRunIds: readonly RunId[];
  readonly dynamicPartitions: readonly DynamicPartitionsResult[];
  /** The evaluations of automation conditions that it made; null: none. */
  readonly evaluationId: string | null;
}

/** Which ticks of an instigator: pages go by time. */
export interface TickPage {
  readonly limit: number;
  readonly beforeMs?: number;
  readonly afterMs?: number;
  readonly statuses?: readonly TickStatus[];
}

export interface InstigatorStore {
  /** Brings the kept instigators of a location in line with its code. Those that left the code are no longer due; their switch and ticks stay. */
  sync(location: CodeLocationName, declared: readonly DeclaredInstigator[], options?: StoreOptions): Promise<void>;
  get(id: InstigatorId, options?: StoreOptions): Promise<Instigator | null>;
  getMany(ids: readonly InstigatorId[], options?: StoreOptions): Promise<readonly Instigator[]>;
  /** All of a kind that some locations have, those that are off included. */
  list(kind: InstigatorKind, locations: readonly CodeLocationName[], options?: StoreOptions): Promise<readonly Instigator[]>;
  /** Switches on (due next at `nextAtMs`), off, or back to what the code declares. The row is made when it is not there yet. */
  setStatus(
    target: {
      readonly id: InstigatorId;
      readonly kind: InstigatorKind;
      readonly location: CodeLocationName;
      readonly name: string;
    },
    status: Instigator["status"],
    nextAtMs: number | null,
    options?: StoreOptions,
  ): Promise<Instigator>;
  /** Deletes the ticks of all schedules, or all sensors, with what is known of their run keys, and switches all of them off. Returns how many. */
  wipe(kind: InstigatorKind, options?: StoreOptions): Promise<number>;
  setCursor(id: InstigatorId, cursor: string | null, options?: StoreOptions): Promise<void>;

  /** Claims due instigators with `FOR UPDATE SKIP LOCKED` and leases them. Longest overdue first. */
  claimDue(
    query: {
      readonly kind: InstigatorKind;
      readonly locations: readonly CodeLocationName[];
      readonly holder: HolderId;
      readonly leaseMs: number;
      readonly limit: number;
    },
    options?: StoreOptions,
  ): Promise<readonly InstigatorClaim[]>;
  /**
   * Keeps claims alive while their evaluation takes long; waits for no lock. Returns those that it has prolonged: neither those that are lost, nor
   * those that are being committed, which nobody else gets meanwhile.
   */
  renew(claims: readonly InstigatorClaim[], leaseMs: number, options?: StoreOptions): Promise<readonly InstigatorClaim[]>;
  /** Gives claims back undone; they are due again at once. */
  release(claims: readonly InstigatorClaim[], options?: StoreOptions): Promise<void>;
  /**
   * Writes ticks, their runs, run keys, cursors, next times, changes of dynamic partitions and asset events in one transaction; claims that are no longer the holder's are left out of the result
   * and nothing of theirs is written.
   */
  commitTicks(outcomes: readonly TickOutcome[], mode: SubmitMode, options?: StoreOptions): Promise<readonly CommittedTick[]>;
  /**
   * Makes instigators due now that would be later.
   * @returns those that are being evaluated, and are thus not changed: what they are to see may have come too late for them
   */
  hurry(ids: readonly InstigatorId[], options?: StoreOptions): Promise<readonly InstigatorId[]>;
  /** When the next instigator of these locations is due; null when none is. */
  nextDueAtMs(kind: InstigatorKind, locations: readonly CodeLocationName[], options?: StoreOptions): Promise<number | null>;

  /** Of some run keys, those that a sensor has asked for before: they start no run any more. */
  seenRunKeys(id: InstigatorId, runKeys: readonly string[], options?: StoreOptions): Promise<ReadonlySet<string>>;
  /** Of those that have had a tick, in one statement. */
  lastTicks(ids: readonly InstigatorId[], options?: StoreOptions): Promise<ReadonlyMap<InstigatorId, LastTick>>;

  /** Newest first. */
  ticks(id: InstigatorId, page: TickPage, options?: StoreOptions): Promise<readonly Tick[]>;

  /** The same page of each instigator, in one statement; those without such ticks are left out. */
  ticksOfEach(
    ids: readonly InstigatorId[],
    page: TickPage,
    options?: StoreOptions,
  ): Promise<ReadonlyMap<InstigatorId, readonly Tick[]>>;
}
