import type { Run } from "@dagwright/model";

import type { GraphContext } from "../context.ts";

/** Longer than a statement takes and clocks differ. */
const meanwhileMs = 60_000;

/**
 * Whether what was fetched beside the run's row can be older than its end. A client that waits for the end by asking for the status and for steps or the
 * log at once would never hear of the last ones; those of a run that goes on are asked for again anyway.
 */
export const mayHaveEndedMeanwhile = ({ endedAtMs }: Run, context: GraphContext): boolean =>
  endedAtMs !== null && endedAtMs > context.nowMs() - meanwhileMs;
