import { expect, test } from "vitest";
import { finalRunStatuses, isFinalRunStatus, isLegalRunMove, legalRunMoves, runStatuses } from "./run-status.ts";

test("a final status is never left", () => {
  for (const status of finalRunStatuses) expect(legalRunMoves[status]).toEqual([]);
});

test("every status that is not final can still end", () => {
  for (const status of runStatuses) {
    if (isFinalRunStatus(status)) continue;
    expect([status, legalRunMoves[status].some(isFinalRunStatus)]).toEqual([status, true]);
  }
});

test("every status but the first ones can be reached", () => {
  const reached = new Set(runStatuses.flatMap((status) => legalRunMoves[status]));
  expect(runStatuses.filter((status) => !reached.has(status))).toEqual(["NOT_STARTED", "MANAGED"]);
});

test("a run does not start twice without a new attempt in between", () => {
  expect(isLegalRunMove("STARTED", "STARTED")).toBe(false);
  expect(isLegalRunMove("STARTED", "STARTING")).toBe(true);
});
