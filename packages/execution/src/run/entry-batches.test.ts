import type { RunLogEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { EntryBatches } from "./entry-batches.ts";

const started = (key: string): RunLogEntry => ({
  type: "STEP_START",
  atMs: 0,
  stepKey: key as never,
  message: `Started execution of step "${key}".`,
});
const logged: RunLogEntry = { type: "LOG_LINE", atMs: 0, stepKey: null, level: "INFO", message: "busy now" };

function collect() {
  const sent: string[][] = [];
  const batches = new EntryBatches((entries) =>
    sent.push(entries.map(({ message }) => message.replace(/^Started.*"(.*)"\.$/, "$1"))),
  );
  return { sent, batches };
}

test("what is emitted before the event loop's next turn goes out together, in order", async () => {
  const { sent, batches } = collect();
  batches.emit(started("a"));
  await Promise.resolve();
  batches.emit(started("b"));
  expect(sent).toEqual([]);
  await new Promise(setImmediate);
  expect(sent).toEqual([["a", "b"]]);
});

test("a logged line goes out at once with what came before it: the thread may be user code's for long", () => {
  const { sent, batches } = collect();
  batches.emit(started("a"));
  batches.emit(logged);
  expect(sent).toEqual([["a", "busy now"]]);
});

test("a hundred entries go out although the event loop never gets its turn", () => {
  const { sent, batches } = collect();
  for (let index = 0; index < 250; index += 1) batches.emit(started(String(index)));
  expect(sent.map(({ length }) => length)).toEqual([100, 100]);
  batches.flush();
  expect(sent.flat()).toEqual(Array.from({ length: 250 }, (_, index) => String(index)));
});

test("nothing is sent twice, and nothing when there is nothing", async () => {
  const { sent, batches } = collect();
  batches.emit(started("a"));
  expect(batches.take()).toHaveLength(1);
  batches.flush();
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
});
