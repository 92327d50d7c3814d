import {
  type EvaluationResult,
  type Instigator,
  type InstigatorId,
  type RunReaction,
  runStatusOfEvent,
  type SensorEvaluation,
  type SensorSnapshot,
  type SerializedError,
  serializeError,
} from "@dagwright/model";
import { type InstigatorClaim, isStreamCursor, type Storage } from "@dagwright/storage";
import { settleReactions, type SettledReactions } from "./settle-reactions.ts";
import { readStatusChanges } from "./read-status-changes.ts";

export interface RunStatusTick {
  readonly sensor: SensorSnapshot;
  /** The sensor as the instance keeps it, and the database's time. */
  readonly claim: Pick<InstigatorClaim, "nowMs"> & { readonly instigator: Pick<Instigator, "id" | "location" | "cursor"> };
  /** How long the tick may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Evaluates the sensor in its code location. */
  readonly evaluate: (context: SensorEvaluation) => Promise<EvaluationResult>;
}

interface Evaluated extends EvaluationResult {
  /** Why none of the changes counts as looked at. */
  readonly broughtDown?: SerializedError;
}

/** Most changes of one evaluation; of failures fewer, because their steps' errors travel with them. */
const mostChanges = 500;
const mostFailures = 200;

/** How soon a sensor looks again when an open transaction holds its events up. */
const heldUpMs = 100;

/** From then on an open transaction is told of as an error: every event of every run waits for it. */
const tellHeldMs = 60_000;

/**
 * Evaluates run status sensors: each change of a status that is their business, once as far as commits go, in the order of the stream.
 *
 * What the function throws for one change is told with the tick and holds up no other. Code that ends its process, or does not come to its end,
 * cannot be told from its neighbours in a batch; the changes are then given one by one until it is found, and that one is passed.
 */
export class RunStatusEvaluation {
  readonly #storage: Pick<Storage, "events" | "runs">;
  /** Sensors one of whose batches has brought its evaluator down: how many of its changes have yet to be given one by one. */
  readonly #oneByOne = new Map<InstigatorId, number>();

  constructor(storage: Pick<Storage, "events" | "runs">) {
    this.#storage = storage;
  }

  async tick({ sensor, claim, timeoutMs, evaluate }: RunStatusTick, signal: AbortSignal): Promise<SettledReactions> {
    const startedAt = performance.now();
    const monitored = sensor.monitoredRuns!;
    const { cursor, id, location } = claim.instigator;
    if (cursor === null || !isStreamCursor(cursor)) {
      const end = await this.#storage.events.streamEnd({ signal });
      // What was open at this moment is in the cursor as well, and tells people nothing.
      const [place] = end.split("@", 1);
      return { runRequests: [], skipReason: `Initiating ${sensor.name}. Set cursor to ${place}`, cursor: end, logs: [] };
    }
    const isOneByOne = this.#oneByOne.has(id);
    const most = monitored.eventType === "RUN_FAILURE" ? mostFailures : mostChanges;
    const monitor = { name: sensor.name, location, monitored };
    const read = await readStatusChanges(this.#storage, monitor, cursor, isOneByOne ? 1 : most, { signal });
    const { changes, places } = read;
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAt));
    const context = {
      cursor,
      lastTickAtMs: null,
      lastRunKey: null,
      statusChanges: changes,
      timeoutMs: leftMs,
      budgetMs: leftMs / 3,
    };
    const result = changes.length === 0 ? nothing : await this.#evaluate(id, changes.length, () => evaluate(context), signal);
    // All of them are given again, one by one and without waiting for the interval.
    if (result.broughtDown !== undefined) return { ...nothing, failure: result.broughtDown, nextAtMs: claim.nowMs + 1 };
    const reactions = result.reactions ?? [];
    const isWhole = reactions.length >= changes.length;
    const isSoon = !isWhole || read.hasMore;
    return {
      ...settleReactions(changes, reactions),
      originStatus: runStatusOfEvent[monitored.eventType],
      // Each is passed once it has been looked at; the rest comes at the next tick.
      cursor: isWhole ? read.cursor : (places[reactions.length - 1] ?? cursor),
      logs: result.logs,
      ...(isSoon && { nextAtMs: claim.nowMs + 1 }),
      ...(!isSoon && read.isHeldUp && monitored.isEventDriven && { nextAtMs: claim.nowMs + heldUpMs }),
      ...(read.isHeldUp && read.heldMs > tellHeldMs && { warning: heldUp(sensor.name, read.heldMs, read.blocker) }),
    };
  }

  async #evaluate(
    id: InstigatorId,
    count: number,
    evaluate: () => Promise<EvaluationResult>,
    signal: AbortSignal,
  ): Promise<Evaluated> {
    try {
      const result = await evaluate();
      const left = (this.#oneByOne.get(id) ?? 1) - 1;
      if (left > 0) this.#oneByOne.set(id, left);
      else this.#oneByOne.delete(id);
      return result;
    } catch (error) {
      if (signal.aborted || !bringsDown(error)) throw error;
      if (count > 1) {
        this.#oneByOne.set(id, count);
        return { ...nothing, broughtDown: serializeError(error) };
      }
      // Found: the others may come together again.
      this.#oneByOne.delete(id);
      const reaction: RunReaction = { runRequests: [], skipReason: null, error: serializeError(error) };
      return { ...nothing, reactions: [reaction] };
    }
  }
}

const nothing: Evaluated = { runRequests: [], skipReason: null, reactions: [], logs: [] };

/** Failures for which one of the changes is to blame, and not the way to the code. */
const bringsDown = (error: unknown): boolean =>
  error instanceof Error && "kind" in error && (error.kind === "EvaluationTimeoutError" || error.kind === "EvaluatorExitedError");

const heldUp = (name: string, heldMs: number, blocker: string | null): Error =>
  new Error(
    `${name} waits for a transaction that has been open for ${Math.round(heldMs / 1_000)} s and holds up the events of all runs: ${blocker ?? "one that this user may not see"}. End it`,
  );
