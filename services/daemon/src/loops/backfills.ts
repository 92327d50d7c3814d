import { crashPoint, type HolderId, isFinalRunStatus, type RunId, serializeError } from "@dagwright/model";
import { isTransientCallError } from "@dagwright/rpc";
import { type BackfillClaim, type Storage, StorageUnavailableError, type SubmitMode } from "@dagwright/storage";
import { type RunTerminator, terminateRun, type Workspace } from "@dagwright/workspace";
import { assetSubmissions } from "../backfills/asset-submissions.ts";
import { BackfillLostError, HeldBackfill } from "../backfills/held-backfill.ts";
import { jobSubmissions } from "../backfills/job-submissions.ts";
import { LocationAwayError, type Submission } from "../backfills/submission.ts";
import type { LaunchAll } from "../launch-all.ts";
import type { Loop, Pass } from "../loop.ts";

export interface BackfillLoopOptions {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly terminator: RunTerminator;
  readonly holder: HolderId;
  readonly submitMode: SubmitMode;
  readonly launchAll: LaunchAll;
  /** Most backfills dealt with in one pass. Default 4. */
  readonly parallelism?: number;
  /** Most runs in one transaction. Default 500. */
  readonly batch?: number;
  /** Most transactions in a row for one backfill, before others have their turn. Default 20. */
  readonly batches?: number;
  /** How long a claim holds unrenewed, in milliseconds. Each commit renews it. Default 60,000. */
  readonly leaseMs?: number;
}

/** When it looks again for a code location that is away, should nobody tell that it is back. */
const awayRetryMs = 5_000;
/** When it looks for runs whose end nobody told of. */
const lookAgainMs = 60_000;
const defaultLeaseMs = 60_000;
/** When it asks again for an end of runs that go on in spite of having been asked. */
const cancelRetryMs = 30_000;
/** How many times as long as a pass took a backfill then rests, so that many small changes are taken together. */
const restFactor = 5;
const mostRestMs = 2_000;
const parallelTerminations = 8;
const terminationsPerPass = 400;
const cancellationsAtOnce = 1_000;

/**
 * Submits the runs of backfills, follows them to their end, and cancels them. Woken when a backfill is made or changed and when a run of one has
 * news; what a pass costs follows from what has changed.
 */
export function createBackfillLoop(options: BackfillLoopOptions): Loop {
  const { storage, holder, parallelism = 4, leaseMs = defaultLeaseMs } = options;
  /** Runs whose end was asked for, and when. */
  const asked = new Map<RunId, number>();
  return {
    name: "backfills",
    daemonType: "BACKFILL",
    wakesOn: ["backfill", "location"],
    async runOnce(signal): Promise<Pass> {
      const claims = await storage.backfills.claimDue({ holder, leaseMs, limit: parallelism }, { signal });
      if (claims.length > 0) crashPoint("backfills.after-claim");
      const results = await Promise.allSettled(claims.map((claim) => advance(claim, options, asked, signal)));
      const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : result.value));
      const unavailable = errors.find((error) => error instanceof StorageUnavailableError);
      if (unavailable !== undefined) throw unavailable;
      const nextDueAtMs = claims.length > 0 ? null : await storage.backfills.nextDueAtMs({ signal });
      return { handled: claims.length, nextDueAtMs, errors };
    },
  };
}

/** Takes one backfill as far as it gets. @returns what went wrong with it, for the heartbeat */
async function advance(
  claim: BackfillClaim,
  options: BackfillLoopOptions,
  asked: Map<RunId, number>,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const startedAt = performance.now();
  const held = await HeldBackfill.open(claim, options.storage, options.leaseMs ?? defaultLeaseMs, signal);
  const rest = (): { readonly restMs: number } => ({
    restMs: Math.min(mostRestMs, Math.round((performance.now() - startedAt) * restFactor)),
  });
  try {
    const news = await held.takeNews(signal);
    if (news === 0 && (await options.storage.backfills.noticeEnded(claim.backfill.id, { signal })) > 0)
      await held.takeNews(signal);
    if (held.backfill.status !== "REQUESTED") await cancelRuns(held, options, asked, rest, signal);
    else if (held.backfill.isPaused) await held.commit({ dueInMs: null, release: rest() }, signal);
    else await submit(held, options, rest, signal);
    return [];
  } catch (error) {
    if (error instanceof BackfillLostError) return [];
    if (error instanceof StorageUnavailableError || signal.aborted) throw error;
    return settleFailure(error, { ...claim, backfill: held.backfill }, options, signal);
  }
}

