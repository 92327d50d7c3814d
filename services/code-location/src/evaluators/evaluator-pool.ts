import { RemoteError, UserCodeError, EvaluationTimeoutError } from "@dagwright/rpc";
import type { EvaluatorMethod } from "@dagwright/worker/protocol";
import { EvaluatorExitedError } from "../errors.ts";
import type { Evaluator, EvaluatorAnswer, EvaluatorError } from "./evaluator.ts";

/**
 * The evaluators of one generation. They share calls; these rules keep one bad call from spoiling its neighbours:
 *
 * 1. A call past its deadline fails. An evaluator that then does not end the call by itself is retired: no new calls, killed when empty.
 * 2. An evaluator that does not turn its event loop is stuck in one of its calls, and nobody can tell in which. It is killed, and its calls are
 *    made again, each alone in an evaluator: the one to blame then meets its deadline by itself.
 * 3. An evaluator that ends by itself fails its call when it had one, and has them made again, each alone, when it had several.
 * 4. A call is made again once; after that what goes wrong is its own fault, because it was alone.
 */
export interface EvaluatorPool {
  /** @throws UserCodeError, EvaluationTimeoutError, EvaluatorExitedError, RemoteError */
  call(request: EvaluatorCall): Promise<unknown>;
  /** Takes no new calls, lets those in flight come to their end, then ends every process. */
  drain(reason: Error): Promise<void>;
  /** Ends every process; calls in flight fail with the reason. */
  close(reason: Error): void;
}

export interface EvaluatorCall {
  readonly method: EvaluatorMethod;
  readonly params: unknown;
  /** Names the call in errors, e.g. `sensor "files"`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface EvaluatorPoolOptions {
  /** Starts an evaluator that has loaded the generation. */
  readonly start: () => Promise<Evaluator>;
  /** The one that loaded the generation first. */
  readonly first: Evaluator;
  readonly maxEvaluators: number;
  /** Calls in one evaluator before another one is started. */
  readonly callsPerEvaluator: number;
  /** How long an evaluator may keep its event loop from turning before its other calls are made again elsewhere. */
  readonly stuckAfterMs: number;
}

interface PendingCall extends EvaluatorCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  isSettled: boolean;
  isRetry: boolean;
}

interface Member {
  readonly evaluator: Evaluator;
  /** With the ids of their requests. */
  readonly calls: Map<PendingCall, number>;
  /** Holds a call that is to be alone. */
  isExclusive: boolean;
  isRetired: boolean;
  probe: NodeJS.Timeout | null;
}

