import { brandOf, type RunRequest, type SkipReason } from "@dagwright/definitions";
import type { RunRequest as RunRequestData } from "@dagwright/model";
import { EvaluationAnswerError } from "../errors.ts";

export interface CollectedRequests {
  readonly runRequests: readonly RunRequestData[];
  readonly skipReason: string | null;
}

/**
 * Takes whatever a schedule's or sensor's function may answer: nothing, one request or reason, a list or generator of them, a promise or an
 * asynchronous generator.
 *
 * @param owner - `schedule "nightly"`, for the error
 * @param signal - ends the reading of a generator that goes on for ever
 * @throws EvaluationAnswerError for an answer that is none of these
 */
export async function collectRequests(owner: string, answered: unknown, signal: AbortSignal): Promise<CollectedRequests> {
  const runRequests: RunRequestData[] = [];
  let skipped: string | null = null;
  const take = (one: unknown): void => {
    if (one === undefined || one === null) return;
    const kind = brandOf(one)?.kind;
    if (kind === "runRequest") runRequests.push(toData(one as RunRequest));
    else if (kind === "skipReason") skipped = (one as SkipReason).message;
    else throw new EvaluationAnswerError(owner, one);
  };

  const answer: unknown = await answered;
  if (isAsyncIterable(answer)) {
    for await (const one of answer) {
      signal.throwIfAborted();
      take(one);
    }
  } else if (isIterable(answer)) {
    for (const one of answer) {
      signal.throwIfAborted();
      take(one);
    }
  } else take(answer);
  return { runRequests, skipReason: skipped };
}

/** Without the brand, which is for this process only. */
function toData(request: RunRequest): RunRequestData {
  const { runKey, jobName, runConfig, tags, partition, assetKeys } = request;
  return { runKey, jobName, runConfig, tags, partition, assetKeys };
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;
