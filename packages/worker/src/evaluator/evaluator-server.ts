import { describeFailure } from "@dagwright/execution";
import type { SerializedError } from "@dagwright/model";
import { MethodUnknownError } from "../errors.ts";
import type { ErrorLocation } from "../generation/error-location.ts";
import { type EvaluatorMethod, type EvaluatorMethods, type EvaluatorReply, workerProtocolVersion } from "../protocol.ts";

type Params<Method extends EvaluatorMethod> = Parameters<EvaluatorMethods[Method]>[0];
type Result<Method extends EvaluatorMethod> = ReturnType<EvaluatorMethods[Method]>;

/** What answers an evaluator's calls. Abort means that nobody waits for the answer any more; user code hears of it through its context. */
export type EvaluatorHandlers = {
  readonly [Method in EvaluatorMethod]: (params: Params<Method>, signal: AbortSignal) => Result<Method> | Promise<Result<Method>>;
};

export interface EvaluatorServerOptions {
  readonly handlers: EvaluatorHandlers;
  readonly reply: (reply: EvaluatorReply) => void;
  /** Where in the user's source an error comes from. */
  readonly locate: (error: unknown) => ErrorLocation | null;
}

/** Answers requests by their ids, any number at a time. @returns what takes each message of the channel */
export function evaluatorServer(options: EvaluatorServerOptions): (message: unknown) => void {
  const calls = new Map<number, AbortController>();

  const answer = async (id: number, method: string, params: unknown): Promise<void> => {
    const call = new AbortController();
    calls.set(id, call);
    try {
      if (!Object.hasOwn(options.handlers, method)) throw new MethodUnknownError(method, workerProtocolVersion);
      const handler = options.handlers[method as EvaluatorMethod] as (params: unknown, signal: AbortSignal) => unknown;
      const result = await handler(params, call.signal);
      options.reply({ id, result });
    } catch (error) {
      options.reply({ id, error: toReplyError(error, options.locate(error)) });
    } finally {
      calls.delete(id);
    }
  };

  return (message) => {
    if (typeof message !== "object" || message === null) return;
    const { abort, id, method, params } = message as { abort?: unknown; id?: unknown; method?: unknown; params?: unknown };
    if (typeof abort === "number") calls.get(abort)?.abort(new DOMException("The evaluation was given up", "AbortError"));
    else if (typeof id === "number" && typeof method === "string") void answer(id, method, params);
  };
}

function toReplyError(
  error: unknown,
  location: ErrorLocation | null,
): SerializedError & { kind?: string } & Partial<ErrorLocation> {
  const serialized = describeFailure(error);
  const kind = kindOf(error);
  return { ...serialized, ...(kind === null ? {} : { kind }), ...location };
}

/** By structure: definition errors may come from the project's own copy of the SDK. */
function kindOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("kind" in error) || typeof error.kind !== "string") return null;
  return error.kind === error.name ? error.kind : null;
}
