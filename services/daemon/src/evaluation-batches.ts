import type { EvaluationResult } from "@dagwright/model";
import { type CallOptions, type CodeLocationClient, ProtocolVersionError, type TickEvaluation } from "@dagwright/rpc";

/** Evaluates schedules and sensors of one code location. */
export type EvaluationClient = Pick<CodeLocationClient, "evaluateSchedule" | "evaluateSensor">;

interface Waiting {
  readonly evaluation: TickEvaluation;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: EvaluationResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Of one call: its answers have to fit into memory, here and there. */
const mostTogether = 200;

/**
 * Evaluations that are asked for in the same turn of the event loop travel in one call, each answered as soon as it is done. A server that is
 * too old for that is asked one by one.
 */
export class EvaluationBatches {
  readonly #waiting = new Map<CodeLocationClient, Waiting[]>();
  readonly #oneByOne = new WeakSet<CodeLocationClient>();
  readonly #timeoutMs: number;

  /** @param timeoutMs - how long one evaluation may take */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  of(client: CodeLocationClient): EvaluationClient {
    return {
      evaluateSchedule: (params, options) => this.#add(client, { kind: "SCHEDULE", ...params }, options),
      evaluateSensor: (params, options) => this.#add(client, { kind: "SENSOR", ...params }, options),
    };
  }

  #add(client: CodeLocationClient, evaluation: TickEvaluation, options: CallOptions = {}): Promise<EvaluationResult> {
    if (this.#oneByOne.has(client)) return evaluateOne(client, evaluation, options);
    const { signal, timeoutMs = this.#timeoutMs } = options;
    const { promise, resolve, reject } = Promise.withResolvers<EvaluationResult>();
    const waiting = this.#waiting.get(client) ?? [];
    if (waiting.length === 0) setImmediate(() => this.#send(client));
    waiting.push({ evaluation, timeoutMs, signal, resolve, reject });
    this.#waiting.set(client, waiting);
    return promise;
  }

  #send(client: CodeLocationClient): void {
    const waiting = this.#waiting.get(client) ?? [];
    this.#waiting.delete(client);
    for (let start = 0; start < waiting.length; start += mostTogether)
      void this.#call(client, waiting.slice(start, start + mostTogether));
  }

  /** Settles all of them; never rejects. */
  async #call(client: CodeLocationClient, batch: readonly Waiting[]): Promise<void> {
    const open = new Set(batch);
    const call = new AbortController();
    /** One that is given up leaves the others alone; without any the call has no use. */
    const giveUp = (one: Waiting): void => {
      if (!open.delete(one)) return;
      one.reject(one.signal?.reason);
      if (open.size === 0) call.abort(one.signal?.reason);
    };
    for (const one of batch) {
      if (one.signal?.aborted === true) giveUp(one);
      else one.signal?.addEventListener("abort", () => giveUp(one), { once: true });
    }
    if (open.size === 0) return;
    try {
      const answers = client.evaluateMany(
        batch.map(({ evaluation }) => evaluation),
        { timeoutMs: Math.max(...batch.map(({ timeoutMs }) => timeoutMs)), signal: call.signal },
      );
      for await (const group of answers) {
        for (const answer of group) {
          const asked = batch[answer.index];
          if (asked === undefined || !open.delete(asked)) continue;
          if ("result" in answer) asked.resolve(answer.result);
          else asked.reject(answer.error);
        }
      }
      if (open.size > 0) throw new Error("The code location ended its answers before all evaluations were answered");
    } catch (error) {
      if (!(error instanceof ProtocolVersionError)) {
        for (const { reject } of open) reject(error);
        return;
      }
      this.#oneByOne.add(client);
      for (const { evaluation, signal, timeoutMs, resolve, reject } of open)
        evaluateOne(client, evaluation, { timeoutMs, ...(signal !== undefined && { signal }) }).then(resolve, reject);
    }
  }
}

const evaluateOne = (client: CodeLocationClient, evaluation: TickEvaluation, options: CallOptions): Promise<EvaluationResult> =>
  evaluation.kind === "SCHEDULE" ? client.evaluateSchedule(evaluation, options) : client.evaluateSensor(evaluation, options);
