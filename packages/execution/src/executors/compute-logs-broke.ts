import type { EngineEvent, StepKey } from "@dagwright/model";
import { describeFailure } from "../steps/failure.ts";

/** The event that tells that a step's stdout and stderr are not kept. */
export function computeLogsBroke(stepKey: StepKey | null, thrown: unknown): EngineEvent {
  const error = describeFailure(thrown);
  const message = `Compute logs could not be written: ${error.message}`;
  return { type: "ENGINE_EVENT", atMs: Date.now(), stepKey, error, metadata: {}, markerStart: null, markerEnd: null, message };
}
