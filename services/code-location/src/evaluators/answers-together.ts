import { setTimeout as delay } from "node:timers/promises";
import type { EvaluationResult } from "@dagwright/model";
import type { TickEvaluationAnswer } from "@dagwright/rpc";

/** How long the first answer waits for others, in milliseconds. */
const gatherMs = 5;

/** Tells what evaluations come to as they end; those that end at about the same time together. */
export async function* answersTogether(
  evaluations: readonly Promise<EvaluationResult>[],
): AsyncGenerator<readonly TickEvaluationAnswer[]> {
  let ended: TickEvaluationAnswer[] = [];
  let news = Promise.withResolvers<void>();
  const end = (answer: TickEvaluationAnswer): void => {
    ended.push(answer);
    news.resolve();
  };
  for (const [index, evaluation] of evaluations.entries()) {
    evaluation.then(
      (result) => end({ index, result }),
      (error: unknown) => end({ index, error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }
  for (let told = 0; told < evaluations.length;) {
    await news.promise;
    if (told + ended.length < evaluations.length) await delay(gatherMs);
    const answers = ended;
    ended = [];
    news = Promise.withResolvers();
    told += answers.length;
    yield answers;
  }
}
