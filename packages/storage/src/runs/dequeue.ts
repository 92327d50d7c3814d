import { crashPoint } from "@dagwright/model";
import type { Connection } from "../database/database.ts";
import {
  cancelReplacedStatement,
  holdBackStatement,
  lockQueueStatement,
  queueLinesStatement,
  queueSurveyStatement,
  type QueuedRow,
  takeFromQueueStatement,
  toQueuedRun,
} from "./dequeue-statements.ts";
import type { Dequeued, Dequeuer, QueueDecision, QueueLine, QueueLook } from "./run-queue.ts";
import { toRun } from "./run-row.ts";

/** One pass over the queue, in a transaction that holds the queue's lock to its end. */
export async function dequeueIn(transaction: Connection, dequeuer: Dequeuer, decision: QueueDecision): Promise<Dequeued> {
  await transaction.rows(lockQueueStatement);
  const [read] = await transaction.rows(queueSurveyStatement(decision.limitedTags));
  if (read === undefined) throw new TypeError("The survey of the queue is always one row");
  const { survey } = read;
  const { cancel, terminate } = decision.replace(survey);
  const canceled = cancel.length === 0 ? [] : await transaction.rows(cancelReplacedStatement(cancel));
  const look = decision.look(survey);
  if (look === null) return { launches: [], terminate, moved: canceled.length, isWaiting: true };
  crashPoint("run-queue.deciding");

  const lines = toLines(await transaction.rows(queueLinesStatement(look, decision.limitedTags)), look);
  const { start, holdBack } = decision.plan(survey, lines);
  const held = holdBack.length === 0 ? [] : await transaction.rows(holdBackStatement(holdBack));
  const taken = start.length === 0 ? [] : await transaction.rows(takeFromQueueStatement(start, dequeuer));
  if (taken.length > 0) crashPoint("run-queue.taken");
  const place = new Map(start.map((id, index) => [id as string, index]));
  const launches = taken
    .toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
    .map((row) => ({ run: toRun(row), fence: row.launch_fence }));
  return { launches, terminate, moved: canceled.length + held.length + taken.length, isWaiting: true };
}

function toLines(rows: readonly (QueuedRow & { readonly line: string })[], { perLine }: QueueLook): readonly QueueLine[] {
  const lines = Map.groupBy(rows, ({ line }) => line);
  return [...lines.values()].map((line) => ({ runs: line.map(toQueuedRun), isCut: line.length >= perLine }));
}