/** A backfill that waits for its code location is left as it is, with the reason; any other failure ends it, once its runs are canceled. */
async function settleFailure(
  error: unknown,
  claim: BackfillClaim,
  { storage, leaseMs = defaultLeaseMs }: BackfillLoopOptions,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  // Anew from the database: what was planned and not written is not to be written now.
  const held = await HeldBackfill.open(claim, storage, leaseMs, signal);
  try {
    if (error instanceof LocationAwayError || isTransientCallError(error)) {
      const reason = error instanceof Error ? error.message : String(error);
      await held.commit({ waitingReason: reason, dueInMs: awayRetryMs, release: { restMs: 0 } }, signal);
      return [new Error(`Backfill ${claim.backfill.id} waits: ${reason}`)];
    }
    await held.commit(
      { status: "FAILING", error: serializeError(error), waitingReason: null, dueInMs: 0, release: { restMs: 0 } },
      signal,
    );
    return [error];
  } catch (other) {
    if (other instanceof BackfillLostError) return [error];
    throw other;
  }
}

async function submit(
  held: HeldBackfill,
  options: BackfillLoopOptions,
  rest: () => { readonly restMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { submitMode, launchAll, batch = 500, batches = 20 } = options;
  const room = (): number => {
    const { maxRunsInFlight, runsInFlight } = held.backfill;
    return maxRunsInFlight === null ? Infinity : Math.max(0, maxRunsInFlight - runsInFlight);
  };
  const submissions = held.isJob ? jobSubmissions(held, options, signal) : assetSubmissions(held, options, signal);
  let submitted = 0;
  let isAtEnd = false;
  for (let written = 0; written < batches && !isAtEnd && !signal.aborted; written += 1) {
    const taken = await take(submissions, Math.min(batch, room()));
    isAtEnd = taken.isAtEnd;
    for (const { parts, run, problem } of taken.submissions) {
      if (problem !== null) held.tell(problem);
      for (const { place, subset } of parts) {
        if (run !== null || problem === null) held.add("requested", place, subset);
        if (run === null) held.add(problem === null ? "done" : "failed", place, subset);
      }
    }
    const runs = taken.submissions.flatMap(({ run }) => run ?? []);
    if (runs.length > 0)
      held.log(
        `Submitted ${runs.length} run${runs.length === 1 ? "" : "s"}, ${held.backfill.runsSubmitted + runs.length} so far`,
      );
    if (taken.submissions.length > 0) await held.commit({ runs, mode: submitMode, waitingReason: null }, signal, launchAll);
    submitted += runs.length;
    if (taken.failure !== null) throw taken.failure.error;
    if (room() === 0) break;
  }
  await submissions.return(undefined);
  if (!isAtEnd && room() > 0) return held.commit({ dueInMs: 0, waitingReason: null, release: { restMs: 0 } }, signal);
  if (!isAtEnd || submitted > 0 || held.backfill.runsInFlight > 0)
    return held.commit({ dueInMs: lookAgainMs, waitingReason: null, release: rest() }, signal);
  await finish(held, signal);
}

interface Taken {
  readonly submissions: readonly Submission[];
  readonly isAtEnd: boolean;
  /** What came after them instead of the next one: they are submitted all the same. */
  readonly failure: { readonly error: unknown } | null;
}

/** So many runs at most, and what stands between them. Looks at least once, so that what is planned is known although there is no room. */
async function take(submissions: AsyncGenerator<Submission, void, undefined>, limit: number): Promise<Taken> {
  const taken: Submission[] = [];
  let runs = 0;
  try {
    do {
      const next = await submissions.next();
      if (next.done === true) return { submissions: taken, isAtEnd: true, failure: null };
      if (next.value.run !== null && limit === 0) break;
      taken.push(next.value);
      if (next.value.run !== null) runs += 1;
    } while (runs < limit);
  } catch (error) {
    return { submissions: taken, isAtEnd: false, failure: { error } };
  }
  return { submissions: taken, isAtEnd: false, failure: null };
}

/** Nothing runs and nothing can be requested. */
async function finish(held: HeldBackfill, signal: AbortSignal): Promise<void> {
  let hasLeft = false;
  for (const target of held.targets) {
    const left = held.left(target);
    hasLeft ||= !left.isEmpty;
    held.add("failed", target.place, left);
    // Requested, and no run of it is left to say what became of it.
    held.add("failed", target.place, target.requested.minus(target.done).minus(target.failed));
  }
  if (hasLeft) held.tell("Some partitions could not be requested, because what they read was not materialized by this backfill");
  await held.commit({ status: held.endStatus(), waitingReason: null, dueInMs: null, release: { restMs: 0 } }, signal);
}

async function cancelRuns(
  held: HeldBackfill,
  { storage, terminator }: BackfillLoopOptions,
  asked: Map<RunId, number>,
  rest: () => { readonly restMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { id, status } = held.backfill;
  let { open, waiting, started } = await openRuns(held, storage, signal);
  if (waiting.length > 0) {
    // Their ends are taken in with every batch, which renews the lease: however many there are, it is one pass.
    for (let at = 0; at < waiting.length; at += cancellationsAtOnce) {
      const canceled = await storage.runs.cancelQueued(
        waiting.slice(at, at + cancellationsAtOnce),
        `Backfill ${id} was canceled`,
        { signal },
      );
      held.log(`Canceled ${canceled.length} queued run${canceled.length === 1 ? "" : "s"}`);
      await held.takeNews(signal);
    }
    // Those that a worker took from the queue meanwhile are to be asked.
    ({ open, waiting, started } = await openRuns(held, storage, signal));
  }
  const nowMs = performance.now();
  const toAsk = started.filter((runId) => nowMs - (asked.get(runId) ?? -Infinity) >= cancelRetryMs);
  const now = toAsk.splice(0, terminationsPerPass);
  if (now.length > 0) held.log(`Asked ${now.length} run${now.length === 1 ? "" : "s"} to end`);
  const terminate = async (): Promise<void> => {
    for (let runId = now.pop(); runId !== undefined; runId = now.pop()) {
      await terminateRun(runId, { storage, terminator, signal }).catch((error: unknown) => {
        // A code location that is away cannot be asked; its runs' leases tell of their end.
        if (!isTransientCallError(error)) throw error;
      });
      asked.set(runId, performance.now());
    }
  };
  await Promise.all(Array.from({ length: parallelTerminations }, terminate));
  if (open === 0) {
    asked.clear();
    const final = status === "FAILING" ? "FAILED" : "CANCELED";
    return held.commit({ status: final, waitingReason: null, dueInMs: null, release: { restMs: 0 } }, signal);
  }
  const hasMore = waiting.length + toAsk.length > 0;
  await held.commit({ dueInMs: hasMore ? 0 : cancelRetryMs, release: hasMore ? { restMs: 0 } : rest() }, signal);
}

/** Runs of a backfill that are not settled yet: how many, those that no worker has, and those that one has. */
async function openRuns(
  { backfill }: HeldBackfill,
  storage: Storage,
  signal: AbortSignal,
): Promise<{ readonly open: number; readonly waiting: readonly RunId[]; readonly started: readonly RunId[] }> {
  const waiting: RunId[] = [];
  const started: RunId[] = [];
  let open = 0;
  let after: RunId | undefined;
  for (;;) {
    const page = await storage.backfills.runs(
      backfill.id,
      { isOpen: true, limit: 1_000, ...(after !== undefined && { after }) },
      { signal },
    );
    for (const { runId, status } of page) {
      open += 1;
      if (status === null || isFinalRunStatus(status)) continue;
      (status === "QUEUED" || status === "NOT_STARTED" ? waiting : started).push(runId);
    }
    after = page.at(-1)?.runId;
    if (page.length < 1_000) return { open, waiting, started };
  }
}
