import { type CodeLocationName, DomainError, type LocationSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";

/** A code location whose triggers are simulated. */
export interface LocatedCode {
  readonly location: CodeLocationName;
  readonly snapshot: LocationSnapshot;
}

/** The code of a location that may be asked; null: functions of users are not called. */
export type AskableCode = Pick<
  CodeLocationClient,
  "evaluateSchedule" | "evaluateSensor" | "getPartitionConfig" | "validateRunConfig"
> | null;

/**
 * Code whose functions are not called again once they did not come to their end, or ended their process: each such call takes as long as it may, and
 * a simulation makes many.
 */
export function withoutEndless<Code extends NonNullable<AskableCode>>(code: Code): NonNullable<AskableCode> {
  const failures = new Map<string, unknown>();
  const once = async <Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> => {
    if (failures.has(name)) throw failures.get(name);
    try {
      return await ask();
    } catch (error) {
      const kind = error instanceof DomainError ? error.kind : null;
      if (kind === "EvaluationTimeoutError" || kind === "EvaluatorExitedError") failures.set(name, error);
      throw error;
    }
  };
  return {
    evaluateSchedule: (request, options) => once(request.name, () => code.evaluateSchedule(request, options)),
    evaluateSensor: (request, options) => once(request.name, () => code.evaluateSensor(request, options)),
    getPartitionConfig: (request, options) => code.getPartitionConfig(request, options),
    validateRunConfig: (request, options) => code.validateRunConfig(request, options),
  };
}
