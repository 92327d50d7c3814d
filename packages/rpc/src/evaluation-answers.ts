import { DomainError, type EvaluationResult, type SerializedError, serializeError } from "@dagwright/model";
import type { TickEvaluationAnswer } from "./code-location-api.ts";
import { RemoteError, UserCodeError } from "./errors.ts";

/** An answer as it travels: a failure by its kind, and what user code threw apart from it. */
type AnswerDocument =
  | { readonly index: number; readonly result: EvaluationResult }
  | { readonly index: number; readonly kind: string | null; readonly message: string; readonly error: SerializedError | null };

export const toEvaluationAnswers = (answers: readonly TickEvaluationAnswer[]): readonly AnswerDocument[] =>
  answers.map((answer) => {
    if ("result" in answer) return answer;
    const { index, error } = answer;
    const carried = error instanceof UserCodeError || error instanceof RemoteError ? error.error : serializeError(error);
    return { index, kind: error instanceof DomainError ? error.kind : null, message: error.message, error: carried };
  });

export const fromEvaluationAnswers = (document: unknown): readonly TickEvaluationAnswer[] =>
  (document as readonly AnswerDocument[]).map((answer) => {
    if ("result" in answer) return answer;
    const { index, kind, message, error } = answer;
    if (kind === "UserCodeError" && error !== null) return { index, error: new UserCodeError(error) };
    return { index, error: kind === null ? new Error(message) : new RemoteError(kind, message, {}, error) };
  });
