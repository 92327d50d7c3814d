import type { Repository } from "@dagwright/definitions";
import type { RunStatus } from "@dagwright/model";
import type { GenerationRef } from "../protocol.ts";
import type { EngineLink } from "./engine-link.ts";
import { executeBegunRun, failure } from "./execute-begun-run.ts";

/** From the run's beginning to its last written entry. */
export async function runToEnd(link: EngineLink, code: Promise<Repository>, generation: GenerationRef): Promise<RunStatus> {
  // A run that is terminated before it has begun here is ended by the engine alone.
  const begun = await Promise.race([link.begun, link.ended]);
  if (typeof begun === "string") return begun;
  const last = await executeBegunRun(begun, code, generation, link).catch((error: unknown) =>
    failure(error, "RUN_EXCEPTION", begun.run.jobName),
  );
  return link.finish([last]);
}
