import { type AssetCheckKey, assetCheckKeyToUserString, type AssetKey, assetKeyToUserString } from "@dagwright/model";
import { showLogged } from "../direct-context.ts";
import { AutomationConditionFailedError, InvalidEvaluationError } from "../errors.ts";
import type { CustomCondition } from "./custom-condition.ts";

/** What a condition of one's own is asked. */
export interface CustomConditionInput {
  readonly key: AssetKey | AssetCheckKey;
  readonly isPartitioned: boolean;
  readonly evaluationTimeMs: number;
  readonly cursor: string | null;
  readonly signal?: AbortSignal;
}

/**
 * Asks a condition of one's own about one asset or check.
 *
 * @throws AutomationConditionFailedError when the function throws, with what it threw as its cause
 * @throws InvalidEvaluationError when it answers with something else than true, false or keys of partitions
 */
export async function evaluateCustomCondition(
  condition: CustomCondition,
  { key, isPartitioned, evaluationTimeMs, cursor, signal = neverAborted }: CustomConditionInput,
): Promise<{ readonly holds: boolean | readonly string[]; readonly cursor: string | null }> {
  const isCheck = "name" in key;
  const about = isCheck ? `the check "${assetCheckKeyToUserString(key)}"` : `the asset "${assetKeyToUserString(key)}"`;
  const who = `automation condition "${condition.name}", asked about ${about},`;
  let current = cursor;
  const context = {
    assetKey: isCheck ? key.assetKey : key,
    checkName: isCheck ? key.name : null,
    isPartitioned,
    evaluationTime: new Date(evaluationTimeMs),
    cursor,
    updateCursor(next: string | null) {
      if (next !== null && typeof next !== "string")
        throw new InvalidEvaluationError(who, `gave updateCursor ${typeof next}; a cursor is text or null`);
      current = next;
    },
    signal,
  };
  let answer: unknown;
  try {
    answer = await condition.evaluate(context);
  } catch (error) {
    if (error instanceof InvalidEvaluationError || signal.aborted) throw error;
    throw new AutomationConditionFailedError(who, error);
  }
  if (typeof answer === "boolean") return { holds: answer, cursor: current };
  if (isPartitioned && typeof answer === "object" && answer !== null && Symbol.iterator in answer) {
    const keys = [...(answer as Iterable<unknown>)];
    const wrong = keys.find((one) => typeof one !== "string");
    if (wrong === undefined) return { holds: keys as string[], cursor: current };
    throw new InvalidEvaluationError(who, `answered with ${showLogged(wrong)} among the keys of partitions`);
  }
  const allowed = isPartitioned ? "true, false or the keys of partitions" : "true or false, as the asset has no partitions";
  throw new InvalidEvaluationError(who, `answered with ${showLogged(answer)}; it may answer ${allowed}`);
}

const neverAborted = new AbortController().signal;
