import { type RunId, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { RunIdError, UsageError } from "../errors.ts";
import { findRunId, type RunIds } from "./find-run-id.ts";

interface Row {
  readonly id: RunId;
  readonly createdAtMs: number;
}

/** A list of runs as a store has it: newest first, by page. */
function idsOf(rows: readonly Row[]): RunIds & { readonly asked: object[] } {
  const sorted = rows.toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
  const asked: object[] = [];
  return {
    asked,
    list({ createdAfterMs = -Infinity, createdBeforeMs = Infinity, cursor, limit }) {
      asked.push({ cursor, limit });
      const within = sorted.filter(({ createdAtMs }) => createdAtMs > createdAfterMs && createdAtMs < createdBeforeMs);
      const from = cursor === undefined ? 0 : within.findIndex(({ id }) => id === cursor) + 1;
      return Promise.resolve(within.slice(from, from + limit).map(({ id }) => id));
    },
  };
}

const atMs = 0x0199a1b2c3d4;
const row = (suffix: string, createdAtMs = atMs): Row => {
  const time = createdAtMs.toString(16).padStart(12, "0");
  return { id: runId(`${time.slice(0, 8)}-${time.slice(8)}-${suffix}`), createdAtMs };
};
const first = row("7000-8000-000000000001");
const second = row("7abc-8000-000000000002");

test("a whole id is itself, also when no run has it", async () => {
  expect(await findRunId("0199A1B2-C3D4-7000-8000-000000000009", idsOf([]))).toBe("0199a1b2-c3d4-7000-8000-000000000009");
});

test("the beginning of an id finds its run, with or without dashes", async () => {
  const runs = idsOf([first, second]);
  expect(await findRunId("0199a1b2-c3d4-7a", runs)).toBe(second.id);
  expect(await findRunId("0199A1B2C3D470", runs)).toBe(first.id);
});

test("several are told by name, none is said so", async () => {
  await expect(findRunId("0199a1b2", idsOf([first, second]))).rejects.toThrow(
    `Several runs' ids begin with 0199a1b2; give more of it:\n  ${second.id}\n  ${first.id}`,
  );
  await expect(findRunId("0199a1b3", idsOf([first]))).rejects.toThrow(RunIdError);
});

test("what is too short or no beginning of an id is wrong usage", async () => {
  await expect(findRunId("0199a1b", idsOf([first]))).rejects.toThrow(UsageError);
  await expect(findRunId("my-run-of-yesterday", idsOf([first]))).rejects.toThrow(UsageError);
});

test("an id with a time is found among any number of newer runs, in pages of its own moment only", async () => {
  const crowd = Array.from({ length: 2_000 }, (_, index) =>
    row(`7000-8000-${String(index + 10).padStart(12, "0")}`, atMs + 3_600_000 + index),
  );
  const neighbours = Array.from({ length: 700 }, (_, index) => row(`7000-8000-${String(index + 10).padStart(12, "0")}`));
  const runs = idsOf([...crowd, ...neighbours, second]);
  expect(await findRunId("0199a1b2-c3d4-7abc", runs)).toBe(second.id);
  expect(runs.asked.length).toBeLessThanOrEqual(3);
});

test("an id without a time is found among the newest runs", async () => {
  const own = { id: runId("ffffffff-aaaa-4000-8000-000000000001"), createdAtMs: atMs };
  expect(await findRunId("ffffffffaaaa", idsOf([own, first]))).toBe(own.id);
});
