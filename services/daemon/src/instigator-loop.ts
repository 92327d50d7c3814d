import { setTimeout as delay } from "node:timers/promises";
import {
  crashPoint,
  DomainError,
  type HolderId,
  type InstigatorKind,
  type LocationSnapshot,
  type SerializedError,
  serializeError,
  type Tags,
} from "@dagwright/model";
import {
  type AutomationTick,
  type CommittedTick,
  type InstigatorClaim,
  type Storage,
  StorageUnavailableError,
  type SubmitMode,
  type TickOutcome,
  type TickRun,
} from "@dagwright/storage";
import type { SettledReactions, Workspace } from "@dagwright/workspace";
import { isTransientCallError } from "@dagwright/rpc";
import { CommitGroup } from "./commit-group.ts";
import { withDynamicKeys } from "./dynamic-keys.ts";
import { EvaluationBatches, type EvaluationClient } from "./evaluation-batches.ts";
import type { LaunchAll } from "./launch-all.ts";
import type { Loop, LoopName, Pass } from "./loop.ts";
import { prepareRequestedRun, type Requester } from "./requested-runs.ts";
import { tickError } from "./tick-error.ts";

export interface InstigatorLoopOptions {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly holder: HolderId;
  readonly submitMode: SubmitMode;
  readonly launchAll: LaunchAll;
  /** Most evaluations of this kind at once in this replica. Default 100. */
  readonly parallelism?: number;
  /** How long a claim holds unrenewed, in milliseconds. Default 30,000. */
  readonly leaseMs?: number;
  /** How long one evaluation may take, in milliseconds. Default 60,000. */
  readonly evaluationTimeoutMs?: number;
  /** Called when an evaluation has been settled that its pass did not wait for: what it made due, no other pass knows of. */
  readonly onLateSettled?: () => void;
}

/** What sets schedules and sensors apart. */
export interface InstigatorKindTraits<Snapshot extends { readonly name: string }> {
  readonly name: Extract<LoopName, "scheduler" | "sensors" | "automation">;
  readonly daemonType: string;
  readonly kind: InstigatorKind;
  find(location: LocationSnapshot, name: string): Snapshot | undefined;
  jobNames(snapshot: Snapshot): readonly string[];
  /** Which due time the tick is for, and when the next one is; null: never. */
  timing(snapshot: Snapshot, claim: InstigatorClaim): { readonly scheduledAtMs: number; readonly nextAtMs: number | null };
  evaluate(
    client: EvaluationClient,
    snapshot: Snapshot,
    tick: {
      readonly claim: InstigatorClaim;
      readonly scheduledAtMs: number;
      readonly timeoutMs: number;
      readonly location: LocationSnapshot;
    },
    signal: AbortSignal,
  ): Promise<SettledReactions & InstigatorEvaluation>;
  tags(snapshot: Snapshot): Tags;
  /** How long an evaluation may take, in milliseconds; absent: as the loop's options say. */
  timeoutMs?(snapshot: Snapshot): number | undefined;
  /** Notifications that may mean work for it, besides those that may for both. */
  readonly wakesOn?: Loop["wakesOn"];
  /** Called at the beginning of each pass. @returns in how many milliseconds to look again, whatever is due; null: no earlier */
  beforePass?(signal: AbortSignal): Promise<number | null>;
  /** How often a tick whose code failed is tried again; null: nothing is tried again, the next tick comes soon enough. */
  readonly maxTickRetries: number | null;
  /** What becomes due within this time of a claim is claimed with it, in milliseconds. */
  readonly gatherMs: number;
}

/** What an evaluation may come to besides what code locations answer. */
export interface InstigatorEvaluation {
  /** Runs that are planned already. */
  readonly tickRuns?: readonly TickRun[];
  readonly automation?: AutomationTick;
}

/** When a tick whose code failed, or could not be reached, is tried again. */
const retryLaterMs = 5_000;

/** Evaluations and commits under way at which no more is claimed. */
const mostInFlight = 400;

/** Rounds of claims in one pass, each as large as it may be: then the driver looks at its signal again. */
const mostRounds = 20;

/** How long a pass waits for its evaluations before it leaves the slow ones to themselves. */
const patienceMs = 500;