export function createEvaluatorPool(options: EvaluatorPoolOptions): EvaluatorPool {
  const members = new Set<Member>();
  const queue: PendingCall[] = [];
  let starting = 0;
  let mayGrowAt = 0;
  let closedFor: Error | null = null;
  let refusesFor: Error | null = null;
  const drained = Promise.withResolvers<void>();

  const add = (evaluator: Evaluator): void => {
    const member: Member = { evaluator, calls: new Map(), isExclusive: false, isRetired: false, probe: null };
    members.add(member);
    // Nobody waits for this: the calls themselves are told.
    evaluator.exited.then((how) => lose(member, how)).catch(() => undefined);
  };
  const active = (): Member[] => [...members].filter(({ isRetired }) => !isRetired);

  const grow = (): void => {
    if (closedFor !== null || starting >= queue.length || active().length + starting >= options.maxEvaluators) return;
    if (Date.now() < mayGrowAt) return;
    starting += 1;
    options
      .start()
      .then(
        (evaluator) => {
          if (closedFor === null) add(evaluator);
          else evaluator.kill();
        },
        (error: unknown) => {
          mayGrowAt = Date.now() + startAgainAfterMs;
          if (active().length > 0) return;
          for (const call of queue.splice(0)) settle(call, () => call.reject(error as Error));
        },
      )
      .finally(() => {
        starting -= 1;
        drain();
      })
      .catch(() => undefined);
  };

  const drain = (): void => {
    for (let index = 0; index < queue.length;) {
      const call = queue[index];
      const member = call === undefined ? undefined : freeMember(call);
      if (call === undefined || member === undefined) {
        index += 1;
        continue;
      }
      queue.splice(index, 1);
      send(member, call);
    }
    if (queue.length > 0) grow();
    else if (refusesFor !== null && [...members].every(({ calls }) => calls.size === 0)) close(refusesFor);
  };
  const freeMember = (call: PendingCall): Member | undefined => {
    const candidates = active().filter(({ isExclusive, calls }) => !isExclusive && (!call.isRetry || calls.size === 0));
    const [least] = candidates.toSorted((a, b) => a.calls.size - b.calls.size);
    return least === undefined || least.calls.size >= options.callsPerEvaluator ? undefined : least;
  };

  const send = (member: Member, call: PendingCall): void => {
    member.isExclusive = call.isRetry;
    const requestId = member.evaluator.send(call.method, call.params, (answer) => {
      member.calls.delete(call);
      settle(call, () => deliver(call, answer));
      release(member);
    });
    member.calls.set(call, requestId);
    watchForStuck(member);
  };
  /** After a call has left. */
  const release = (member: Member): void => {
    if (member.calls.size === 0) {
      member.isExclusive = false;
      if (member.probe !== null) clearTimeout(member.probe);
      member.probe = null;
      if (member.isRetired) member.evaluator.kill();
    }
    drain();
  };

  const watchForStuck = (member: Member): void => {
    if (member.probe !== null || member.calls.size < 2 || member.isRetired) return;
    let isTurning = false;
    member.evaluator.ping(() => {
      isTurning = true;
    });
    member.probe = setTimeout(() => {
      member.probe = null;
      if (isTurning) watchForStuck(member);
      else abandon(member);
    }, options.stuckAfterMs);
  };
  /** Rule 2. */
  const abandon = (member: Member): void => {
    member.isRetired = true;
    const calls = [...member.calls.keys()];
    member.calls.clear();
    for (const call of calls) again(call);
    release(member);
  };

  /** Rule 1. */
  const expire = (call: PendingCall): void => {
    const member = [...members].find(({ calls }) => calls.has(call));
    settle(call, () => call.reject(new EvaluationTimeoutError(call.what, call.timeoutMs)));
    const waiting = queue.indexOf(call);
    if (waiting >= 0) queue.splice(waiting, 1);
    if (member !== undefined) giveUp(member, call);
  };
  const giveUp = (member: Member, call: PendingCall): void => {
    const requestId = member.calls.get(call);
    if (requestId === undefined) return;
    member.evaluator.abort(requestId);
    let isTurning = false;
    member.evaluator.ping(() => {
      isTurning = true;
    });
    setTimeout(() => {
      if (!member.calls.has(call)) return;
      member.isRetired = true;
      member.calls.delete(call);
      if (!isTurning) {
        abandon(member);
        return;
      }
      release(member);
    }, abortGraceMs);
  };

  /** Rule 3. */
  const lose = (member: Member, how: string): void => {
    members.delete(member);
    if (member.probe !== null) clearTimeout(member.probe);
    const calls = [...member.calls.keys()].filter(({ isSettled }) => !isSettled);
    member.calls.clear();
    for (const call of calls) {
      if (calls.length > 1 && !call.isRetry) again(call);
      else settle(call, () => call.reject(new EvaluatorExitedError(call.what, how, member.evaluator.lastWords())));
    }
    // Warm for the next call; a pool that only ever loses evaluators starts them on demand.
    drain();
  };

  const again = (call: PendingCall): void => {
    if (call.isSettled) return;
    if (call.isRetry) {
      settle(call, () => call.reject(new EvaluationTimeoutError(call.what, call.timeoutMs)));
      return;
    }
    call.isRetry = true;
    queue.push(call);
    drain();
  };
  const settle = (call: PendingCall, how: () => void): void => {
    if (call.isSettled) return;
    call.isSettled = true;
    how();
  };

  const close = (reason: Error): void => {
    refusesFor ??= reason;
    closedFor = reason;
    for (const call of queue.splice(0)) settle(call, () => call.reject(reason));
    for (const member of members) {
      for (const call of member.calls.keys()) settle(call, () => call.reject(reason));
      if (member.probe !== null) clearTimeout(member.probe);
      member.evaluator.kill();
    }
    members.clear();
    drained.resolve();
  };

  add(options.first);

  return {
    async call(request) {
      if (refusesFor !== null) throw refusesFor;
      request.signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const call: PendingCall = { ...request, resolve, reject, isSettled: false, isRetry: false };
      const deadline = setTimeout(() => expire(call), request.timeoutMs);
      const hungUp = (): void => {
        const member = [...members].find(({ calls }) => calls.has(call));
        settle(call, () => reject(request.signal?.reason as Error));
        if (member !== undefined) giveUp(member, call);
      };
      request.signal?.addEventListener("abort", hungUp, { once: true });
      queue.push(call);
      drain();
      try {
        return await promise;
      } finally {
        clearTimeout(deadline);
        request.signal?.removeEventListener("abort", hungUp);
      }
    },
    async drain(reason) {
      refusesFor = reason;
      drain();
      await drained.promise;
    },
    close,
  };
}

/** What a program needs to hear of an abort and to answer, when it can. */
const abortGraceMs = 250;
/** After an evaluator could not be started. */
const startAgainAfterMs = 1_000;

function deliver(call: PendingCall, answer: EvaluatorAnswer): void {
  if ("result" in answer) call.resolve(answer.result);
  else call.reject(toCallError(answer.error));
}

/** A failure that the program names travels by its name; anything else is the user's. */
export function toCallError(error: EvaluatorError): Error {
  const { kind, file: _file, line: _line, column: _column, ...serialized } = error;
  return kind === undefined ? new UserCodeError(serialized) : new RemoteError(kind, error.message, {}, serialized);
}
