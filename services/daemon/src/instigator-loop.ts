import { setTimeout as delay } from "node:timers/promises";
import {
  crashPoint,
  DomainError,
  type HolderId,
  type InstigatorKind,
  type JobSnapshot,
  type LocationSnapshot,
  type RunRequest,
  type SerializedError,
  serializeError,
  systemTags,
  type Tags,
} from "@dagwright/model";
import {
  type CommittedTick,
  type InstigatorClaim,
  type Storage,
  StorageUnavailableError,
  type SubmitMode,
  type TickOutcome,
  type TickRun,
} from "@dagwright/storage";
import { partitionedRunConfig, preparePartitions, prepareRun, type Workspace } from "@dagwright/workspace";
import { type CodeLocationClient, UserCodeError } from "@dagwright/rpc";
import type { SettledReactions } from "./decisions/settle-reactions.ts";
import { type PartitionsSource, withDynamicKeys } from "./dynamic-keys.ts";
import type { LaunchAll } from "./launch-all.ts";
import type { Loop, LoopName, Pass } from "./loop.ts";

export interface InstigatorLoopOptions {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly holder: HolderId;
  readonly submitMode: SubmitMode;
  readonly launchAll: LaunchAll;
  /** Most evaluations of this kind at once in this replica. Default 16. */
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
  readonly name: Extract<LoopName, "scheduler" | "sensors">;
  readonly daemonType: string;
  readonly kind: InstigatorKind;
  find(location: LocationSnapshot, name: string): Snapshot | undefined;
  jobNames(snapshot: Snapshot): readonly string[];
  /** Which due time the tick is for, and when the next one is; null: never. */
  timing(snapshot: Snapshot, claim: InstigatorClaim): { readonly scheduledAtMs: number; readonly nextAtMs: number | null };
  evaluate(
    client: CodeLocationClient,
    snapshot: Snapshot,
    tick: { readonly claim: InstigatorClaim; readonly scheduledAtMs: number; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<SettledReactions>;
  tags(snapshot: Snapshot): Tags;
  /** How long an evaluation may take, in milliseconds; absent: as the loop's options say. */
  timeoutMs?(snapshot: Snapshot): number | undefined;
  /** Notifications that may mean work for it, besides those that may for both. */
  readonly wakesOn?: Loop["wakesOn"];
  /** Called at the beginning of each pass. */
  beforePass?(signal: AbortSignal): Promise<void>;
}

/** When an instigator whose evaluation cannot even be tried is due again. */
const retryLaterMs = 10_000;

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
    parallelism = 16,
    leaseMs = 30_000,
    evaluationTimeoutMs = 60_000,
    onLateSettled,
  } = options;

  const held = new Set<InstigatorClaim>();
  const inFlight = new Set<Promise<void>>();
  /** Those of them that a pass has left behind. */
  const late = new Set<Promise<void>>();
  /** Runs only while something is held: it would keep a daemon that drains from ending. */
  let renewal: NodeJS.Timeout | undefined;
  let errors: unknown[] = [];
  const commit = async (outcomes: readonly TickOutcome[]): Promise<void> => {
    let committed: readonly CommittedTick[];
    crashPoint(`${traits.name}.before-commit`);
    try {
      committed = await storage.instigators.commitTicks(outcomes, submitMode);
    } catch (error) {
      if (error instanceof StorageUnavailableError) throw error;
      return commitApart(outcomes, error);
    }
    crashPoint(`${traits.name}.after-commit`);
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
    const { cursor, dynamicPartitions: _, assetEvents: __, ...kept } = only;
    // Runs that a sensor has reacted to are not looked at again: the same would be refused for ever.
    const passed = only.originRunIds === undefined || cursor === undefined ? {} : { cursor };
    await commit([{ ...kept, ...passed, status: "FAILURE", runs: [], skipReason: null, error: serializeError(error) }]);
  };
  const committing = new CommitGroup(commit);

  async function runOnce(signal: AbortSignal): Promise<Pass> {
    await traits.beforePass?.(signal);
    if (inFlight.size >= parallelism) await Promise.race(inFlight);
    const limit = parallelism - inFlight.size;
    const locations = workspace.entries().flatMap((entry) => (entry.isServing ? [entry.name] : []));
    crashPoint(`${traits.name}.before-claim`);
    const claims = await storage.instigators.claimDue({ kind: traits.kind, locations, holder, leaseMs, limit }, { signal });
    if (claims.length > 0) crashPoint(`${traits.name}.after-claim`);
    for (const claim of claims) start(claim, signal);
    // A slow evaluation goes on behind the passes that follow; the quick ones are waited for, so that a pass can tell of their errors.
    await Promise.race([Promise.all(inFlight), delay(patienceMs, undefined, { ref: false })]);
    for (const task of inFlight) late.add(task);
    const told = errors;
    errors = [];
    const nextDueAtMs = claims.length > 0 ? null : await storage.instigators.nextDueAtMs(traits.kind, locations, { signal });
    return { handled: claims.length, nextDueAtMs, errors: told };
  }