/**
 * The loop of schedules and of sensors: claims what is due, evaluates it in its code location, and commits each tick with all that follows from it
 * in one transaction. Ticks that finish together share a transaction; a slow one holds up no other.
 */
export function createInstigatorLoop<Snapshot extends { readonly name: string }>(
  options: InstigatorLoopOptions,
  traits: InstigatorKindTraits<Snapshot>,
): Loop {
  const {
    storage,
    workspace,
    holder,
    submitMode,
    launchAll,
    parallelism = 100,
    leaseMs = 30_000,
    evaluationTimeoutMs = 60_000,
    onLateSettled,
  } = options;

  const points = traits.name;
  const held = new Set<InstigatorClaim>();
  const inFlight = new Set<Promise<void>>();
  /** Those of them whose evaluation has not ended. */
  const evaluating = new Set<InstigatorClaim>();
  const batches = new EvaluationBatches(evaluationTimeoutMs);
  let claimedAtMs = -Infinity;
  /** Those of them that a pass has left behind. */
  const late = new Set<Promise<void>>();
  /** Runs only while something is held: it would keep a daemon that drains from ending. */
  let renewal: NodeJS.Timeout | undefined;
  let errors: unknown[] = [];
  const commit = async (outcomes: readonly TickOutcome[]): Promise<void> => {
    let committed: readonly CommittedTick[];
    crashPoint(`${points}.before-commit`);
    try {
      committed = await storage.instigators.commitTicks(outcomes, submitMode);
    } catch (error) {
      if (error instanceof StorageUnavailableError) throw error;
      return commitApart(outcomes, error);
    }
    crashPoint(`${points}.after-commit`);
    // Queued runs are the queue's to launch: their launch is claimed by nobody yet, and a worker would refuse them.
    if (submitMode.kind === "launch") await launchAll(committed.flatMap(({ launches }) => launches));
  };
  /** What the database refuses in one tick, e.g. a tag's name that no index can hold, fails that tick and spoils no other. */
  const commitApart = async (outcomes: readonly TickOutcome[], error: unknown): Promise<void> => {
    const [only, ...others] = outcomes;
    if (only === undefined) return;
    if (others.length > 0) {
      for (const outcome of outcomes) await commit([outcome]);
      return;
    }
    if (only.status === "FAILURE") throw error;
    errors.push(error);
    const { cursor, dynamicPartitions: _, assetEvents: __, automation: ___, ...kept } = only;
    // Runs that a sensor has reacted to are not looked at again: the same would be refused for ever.
    const passed = only.originRunIds === undefined || cursor === undefined ? {} : { cursor };
    await commit([{ ...kept, ...passed, status: "FAILURE", runs: [], skipReason: null, error: serializeError(error) }]);
  };
  const committing = new CommitGroup({ commit });

  async function runOnce(signal: AbortSignal): Promise<Pass> {
    const againMs = (await traits.beforePass?.(signal)) ?? null;
    const locations = workspace.entries().flatMap((entry) => (entry.isServing ? [entry.name] : []));
    const gatheredMs = performance.now() - claimedAtMs;
    if (gatheredMs < traits.gatherMs) await delay(traits.gatherMs - gatheredMs, undefined, { signal }).catch(() => undefined);
    let handled = 0;
    for (let round = 0; round < mostRounds && !signal.aborted; round += 1) {
      while (evaluating.size >= parallelism || inFlight.size >= mostInFlight) await Promise.race(inFlight);
      const limit = parallelism - evaluating.size;
      crashPoint(`${points}.before-claim`);
      const claims = await storage.instigators.claimDue({ kind: traits.kind, locations, holder, leaseMs, limit }, { signal });
      if (claims.length > 0) crashPoint(`${points}.after-claim`);
      for (const claim of claims) start(claim, signal);
      if (claims.length > 0) claimedAtMs = performance.now();
      handled += claims.length;
      if (claims.length < limit) break;
    }
    // A slow evaluation goes on behind the passes that follow; the quick ones are waited for, so that a pass can tell of their errors.
    await Promise.race([Promise.all(inFlight), delay(patienceMs, undefined, { ref: false })]);
    for (const task of inFlight) late.add(task);
    const told = errors;
    errors = [];
    let nextDueAtMs = handled > 0 ? null : await storage.instigators.nextDueAtMs(traits.kind, locations, { signal });
    if (againMs !== null && handled === 0)
      nextDueAtMs = Math.min(nextDueAtMs ?? Infinity, (await storage.nowMs({ signal })) + againMs);
    return { handled, nextDueAtMs, errors: told };
  }

  function start(claim: InstigatorClaim, signal: AbortSignal): void {
    held.add(claim);
    evaluating.add(claim);
    renewal ??= setInterval(renewClaims, leaseMs / 3);
    const task = handle(claim, signal)
      .catch((error: unknown) => {
        // Nothing of the tick was written. Its lease runs out and whoever is there then evaluates it again.
        errors.push(error);
      })
      .finally(() => {
        held.delete(claim);
        evaluating.delete(claim);
        inFlight.delete(task);
        if (late.delete(task)) onLateSettled?.();
        if (held.size > 0) return;
        clearInterval(renewal);
        renewal = undefined;
      });
    inFlight.add(task);
  }

  async function handle(claim: InstigatorClaim, signal: AbortSignal): Promise<void> {
    const outcome = await settle(claim, signal).finally(() => evaluating.delete(claim));
    // Stopping: the evaluation was cut short by us, which says nothing about it. Another replica gets the tick at once.
    if (outcome === null) return storage.instigators.release([claim]);
    if (outcome.error !== null) errors.push(told(claim.instigator.name, outcome.error));
    return committing.add(outcome);
  }

  /** A claim that was lost all the same is refused at its commit. */
  function renewClaims(): void {
    storage.instigators.renew([...held], leaseMs).catch((error: unknown) => errors.push(error));
  }

  /** Evaluates one claim to the outcome that its tick will have. Never throws; null when the daemon itself is stopping. */
  async function settle(claim: InstigatorClaim, signal: AbortSignal): Promise<TickOutcome | null> {
    const startedAtMs = claim.nowMs;
    const failed = (error: SerializedError, nextAtMs: number, scheduledAtMs: number, retry: TickRetry | null): TickOutcome => ({
      claim,
      scheduledAtMs,
      status: "FAILURE",
      runs: [],
      skipReason: null,
      error,
      logs: [],
      startedAtMs,
      ...(retry === null ? { nextAtMs } : { nextAtMs: claim.nowMs + retryLaterMs, retry }),
    });
    const { name, location } = claim.instigator;
    const entry = workspace.entries().find((candidate) => candidate.name === location);
    const definition = entry?.snapshot ? traits.find(entry.snapshot, name) : undefined;
    if (!entry?.snapshot || !entry.client || definition === undefined) {
      const error = tickError(new InstigatorNotFoundError(name, location));
      const retry = traits.maxTickRetries === null ? null : { failures: claim.failuresBefore ?? 0 };
      return failed(error, claim.nowMs + retryLaterMs, claim.scheduledAtMs, retry);
    }
    const { client, snapshot } = entry;
    const { scheduledAtMs, nextAtMs } = traits.timing(definition, claim);
    const dueNextMs = nextAtMs ?? Number.MAX_SAFE_INTEGER;
    try {
      const timeoutMs = traits.timeoutMs?.(definition) ?? evaluationTimeoutMs;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const tick = { claim, scheduledAtMs, timeoutMs, location: snapshot };
      const result = await traits.evaluate(batches.of(client), definition, tick, deadline);
      if (result.warning !== undefined) errors.push(result.warning);
      const { runs: requested, refused } = await toTickRuns(result, definition, { client, snapshot }, tick, deadline);
      const runs = [...requested, ...(result.tickRuns ?? [])];
      const error = result.failure ?? refused;
      const reactsToRuns = result.originRunIds !== undefined && result.originRunIds.length > 0;
      const status = error !== null ? "FAILURE" : runs.length > 0 || reactsToRuns ? "SUCCESS" : "SKIPPED";
      return {
        claim,
        scheduledAtMs,
        status,
        runs,
        skipReason: status === "SKIPPED" ? result.skipReason : null,
        error,
        ...(result.cursor !== undefined && { cursor: result.cursor }),
        ...(result.automation !== undefined && { automation: result.automation }),
        nextAtMs: result.nextAtMs ?? dueNextMs,
        logs: result.logs,
        startedAtMs,
        ...(result.originRunIds !== undefined && { originRunIds: result.originRunIds }),
        ...(result.originStatus !== undefined && { originStatus: result.originStatus }),
        ...(result.dynamicPartitions !== undefined && { dynamicPartitions: result.dynamicPartitions }),
        ...(result.assetEvents !== undefined && { assetEvents: result.assetEvents }),
      };
    } catch (error) {
      if (signal.aborted) return null;
      const before = scheduledAtMs === claim.scheduledAtMs ? (claim.failuresBefore ?? 0) : 0;
      if (isTransientCallError(error) && traits.maxTickRetries !== null) {
        const unreachable = new LocationUnreachableError(traits.kind, name, location, error);
        return failed(tickError(unreachable), dueNextMs, scheduledAtMs, { failures: before });
      }
      const retry = before < (traits.maxTickRetries ?? 0) ? { failures: before + 1 } : null;
      return failed(tickError(error), dueNextMs, scheduledAtMs, retry);
    }
  }

  /**
   * The runs of a tick. One that cannot be fails the tick, unless the requests stem from several runs that have nothing to do with one another:
   * then it is told, and the others happen.
   */
  async function toTickRuns(
    result: SettledReactions,
    definition: Snapshot,
    code: Pick<Requester, "client" | "snapshot">,
    tick: DueTick,
    signal: AbortSignal,
  ): Promise<{ readonly runs: readonly TickRun[]; readonly refused: SerializedError | null }> {
    // The claim told the database's time a moment ago.
    const now = { dynamicPartitions: storage.dynamicPartitions, nowMs: () => Promise.resolve(tick.claim.nowMs) };
    const partitions = withDynamicKeys(now, result.dynamicPartitions ?? []);
    const requester: Requester = {
      kind: traits.kind,
      name: definition.name,
      location: tick.claim.instigator.location,
      jobNames: traits.jobNames(definition),
      tags: traits.tags(definition),
      ...code,
    };
    const attempts = result.runRequests.map((request, index) => {
      const requested = { request, config: result.configs?.[index] ?? null, scheduledAtMs: tick.scheduledAtMs };
      return prepareRequestedRun(requested, requester, partitions, signal);
    });
    if (result.originRunIds === undefined) return { runs: await Promise.all(attempts), refused: null };
    const settled = await Promise.allSettled(attempts);
    signal.throwIfAborted();
    const first = settled.find((one) => one.status === "rejected");
    return {
      runs: settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
      refused: first === undefined ? null : tickError(first.reason),
    };
  }

  return {
    name: traits.name,
    daemonType: traits.daemonType,
    wakesOn: ["instigator", "location", ...(traits.wakesOn ?? [])],
    runOnce,
    async drain() {
      await Promise.all(inFlight);
    },
  };
}

interface DueTick {
  readonly claim: InstigatorClaim;
  readonly scheduledAtMs: number;
}

type TickRetry = NonNullable<TickOutcome["retry"]>;

/** A failed tick in the daemon's log and health, with the calls that lead to its cause. */
function told(name: string, { message, stack }: SerializedError): Error {
  const error = new Error(`${name}: ${message}`);
  error.stack = [`Error: ${error.message}`, ...stack].join("\n");
  return error;
}

/** A due schedule or sensor has left its code between the claim and its evaluation. */
class InstigatorNotFoundError extends DomainError<"InstigatorNotFoundError"> {
  constructor(name: string, location: string) {
    super("InstigatorNotFoundError", `Code location "${location}" does not define "${name}" at this moment`);
  }
}

/** A schedule's code could not be asked; its tick waits for it. */
class LocationUnreachableError extends DomainError<"LocationUnreachableError"> {
  constructor(kind: InstigatorKind, name: string, location: string, cause: unknown) {
    super(
      "LocationUnreachableError",
      `The code-location server of "${location}" could not be reached to evaluate the ${kind.toLowerCase()} "${name}". The tick is tried again when it answers, until then or until somebody stops the ${kind.toLowerCase()}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
