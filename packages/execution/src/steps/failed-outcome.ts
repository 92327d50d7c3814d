import { type FailureRequest, failureRequestOf } from "@dagwright/definitions";
import type { StepFailureEvent } from "@dagwright/model";
import { describeFailure } from "./failure.ts";
import type { StepOutcome } from "./step-outcome.ts";
import type { StepTask } from "./step-task.ts";

/** What is wrong with what an op gave, or with what it checked: another try would only repeat it. */
const neverRetried: ReadonlySet<unknown> = new Set(["TypeCheckError", "OutputRecordError", "AssetCheckFailedError"]);

/** How a try ended that threw. */
export function failedOutcome(
  thrown: unknown,
  { retryNumber }: Pick<StepTask, "retryNumber">,
  errorSource: StepFailureEvent["errorSource"],
): StepOutcome & { readonly kind: "failure" } {
  const error = describeFailure(thrown);
  const { kind, request } = look(thrown);
  const outcome = { kind: "failure", error, errorSource } as const;
  if (request?.kind === "retry") {
    const { maxRetries, secondsToWait } = request;
    const told = retryNumber < maxRetries ? error : { ...error, message: `Exceeded maxRetries of ${maxRetries}` };
    return { ...outcome, error: told, requested: { maxRetries, secondsToWait } };
  }
  if (request?.kind === "failure")
    return { ...outcome, metadata: request.metadata, ...(!request.allowRetries && { allowRetries: false }) };
  return neverRetried.has(kind) ? { ...outcome, allowRetries: false } : outcome;
}

/** User code can throw proxies that refuse to be looked at. */
function look(thrown: unknown): { readonly kind?: unknown; readonly request: FailureRequest | null } {
  try {
    const kind = typeof thrown === "object" && thrown !== null && "kind" in thrown ? thrown.kind : undefined;
    return { kind, request: failureRequestOf(thrown) };
  } catch {
    return { request: null };
  }
}