  function start(claim: InstigatorClaim, signal: AbortSignal): void {
    held.add(claim);
    renewal ??= setInterval(renewClaims, leaseMs / 3);
    const task = handle(claim, signal)
      .catch((error: unknown) => {
        // Nothing of the tick was written. Its lease runs out and whoever is there then evaluates it again.
        errors.push(error);
      })
      .finally(() => {
        held.delete(claim);
        inFlight.delete(task);
        if (late.delete(task)) onLateSettled?.();
        if (held.size > 0) return;
        clearInterval(renewal);
        renewal = undefined;
      });
    inFlight.add(task);
  }

  async function handle(claim: InstigatorClaim, signal: AbortSignal): Promise<void> {
    const outcome = await settle(claim, signal);
    // Stopping: the evaluation was cut short by us, which says nothing about it. Another replica gets the tick at once.
    if (outcome === null) return storage.instigators.release([claim]);
    if (outcome.error !== null) errors.push(new Error(`${claim.instigator.name}: ${outcome.error.message}`));
    return committing.add(outcome);
  }

  /** A claim that was lost all the same is refused at its commit. */
  function renewClaims(): void {
    storage.instigators.renew([...held], leaseMs).catch((error: unknown) => errors.push(error));
  }

  /** Evaluates one claim to the outcome that its tick will have. Never throws; null when the daemon itself is stopping. */
  async function settle(claim: InstigatorClaim, signal: AbortSignal): Promise<TickOutcome | null> {
    const startedAtMs = claim.nowMs;
    const failed = (error: SerializedError, nextAtMs: number, scheduledAtMs = claim.scheduledAtMs): TickOutcome => ({
      claim,
      scheduledAtMs,
      status: "FAILURE",
      runs: [],
      skipReason: null,
      error,
      nextAtMs,
      logs: [],
      startedAtMs,
    });
    const { name, location } = claim.instigator;
    const entry = workspace.entries().find((candidate) => candidate.name === location);
    const definition = entry?.snapshot ? traits.find(entry.snapshot, name) : undefined;
    if (!entry?.snapshot || !entry.client || definition === undefined) {
      return failed(serializeError(new InstigatorNotFoundError(name, location)), claim.nowMs + retryLaterMs);
    }
    const { client, snapshot } = entry;
    const { scheduledAtMs, nextAtMs } = traits.timing(definition, claim);
    const dueNextMs = nextAtMs ?? Number.MAX_SAFE_INTEGER;
    try {
      const timeoutMs = traits.timeoutMs?.(definition) ?? evaluationTimeoutMs;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const result = await traits.evaluate(client, definition, { claim, scheduledAtMs, timeoutMs }, deadline);
      if (result.warning !== undefined) errors.push(result.warning);
      const { runs, refused } = await toTickRuns(result, definition, { client, snapshot }, { ...claim, scheduledAtMs }, deadline);
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
        nextAtMs: result.nextAtMs ?? dueNextMs,
        logs: result.logs,
        startedAtMs,
        ...(result.originRunIds !== undefined && { originRunIds: result.originRunIds }),
        ...(result.dynamicPartitions !== undefined && { dynamicPartitions: result.dynamicPartitions }),
        ...(result.assetEvents !== undefined && { assetEvents: result.assetEvents }),
      };
    } catch (error) {
      if (signal.aborted) return null;
      // What user code threw, with its own calls; ours lead to the wire only.
      return failed(error instanceof UserCodeError ? error.error : serializeError(error), dueNextMs, scheduledAtMs);
    }
  }

  /**
   * The runs of a tick. One that cannot be fails the tick, unless the requests stem from several runs that have nothing to do with one another:
   * then it is told, and the others happen.
   */
  async function toTickRuns(
    result: SettledReactions,
    definition: Snapshot,
    code: Parameters<typeof toTickRun>[2],
    claim: InstigatorClaim,
    signal: AbortSignal,
  ): Promise<{ readonly runs: readonly TickRun[]; readonly refused: SerializedError | null }> {
    const partitions = withDynamicKeys(storage, result.dynamicPartitions ?? []);
    const attempts = result.runRequests.map((request) => toTickRun(request, definition, code, claim, partitions, signal));
    if (result.originRunIds === undefined) return { runs: await Promise.all(attempts), refused: null };
    const settled = await Promise.allSettled(attempts);
    signal.throwIfAborted();
    const first = settled.find((one) => one.status === "rejected");
    return {
      runs: settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
      refused: first === undefined ? null : serializeError(first.reason),
    };
  }

  async function toTickRun(
    request: RunRequest,
    definition: Snapshot,
    { client, snapshot }: { readonly client: CodeLocationClient; readonly snapshot: LocationSnapshot },
    claim: InstigatorClaim,
    partitions: PartitionsSource,
    signal: AbortSignal,
  ): Promise<TickRun> {
    const job = chooseJob(request, definition.name, traits.jobNames(definition), snapshot);
    if (Buffer.byteLength(request.runKey ?? "") > mostRunKeyBytes)
      throw new RunKeyTooLongError(definition.name, request.runKey ?? "");
    const partition = request.partition === null ? {} : { partition: request.partition };
    const asked = { job, runConfig: request.runConfig, tags: request.tags, ...partition };
    const { runConfig, tags } = await partitionedRunConfig(asked, client, null, { signal });
    const selection = { stepKeys: null, assetKeys: request.assetKeys };
    const planned = prepareRun({
      location: claim.instigator.location,
      job,
      runConfig,
      tags: {
        ...tags,
        ...traits.tags(definition),
        ...(traits.kind === "SCHEDULE" && { [systemTags.tick]: new Date(claim.scheduledAtMs).toISOString() }),
        ...(request.runKey !== null && { [systemTags.runKey]: request.runKey }),
      },
      selection,
      ...partition,
    });
    const part = { selection, isReexecution: false };
    const checked = await client.validateRunConfig({ snapshotId: null, jobName: job.name, runConfig, part }, { signal });
    if (!checked.ok) throw new RunRequestConfigError(definition.name, job.name, checked.errors);
    const run = await preparePartitions(planned, snapshot, partitions, { signal });
    return { run, runKey: request.runKey };
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

function chooseJob(
  request: RunRequest,
  instigator: string,
  jobNames: readonly string[],
  snapshot: LocationSnapshot,
): JobSnapshot {
  const name = request.jobName ?? (jobNames.length === 1 ? jobNames[0] : undefined);
  const job = name === undefined ? undefined : snapshot.jobs.find((candidate) => candidate.name === name);
  if (job === undefined || !jobNames.includes(job.name)) throw new RunRequestJobError(instigator, request.jobName, jobNames);
  return job;
}

/** What an index of the database can hold, with room for the sensor's name. */
const mostRunKeyBytes = 2_000;

/** A run key that could not be looked up. */
class RunKeyTooLongError extends DomainError<"RunKeyTooLongError"> {
  constructor(instigator: string, runKey: string) {
    super(
      "RunKeyTooLongError",
      `A run key of "${instigator}" has ${Buffer.byteLength(runKey)} bytes, and at most ${mostRunKeyBytes} are allowed; use a hash of it. It begins with ${JSON.stringify(runKey.slice(0, 40))}`,
    );
  }
}

/** A due schedule or sensor has left its code between the claim and its evaluation. */
class InstigatorNotFoundError extends DomainError<"InstigatorNotFoundError"> {
  constructor(name: string, location: string) {
    super("InstigatorNotFoundError", `Code location "${location}" does not define "${name}" at this moment`);
  }
}

/** A run request names no job of its schedule or sensor. */
class RunRequestJobError extends DomainError<"RunRequestJobError"> {
  constructor(instigator: string, jobName: string | null, jobNames: readonly string[]) {
    const asked = jobName === null ? "names no job" : `names the job "${jobName}"`;
    super("RunRequestJobError", `A run request of "${instigator}" ${asked}; it must be one of: ${jobNames.join(", ")}`);
  }
}

/** The run config of a run request does not fit its job. */
class RunRequestConfigError extends DomainError<"RunRequestConfigError"> {
  constructor(instigator: string, jobName: string, errors: readonly { readonly message: string }[]) {
    super(
      "RunRequestConfigError",
      `The run config that "${instigator}" asked for does not fit job "${jobName}":\n${errors.map(({ message }) => `- ${message}`).join("\n")}`,
    );
  }
}

/**
 * Commits outcomes in groups: what finishes while a commit is under way goes into the next one. A thousand ticks take a few dozen transactions,
 * and none waits for a slower one to be evaluated.
 */
class CommitGroup {
  readonly #commit: (outcomes: readonly TickOutcome[]) => Promise<void>;
  #waiting: TickOutcome[] = [];
  #current: Promise<void> | null = null;

  constructor(commit: (outcomes: readonly TickOutcome[]) => Promise<void>) {
    this.#commit = commit;
  }

  async add(outcome: TickOutcome): Promise<void> {
    this.#waiting.push(outcome);
    // Whoever waits in line may find that the commit before already took its outcome along.
    while (this.#waiting.includes(outcome)) {
      if (this.#current === null) {
        const group = this.#waiting.splice(0);
        this.#current = this.#commit(group).finally(() => {
          this.#current = null;
        });
        await this.#current;
      } else {
        await this.#current.catch(() => undefined);
      }
    }
  }
}
