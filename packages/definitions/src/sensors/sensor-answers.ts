import type { EvaluationAnswer, RunRequest as RunRequestData } from "@dagwright/model";
import { isDefinition } from "../brand.ts";
import { showLogged } from "../direct-context.ts";
import { InvalidEvaluationError } from "../errors.ts";
import type { RunRequest, SkipReason } from "../run-request.ts";
import { isSensorResult, type SensorResult } from "./sensor-result.ts";

/** What a sensor's function may answer with, or yield. */
export type SensorAnswer = RunRequest | SkipReason | SensorResult;

/** What sensors may answer: nothing, one answer, several in any order, and any of it later. */
export type SensorEvaluated =
  | void
  | null
  | SensorAnswer
  | Iterable<SensorAnswer>
  | AsyncIterable<SensorAnswer>
  | PromiseLike<void | null | SensorAnswer | Iterable<SensorAnswer>>;

/** For whom answers are collected. */
export interface AnswersOf {
  /** `sensor "files"`, for messages. */
  readonly owner: string;
  /** The jobs of which it may ask for runs; a request without a job is for the only one. */
  readonly jobNames: readonly string[];
}

/** Answers as plain data. @throws InvalidEvaluationError for a run of a job that the sensor does not serve */
export function toAnswer(of: AnswersOf, answers: readonly SensorAnswer[]): EvaluationAnswer {
  const results = answers.filter(isSensorResult);
  const requests = answers.flatMap((one) =>
    isSensorResult(one) ? one.runRequests : isDefinition(one, "runRequest") ? [one as RunRequest] : [],
  );
  const reasons = answers.flatMap((one) =>
    isSensorResult(one) ? (one.skipReason ?? []) : isDefinition(one, "skipReason") ? [one as SkipReason] : [],
  );
  const dynamicPartitions = results.flatMap((one) => one.dynamicPartitions);
  const assetEvents = results.flatMap((one) => one.assetEvents);
  return {
    runRequests: requests.map((request) => toData(request, of)),
    skipReason: reasons.length === 0 ? null : reasons.map(({ message }) => message).join("; "),
    ...(dynamicPartitions.length > 0 && { dynamicPartitions }),
    ...(assetEvents.length > 0 && { assetEvents }),
  };
}

/** The cursor that a result names; undefined: none does. */
export const answeredCursor = (answers: readonly SensorAnswer[]): string | null | undefined =>
  answers.filter(isSensorResult).findLast(({ cursor }) => cursor !== undefined)?.cursor;

/**
 * What a sensor's function has answered, one by one: nothing, an answer, a list or generator of them, a promise or an asynchronous generator.
 *
 * @throws InvalidEvaluationError for what means nothing
 */
export async function listAnswers(owner: string, answered: unknown, signal: AbortSignal): Promise<readonly SensorAnswer[]> {
  const value: unknown = await answered;
  if (value === undefined || value === null) return [];
  if (isAnswer(value)) return [value];
  if (typeof value !== "object" || !(Symbol.iterator in value || Symbol.asyncIterator in value))
    throw new InvalidEvaluationError(owner, `answered with ${showLogged(value)}; it may return or yield ${allowed}`);
  const answers: SensorAnswer[] = [];
  for await (const one of value as AsyncIterable<unknown>) {
    signal.throwIfAborted();
    if (one === undefined || one === null) continue;
    if (!isAnswer(one)) throw new InvalidEvaluationError(owner, `yielded ${showLogged(one)}; it may yield ${allowed}`);
    answers.push(one);
  }
  return answers;
}

export const asksForRuns = (answer: SensorAnswer): boolean =>
  isSensorResult(answer) ? answer.runRequests.length > 0 : isDefinition(answer, "runRequest");

/** For sensors that keep their cursor by themselves. @throws InvalidEvaluationError when one is answered */
export function refuseCursor(owner: string, answers: readonly SensorAnswer[]): void {
  if (answers.some((one) => isSensorResult(one) && one.cursor !== undefined))
    throw new InvalidEvaluationError(owner, "answered with a cursor, and its cursor is kept by itself");
}

const allowed = "runRequest(…), skipReason(…) and sensorResult(…)";

const isAnswer = (value: unknown): value is SensorAnswer =>
  isDefinition(value, "runRequest") || isDefinition(value, "skipReason") || isSensorResult(value);

/** The request as plain data, which carries no brand. */
function toData(request: RunRequest, { owner, jobNames }: AnswersOf): RunRequestData {
  const { runKey, runConfig, tags, partition, assetKeys, checkKeys } = request;
  const jobName = request.jobName ?? (jobNames.length === 1 ? jobNames[0]! : null);
  if (jobNames.length === 0)
    throw new InvalidEvaluationError(
      owner,
      "asked for a run, and serves no job: name the one that it starts with `job` (`requestJob` of a run status sensor), several with `jobs` (`requestJobs`)",
    );
  const serves = `serves ${jobNames.join(", ")}`;
  if (jobName === null) throw new InvalidEvaluationError(owner, `asked for a run without saying of which job; it ${serves}`);
  if (!jobNames.includes(jobName))
    throw new InvalidEvaluationError(owner, `asked for a run of the job "${jobName}", which it does not serve; it ${serves}`);
  return { runKey, jobName, runConfig, tags, partition, assetKeys, ...(checkKeys !== undefined && { checkKeys }) };
}
