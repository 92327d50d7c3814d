import { codeLocationName, runId, type Tags } from "@dagwright/model";
import { expect, test } from "vitest";
import { planDequeue } from "./plan-dequeue.ts";

const location = codeLocationName("numbers");
const run = (n: number, tags: Tags = {}) => ({ id: runId(`00000000-0000-7000-8000-00000000000${n}`), tags, location });
const unlimited = { maxConcurrentRuns: null, tagConcurrencyLimits: [] };
const idle = { count: 0, tags: [] };

test("without limits every queued run starts, in order", () => {
  const queued = [run(1), run(2), run(3)];
  expect(planDequeue(queued, idle, unlimited)).toEqual(queued.map(({ id }) => id));
});

test("the overall limit counts what runs already", () => {
  const queued = [run(1), run(2), run(3)];
  expect(planDequeue(queued, { count: 1, tags: [{ tags: {} }] }, { ...unlimited, maxConcurrentRuns: 2 })).toEqual([run(1).id]);
});

test("a limit of 0 stops the queue", () => {
  expect(planDequeue([run(1)], idle, { ...unlimited, maxConcurrentRuns: 0 })).toEqual([]);
});

test("a run held back by its tag lets those behind it pass", () => {
  const limits = { ...unlimited, tagConcurrencyLimits: [{ key: "db", value: "main", perUniqueValue: false, limit: 1 }] };
  const queued = [run(1, { db: "main" }), run(2, { db: "main" }), run(3, { db: "other" })];
  expect(planDequeue(queued, idle, limits)).toEqual([run(1).id, run(3).id]);
});

test("running runs count against tag limits", () => {
  const limits = { ...unlimited, tagConcurrencyLimits: [{ key: "db", value: "main", perUniqueValue: false, limit: 1 }] };
  expect(planDequeue([run(1, { db: "main" })], { count: 1, tags: [{ tags: { db: "main" } }] }, limits)).toEqual([]);
});

test("a limit for each value counts values apart", () => {
  const limits = { ...unlimited, tagConcurrencyLimits: [{ key: "team", value: null, perUniqueValue: true, limit: 1 }] };
  const queued = [run(1, { team: "a" }), run(2, { team: "a" }), run(3, { team: "b" }), run(4)];
  expect(planDequeue(queued, idle, limits)).toEqual([run(1).id, run(3).id, run(4).id]);
});

test("a limit without a value counts every run that has the key", () => {
  const limits = { ...unlimited, tagConcurrencyLimits: [{ key: "team", value: null, perUniqueValue: false, limit: 2 }] };
  const queued = [run(1, { team: "a" }), run(2, { team: "b" }), run(3, { team: "c" })];
  expect(planDequeue(queued, idle, limits)).toEqual([run(1).id, run(2).id]);
});
