import { codeLocationName, runId } from "@dagwright/model";
import type { QueuePlace } from "@dagwright/storage";
import { expect, test } from "vitest";
import { describeWait, explainWait } from "./explain-wait.ts";
import type { QueueLimits } from "./queue-limits.ts";

const location = codeLocationName("numbers");
const id = runId("00000000-0000-7000-8000-000000000001");
const other = runId("00000000-0000-7000-8000-000000000002");
const place = (survey: Partial<QueuePlace["survey"]> = {}, run: Partial<QueuePlace["run"]> = {}, ahead = 0): QueuePlace => ({
  run: { id, location, tags: {}, pools: null, exclusiveKey: null, priority: 0, enqueuedAtMs: 0, ...run },
  ahead,
  survey: { active: [], exclusive: [], replacing: [], heldBack: [], pools: [], paused: [], ...survey },
});
const limits: QueueLimits = {
  maxConcurrentRuns: 2,
  tagConcurrencyLimits: [{ key: "team", value: "blue", perUniqueValue: false, limit: 1 }],
  locationWeights: {},
  pools: { granularity: "run", defaultLimit: 1, runBuffer: 0 },
};
const told = (where: QueuePlace): readonly string[] =>
  explainWait(where, limits).map((reason) => describeWait(reason, where.ahead));

test("nothing but its turn", () => {
  expect(told(place())).toEqual(["Nothing holds it back; it is next."]);
  expect(told(place({}, {}, 1))).toEqual(["Nothing holds it back. 1 run is before it."]);
});

test("every limit that it has run into is told, each with what is under way", () => {
  const tags = { team: "blue" };
  const pools = { all: ["gpu"], roots: { gpu: 1 }, startsFreely: false };
  const survey = {
    active: [{ location, tags, pools, count: 2, isFresh: false }],
    exclusive: [{ id: other, key: "nightly", status: "STARTED" as const }],
  };
  expect(told(place(survey, { tags, pools, exclusiveKey: "nightly" }, 3))).toEqual([
    `Run ${other} is STARTED, and its job runs one at a time.`,
    "2 runs are under way with the tag team=blue, and its limit is 1.",
    "There is no room for another run in pool gpu (2 of 1 taken).",
    "2 runs are under way, and max_concurrent_runs is 2. 3 runs are before it.",
  ]);
});

test("a queue that is stopped says so, and pools that count ops name all of them", () => {
  const stopped = explainWait(place(), { ...limits, maxConcurrentRuns: 0 }).map((reason) => describeWait(reason, 0));
  expect(stopped).toEqual(["The run queue starts no runs: max_concurrent_runs is 0."]);
  const pools = { all: ["a", "b"], roots: { a: 1, b: 1 }, startsFreely: false };
  const where = place(
    {
      pools: [
        { name: "a", limit: 2, claimed: 2 },
        { name: "b", limit: null, claimed: 1 },
      ],
    },
    { pools },
  );
  const byOp: QueueLimits = { ...limits, pools: { granularity: "op", defaultLimit: 1, runBuffer: 0 } };
  expect(explainWait(where, byOp).map((reason) => describeWait(reason, 0))).toEqual([
    "All steps that it begins with wait for pools: a (2 of 2 taken), b (1 of 1 taken).",
  ]);
});
