import type { RunLogEntry } from "@dagwright/model";
import { expect, onTestFinished, test, vi } from "vitest";
import { EventOutbox, type EventOutboxOptions, type OutboxBatch, type WriteVerdict } from "./event-outbox.ts";

const line = (message: string): RunLogEntry => ({ type: "LOG_LINE", level: "INFO", atMs: 0, message, stepKey: null });
const messages = (batch: OutboxBatch): string[] => batch.entries.map((entry) => entry.message);

/** An outbox whose writes are answered by the given verdicts in turn, then by "written". */
function outboxWith(verdicts: WriteVerdict[], options: Partial<EventOutboxOptions> = {}) {
  const sent: OutboxBatch[] = [];
  const written: string[] = [];
  const refused: unknown[] = [];
  const outbox = new EventOutbox({
    write: (batch) => {
      sent.push(batch);
      return Promise.resolve(verdicts.shift() ?? { kind: "written" });
    },
    onWritten: (batch) => written.push(...messages(batch)),
    onRefused: (error) => refused.push(error),
    ...options,
  });
  return { outbox, sent, written, refused };
}

test("entries that arrive together are one batch", async () => {
  const { outbox, sent } = outboxWith([]);
  for (const name of ["a", "b", "c"]) outbox.push(line(name));
  await outbox.flush();
  expect(sent.map(messages)).toEqual([["a", "b", "c"]]);
  expect(outbox.pending).toBe(0);
});

test("a batch is sent by itself after the interval, and at once when it is full", async () => {
  const lone = Promise.withResolvers<OutboxBatch>();
  const { outbox } = outboxWith([], { onWritten: lone.resolve });
  outbox.push(line("a"));
  expect(messages(await lone.promise)).toEqual(["a"]);

  const full = Promise.withResolvers<OutboxBatch>();
  const { outbox: patient } = outboxWith([], { withinMs: 60_000, maxBatchEntries: 2, onWritten: full.resolve });
  patient.push(line("a"));
  patient.push(line("b"));
  expect(messages(await full.promise)).toEqual(["a", "b"]);
});

test("an entry is written within 20 ms, also behind a batch that is on its way, and however long writing takes up to half of that", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  for (const writeMs of [1, 4, 8]) {
    const ages: number[] = [];
    const pushedAt = new Map<string, number>();
    const { outbox, sent } = outboxWith([], {
      write: () => new Promise((resolve) => setTimeout(() => resolve({ kind: "written" }), writeMs)),
      onWritten: (batch) => ages.push(...messages(batch).map((name) => performance.now() - pushedAt.get(name)!)),
    });
    for (let index = 0; index < 400; index++) {
      pushedAt.set(`${index}`, performance.now());
      outbox.push(line(`${index}`));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(ages).toHaveLength(400);
    // The first batches are sent before it is known what writing takes.
    expect(Math.max(...ages.slice(100))).toBeLessThanOrEqual(20);
    expect(sent.length).toBeLessThanOrEqual(400 / 8);
  }
});

test("a failed batch is sent again under the same id, and later entries wait behind it", async () => {
  const { outbox, sent, written } = outboxWith([
    { kind: "retry", error: new Error("away") },
    { kind: "retry", error: new Error("away") },
  ]);
  outbox.push(line("a"));
  const flushed = outbox.flush();
  outbox.push(line("b"));
  await flushed;
  await outbox.flush();
  expect(sent.map(messages)).toEqual([["a"], ["a"], ["a"], ["b"]]);
  expect(new Set(sent.map((batch) => batch.batchId)).size).toBe(2);
  expect(written).toEqual(["a", "b"]);
});

test("after a refusal nothing more is sent and every waiter is released", async () => {
  const error = new Error("the run has ended");
  const { outbox, sent, refused } = outboxWith([{ kind: "refused", error }]);
  outbox.push(line("a"));
  const waiting = Promise.all([outbox.flush(), outbox.flush()]);
  outbox.push(line("b"));
  await waiting;
  outbox.push(line("c"));
  await outbox.flush();
  expect(sent).toHaveLength(1);
  expect(refused).toEqual([error]);
});

test("a batch is bounded by its text too, so that megabyte lines do not add up", async () => {
  const { outbox, sent } = outboxWith([]);
  for (let i = 0; i < 9; i++) outbox.push(line("x".repeat(1024 * 1024)));
  await outbox.flush();
  expect(sent.map((batch) => batch.entries.length)).toEqual([3, 3, 3]);
});
