import type { RunId } from "@dagwright/model";
import type { QueueDecision, QueuedRun, QueueSurvey } from "../runs/run-queue.ts";

/** A decision that sees up to so many runs of each line and starts those that are picked; it holds none back and replaces none. */
export const pick = (
  choose: (runs: readonly QueuedRun[], survey: QueueSurvey) => readonly RunId[],
  { perLine = 1_000, ...others }: Partial<QueueDecision> & { readonly perLine?: number } = {},
): QueueDecision => ({
  limitedTags: [],
  replace: () => ({ cancel: [], terminate: [] }),
  look: ({ heldBack }) => ({ perLine, heldBack: heldBack.map(({ waitsFor }) => waitsFor) }),
  plan: (survey, lines) => ({
    start: choose(
      lines.flatMap(({ runs }) => runs),
      survey,
    ),
    holdBack: [],
  }),
  ...others,
});

export const pickAll: QueueDecision = pick((runs) => runs.map(({ id }) => id));

export const runningIn = ({ active }: QueueSurvey): number => active.reduce((sum, { count }) => sum + count, 0);
