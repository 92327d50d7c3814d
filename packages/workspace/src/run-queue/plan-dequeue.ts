import type { CodeLocationName } from "@dagwright/model";
import type { QueueDecision, QueuedRun, QueueLine, QueueLook, QueuePlan, QueueSurvey } from "@dagwright/storage";
import { limitedTagsOf, type QueueLimits } from "./queue-limits.ts";
import { planReplacements } from "./plan-replacements.ts";
import { QueueRoom } from "./queue-room.ts";

/** The decision of the run queue under these limits, which starts at most `most` runs. Pure. */
export const queueDecision = (limits: QueueLimits, most: number): QueueDecision => ({
  limitedTags: limitedTagsOf(limits),
  replace: planReplacements,
  look: (survey) => planLook(survey, limits, most),
  plan: (survey, lines) => planDequeue(survey, lines, limits, most),
});

/** What has to be read to decide; null: there is no room, and the queue need not be looked at. */
export function planLook(survey: QueueSurvey, limits: QueueLimits, most: number): QueueLook | null {
  const room = new QueueRoom(survey, limits);
  const perLine = Math.min(room.free, most);
  if (perLine <= 0) return null;
  const heldBack = survey.heldBack.filter(
    ({ head, waitsFor }) => !room.obstaclesOf(head).some((obstacle) => obstacle.waitsFor === waitsFor),
  );
  return { perLine, heldBack: heldBack.map(({ waitsFor }) => waitsFor) };
}

/**
 * Which queued runs start, and which are held back by what. Pure.
 *
 * Higher priorities first. Within one priority code locations share: next is the earliest run of the location that has least under way
 * for its weight. A run that a limit of its own holds back does not hold back those behind it; the limit of all runs holds back all.
 *
 * Lines are read from their fronts only. Behind one that was cut there may be runs of the priority of its last one, so nothing of a lower
 * priority starts in this pass; another pass follows.
 */
export function planDequeue(survey: QueueSurvey, lines: readonly QueueLine[], limits: QueueLimits, most: number): QueuePlan {
  const room = new QueueRoom(survey, limits);
  const lowest = Math.max(-Infinity, ...lines.flatMap(({ runs, isCut }) => (isCut ? [runs.at(-1)?.priority ?? -Infinity] : [])));
  const start: QueuePlan["start"][number][] = [];
  const holdBack: QueuePlan["holdBack"][number][] = [];
  const byPriority = Map.groupBy(
    lines.flatMap(({ runs }) => runs),
    ({ priority }) => priority,
  );
  for (const priority of [...byPriority.keys()].sort((a, b) => b - a)) {
    if (priority < lowest) break;
    for (const run of inTurn(byPriority.get(priority) ?? [], room)) {
      if (start.length >= most || room.free <= 0) return { start, holdBack };
      const [obstacle] = room.obstaclesOf(run);
      if (obstacle !== undefined) {
        holdBack.push({ id: run.id, waitsFor: obstacle.waitsFor });
        continue;
      }
      room.take(run);
      start.push(run.id);
    }
  }
  return { start, holdBack };
}

/** Runs of one priority in the order in which they are considered; what was taken meanwhile counts for what is next. */
function* inTurn(runs: readonly QueuedRun[], room: QueueRoom): Generator<QueuedRun> {
  const waiting = new Map<CodeLocationName, QueuedRun[]>();
  for (const run of runs) {
    const line = waiting.get(run.location);
    if (line === undefined) waiting.set(run.location, [run]);
    else line.push(run);
  }
  // From the back, since an array is cheap to shorten there only.
  for (const line of waiting.values()) line.sort((a, b) => b.enqueuedAtMs - a.enqueuedAtMs || (a.id < b.id ? 1 : -1));
  while (waiting.size > 0) {
    let next: QueuedRun[] | undefined;
    for (const line of waiting.values()) if (next === undefined || isBefore(line.at(-1)!, next.at(-1)!, room)) next = line;
    const run = next!.pop()!;
    if (next!.length === 0) waiting.delete(run.location);
    yield run;
  }
}

function isBefore(a: QueuedRun, b: QueuedRun, room: QueueRoom): boolean {
  const shares = room.shareOf(a.location) - room.shareOf(b.location);
  if (shares !== 0) return shares < 0;
  return a.enqueuedAtMs < b.enqueuedAtMs || (a.enqueuedAtMs === b.enqueuedAtMs && a.id < b.id);
}
