import { codeLocationName, type RunId, runId, type Tags } from "@dagwright/model";
import type { ActiveRuns, QueuedRun, QueueLine, QueueSurvey, RunPools } from "@dagwright/storage";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDequeue, planLook, queueDecision } from "./plan-dequeue.ts";
import type { QueueLimits } from "./queue-limits.ts";
import { QueueRoom } from "./queue-room.ts";

const here = codeLocationName("numbers");
const idOf = (n: number): RunId => runId(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`);
const run = (n: number, more: Partial<QueuedRun> = {}): QueuedRun => ({
  id: idOf(n),
  location: here,
  tags: {},
  pools: null,
  exclusiveKey: null,
  priority: 0,
  enqueuedAtMs: n,
  ...more,
});
const tagged = (n: number, tags: Tags): QueuedRun => run(n, { tags });
const running = (count: number, more: Partial<ActiveRuns> = {}): ActiveRuns => ({
  location: here,
  tags: {},
  pools: null,
  isFresh: false,
  count,
  ...more,
});
const nothing: QueueSurvey = { active: [], exclusive: [], replacing: [], heldBack: [], pools: [], paused: [] };
const unlimited: QueueLimits = {
  maxConcurrentRuns: null,
  tagConcurrencyLimits: [],
  locationWeights: {},
  pools: { granularity: null, defaultLimit: null, runBuffer: 0 },
};
const byTag = (...limits: QueueLimits["tagConcurrencyLimits"]): QueueLimits => ({ ...unlimited, tagConcurrencyLimits: limits });
const whole = (...runs: readonly QueuedRun[]): readonly QueueLine[] => [{ runs, isCut: false }];
const started = (lines: readonly QueueLine[], limits: QueueLimits, survey: QueueSurvey = nothing, most = 100) =>
  planDequeue(survey, lines, limits, most).start.map((id) => Number(id.slice(-12)));

describe("limits", () => {
  test("without any every queued run starts, in order", () => {
    expect(started(whole(run(1), run(2), run(3)), unlimited)).toEqual([1, 2, 3]);
  });

  test("of all runs: what runs already counts, and 0 stops the queue", () => {
    const two = { ...unlimited, maxConcurrentRuns: 2 };
    expect(started(whole(run(1), run(2), run(3)), two, { ...nothing, active: [running(1)] })).toEqual([1]);
    expect(planLook({ ...nothing, active: [running(2)] }, two, 100)).toBeNull();
    expect(planLook(nothing, { ...unlimited, maxConcurrentRuns: 0 }, 100)).toBeNull();
  });

  test("a run held back by its tag lets those behind it pass, and is told by what", () => {
    const limits = byTag({ key: "db", value: "main", perUniqueValue: false, limit: 1 });
    const lines = whole(tagged(1, { db: "main" }), tagged(2, { db: "main" }), tagged(3, { db: "other" }));
    const { start, holdBack } = planDequeue(nothing, lines, limits, 100);
    expect(start).toEqual([idOf(1), idOf(3)]);
    expect(holdBack).toEqual([{ id: idOf(2), waitsFor: 'tag "db" is "main"' }]);
    expect(started(lines, limits, { ...nothing, active: [running(1, { tags: { db: "main" } })] })).toEqual([3]);
  });

  test("for each value counts values apart; without a value counts all that have the key", () => {
    const lines = whole(tagged(1, { team: "a" }), tagged(2, { team: "a" }), tagged(3, { team: "b" }), run(4));
    expect(started(lines, byTag({ key: "team", value: null, perUniqueValue: true, limit: 1 }))).toEqual([1, 3, 4]);
    expect(started(lines, byTag({ key: "team", value: null, perUniqueValue: false, limit: 2 }))).toEqual([1, 2, 4]);
  });

  test("one run of a key at a time", () => {
    const keyed = (n: number) => run(n, { exclusiveKey: "nightly" });
    expect(started(whole(keyed(1), keyed(2), run(3)), unlimited)).toEqual([1, 3]);
    const survey = { ...nothing, exclusive: [{ id: idOf(9), key: "nightly", status: "CANCELING" as const }] };
    expect(started(whole(keyed(1)), unlimited, survey)).toEqual([]);
  });
});

test("nothing of a code location that could not be reached starts until its pause is over", () => {
  const survey: QueueSurvey = { ...nothing, paused: [{ location: here, untilMs: 2_000, leftMs: 1_000 }] };
  const other = run(2, { location: codeLocationName("letters") });
  const { start, holdBack } = planDequeue(survey, whole(run(1), other), unlimited, 100);
  expect(start).toEqual([other.id]);
  expect(holdBack).toEqual([{ id: idOf(1), waitsFor: "location numbers" }]);
  const heldBack = [{ waitsFor: "location numbers", head: run(1) }];
  expect(planLook({ ...survey, heldBack }, unlimited, 100)?.heldBack).toEqual([]);
  expect(planLook({ ...nothing, heldBack }, unlimited, 100)?.heldBack).toEqual(["location numbers"]);
});

describe("pools", () => {
  const needs = (roots: Readonly<Record<string, number>>, more: Partial<RunPools> = {}): RunPools => ({
    all: Object.keys(roots),
    roots,
    startsFreely: false,
    ...more,
  });
  const pools = (granularity: "op" | "run", more: Partial<QueueLimits["pools"]> = {}): QueueLimits => ({
    ...unlimited,
    pools: { granularity, defaultLimit: null, runBuffer: 0, ...more },
  });
  const gpu = { ...nothing, pools: [{ name: "gpu", limit: 2, claimed: 0 }] };
  const line = whole(...[1, 2, 3].map((n) => run(n, { pools: needs({ gpu: 1 }) })));

  test("that count runs let as many runs start as they have slots, whatever steps hold", () => {
    expect(started(line, pools("run"), gpu)).toEqual([1, 2]);
    expect(started(line, pools("run"), { ...gpu, active: [running(1, { pools: needs({}, { all: ["gpu"] }) })] })).toEqual([1]);
    expect(started(line, pools("run", { defaultLimit: 1 }))).toEqual([1]);
    expect(started(line, pools("run"))).toEqual([1, 2, 3]);
  });

  test("that count ops hold a run back when all steps that it begins with would wait", () => {
    const full = { ...nothing, pools: [{ name: "gpu", limit: 2, claimed: 2 }] };
    expect(started(line, pools("op"), full)).toEqual([]);
    expect(started(line, pools("op", { runBuffer: 1 }), full)).toEqual([1]);
    expect(started(line, pools("op"), gpu)).toEqual([1, 2]);
    expect(started(whole(run(1, { pools: needs({ gpu: 1 }, { startsFreely: true }) })), pools("op"), full)).toEqual([1]);
    expect(started(whole(run(1, { pools: needs({ gpu: 1, cpu: 1 }) })), pools("op"), full)).toEqual([1]);
  });

  test("that count ops count what just began and has not asked yet", () => {
    const fresh = { ...gpu, active: [running(2, { pools: needs({ gpu: 1 }), isFresh: true })] };
    expect(started(line, pools("op"), fresh)).toEqual([]);
    expect(started(line, pools("op"), { ...gpu, active: [running(2, { pools: needs({ gpu: 1 }) })] })).toEqual([1, 2]);
  });

  test("hold nothing back when the instance says so", () => {
    const full = { ...nothing, pools: [{ name: "gpu", limit: 0, claimed: 0 }] };
    expect(started(line, unlimited, full)).toEqual([1, 2, 3]);
  });
});

describe("the order", () => {
  const at = (location: string, n: number, priority = 0) => run(n, { location: codeLocationName(location), priority });

  test("is by priority first, then the location's turn that has least under way, by its weight", () => {
    const lines = [
      { runs: [at("a", 1), at("a", 2), at("a", 3), at("a", 4)], isCut: false },
      { runs: [at("b", 10, 5), at("b", 11), at("b", 12)], isCut: false },
    ];
    expect(started(lines, unlimited)).toEqual([10, 1, 2, 11, 3, 12, 4]);
    const four = { ...unlimited, maxConcurrentRuns: 4 };
    expect(started(lines, four, { ...nothing, active: [running(2, { location: codeLocationName("b") })] })).toEqual([10, 1]);
    expect(started(lines, { ...unlimited, locationWeights: { a: 3 } }, nothing, 6)).toEqual([10, 1, 2, 3, 4, 11]);
  });

  test("a line that was cut lets nothing of a lower priority start: there may be more of its own behind", () => {
    const lines = [
      { runs: [at("a", 1, 5), at("a", 2, 5)], isCut: true },
      { runs: [at("b", 10, 5), at("b", 11, 1)], isCut: false },
    ];
    expect(started(lines, unlimited)).toEqual([1, 10, 2]);
  });

  test("those held back come with the others once what they wait for has room", () => {
    const limits = byTag({ key: "db", value: null, perUniqueValue: false, limit: 1 });
    const heldBack = [{ waitsFor: 'tag "db"', head: tagged(1, { db: "x" }) }];
    expect(planLook({ ...nothing, heldBack, active: [running(1, { tags: { db: "y" } })] }, limits, 100)?.heldBack).toEqual([]);
    expect(planLook({ ...nothing, heldBack }, limits, 100)).toEqual({ perLine: 100, heldBack: ['tag "db"'] });
    // A limit that was taken out of the file holds nobody back any more.
    expect(planLook({ ...nothing, heldBack }, unlimited, 100)?.heldBack).toEqual(['tag "db"']);
  });
});

describe("replacing", () => {
  const { replace } = queueDecision(unlimited, 100);

  test("the newest stands for all that wait, and ends the one that runs, once", () => {
    const replacing = [1, 2, 3].map((n) => ({ id: idOf(n), key: "k" }));
    const active = { id: idOf(9), key: "k", status: "STARTED" as const };
    const plan = replace({ ...nothing, replacing, exclusive: [active, { ...active, key: "other" }] });
    expect(plan.cancel).toEqual([1, 2].map((n) => ({ id: idOf(n), message: `Run was replaced in the queue by run ${idOf(3)}` })));
    expect(plan.terminate).toEqual([{ id: idOf(9), by: idOf(3) }]);
    expect(replace({ ...nothing, replacing, exclusive: [{ ...active, status: "CANCELING" }] }).terminate).toEqual([]);
  });
});

describe("whatever waits and whatever the limits are", () => {
  const locations = ["a", "b", "c"].map(codeLocationName);
  const poolNames = ["p", "q"];
  const facts = fc.record({
    location: fc.constantFrom(...locations),
    tags: fc.dictionary(fc.constantFrom("team", "db"), fc.constantFrom("x", "y"), { maxKeys: 2 }),
    pools: fc.option(
      fc.record({
        all: fc.constant(poolNames),
        roots: fc.dictionary(fc.constantFrom(...poolNames), fc.integer({ min: 1, max: 2 }), { minKeys: 1 }),
        startsFreely: fc.boolean(),
      }),
    ),
  });
  const queued = fc
    .array(fc.tuple(facts, fc.integer({ min: -1, max: 1 }), fc.option(fc.constantFrom("k", "l"))), { maxLength: 30 })
    .map((all) => all.map(([given, priority, exclusiveKey], index) => run(index + 1, { ...given, priority, exclusiveKey })));
  const limits: fc.Arbitrary<QueueLimits> = fc.record({
    maxConcurrentRuns: fc.option(fc.nat(8)),
    tagConcurrencyLimits: fc.array(
      fc.record({
        key: fc.constantFrom("team", "db"),
        value: fc.option(fc.constantFrom("x", "y")),
        perUniqueValue: fc.boolean(),
        limit: fc.nat(3),
      }),
      { maxLength: 3 },
    ),
    locationWeights: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 4 })),
    pools: fc.record({
      granularity: fc.constantFrom("op" as const, "run" as const, null),
      defaultLimit: fc.option(fc.nat(3)),
      runBuffer: fc.nat(2),
    }),
  });
  const surveys = fc
    .array(fc.tuple(facts, fc.integer({ min: 1, max: 3 }), fc.boolean()), { maxLength: 4 })
    .map((active): QueueSurvey => ({
      ...nothing,
      active: active.map(([given, count, isFresh]) => ({ ...given, count, isFresh })),
    }));

  test("no limit is exceeded, and nothing waits without a reason", () => {
    fc.assert(
      fc.property(queued, limits, surveys, (runs, given, survey) => {
        const { start, holdBack } = planDequeue(survey, whole(...runs), given, 100);
        const room = new QueueRoom(survey, given);
        const byId = new Map(runs.map((one) => [one.id, one]));
        for (const id of start) {
          expect(room.free).toBeGreaterThan(0);
          expect(room.obstaclesOf(byId.get(id)!)).toEqual([]);
          room.take(byId.get(id)!);
        }
        const waiting = runs.filter(({ id }) => !start.includes(id));
        for (const one of waiting) expect(room.free <= 0 || room.obstaclesOf(one).length > 0).toBe(true);
        expect(new Set([...start, ...holdBack.map(({ id }) => id)]).size).toBe(start.length + holdBack.length);
      }),
    );
  });

  test("passes over fronts of lines come to an end, with all started that can be and none twice", () => {
    fc.assert(
      fc.property(queued, limits, fc.integer({ min: 1, max: 4 }), (runs, given, most) => {
        const waitsFor = new Map<RunId, string>();
        const startedIds: RunId[] = [];
        const inOrder = (some: readonly QueuedRun[]) =>
          some.toSorted((a, b) => b.priority - a.priority || a.enqueuedAtMs - b.enqueuedAtMs);
        for (let pass = 0; ; pass += 1) {
          expect(pass).toBeLessThan(200);
          const left = inOrder(runs.filter(({ id }) => !startedIds.includes(id)));
          const taken = runs.filter(({ id }) => startedIds.includes(id));
          const held = Map.groupBy(
            left.filter(({ id }) => waitsFor.has(id)),
            ({ id }) => waitsFor.get(id)!,
          );
          const survey: QueueSurvey = {
            ...nothing,
            active: taken.map((one) => ({ ...one, count: 1, isFresh: true })),
            exclusive: taken.flatMap(({ id, exclusiveKey }) =>
              exclusiveKey === null ? [] : [{ id, key: exclusiveKey, status: "STARTED" as const }],
            ),
            heldBack: [...held].map(([name, [head]]) => ({ waitsFor: name, head: head! })),
          };
          const look = planLook(survey, given, most);
          if (look === null) break;
          const free = Map.groupBy(
            left.filter(({ id }) => !waitsFor.has(id)),
            ({ location }) => location,
          );
          const lines = [...free.values(), ...look.heldBack.map((name) => held.get(name) ?? [])].map((line) => ({
            runs: line.slice(0, look.perLine),
            isCut: line.length >= look.perLine,
          }));
          const { start, holdBack } = planDequeue(survey, lines, given, most);
          expect(start.length).toBeLessThanOrEqual(most);
          const moved = holdBack.filter(({ id, waitsFor: name }) => waitsFor.get(id) !== name);
          for (const { id, waitsFor: name } of holdBack) waitsFor.set(id, name);
          startedIds.push(...start);
          if (start.length + moved.length === 0) break;
        }
        expect(new Set(startedIds).size).toBe(startedIds.length);
        const room = new QueueRoom(nothing, given);
        for (const id of startedIds) room.take(runs.find((one) => one.id === id)!);
        for (const one of runs.filter(({ id }) => !startedIds.includes(id)))
          expect(room.free <= 0 || room.obstaclesOf(one).length > 0).toBe(true);
      }),
    );
  });
});
