import { stepKey } from "@dagwright/model";
import { expect, test } from "vitest";
import { RunProgress, toProgressEntry } from "./run-progress.ts";

const base = { atMs: 1_000, stepKey: null, message: "" };
const error = {
  name: "TypeError",
  message: "no such\ncolumn",
  stack: ["    at load (src/load.ts:3:9)"],
  cause: { name: "Error", message: "deep", stack: [] },
};

function shown(entries: readonly Parameters<typeof toProgressEntry>[0][], isComplete = false): readonly string[] {
  const lines: string[] = [];
  const progress = new RunProgress((line) => lines.push(line), {
    isComplete,
    paint: (style, text) => (style === "red" ? `<${text}>` : text),
  });
  for (const entry of entries) progress.show(toProgressEntry(entry));
  return lines;
}

test("a step's error comes with stack and causes, once", () => {
  const failed = { ...base, atMs: 1_250, stepKey: stepKey("load"), message: "It failed." };
  expect(
    shown([
      { ...base, type: "RUN_START", message: "Started" },
      { ...failed, type: "STEP_FAILURE", error, errorSource: "USER_CODE_ERROR", failureMetadata: {} },
      { ...base, atMs: 2_500, type: "RUN_FAILURE", message: "Failed", error, reason: "STEP_FAILURE" },
    ]),
  ).toEqual([
    "    +0 ms  Started",
    "  +250 ms  load              <It failed.>",
    "           <TypeError: no such>",
    "           <column>",
    "           <  at load (src/load.ts:3:9)>",
    "           <caused by Error: deep>",
    "   +1.5 s  <Failed>",
  ]);
});

test("a run that failed without a step shows its own error", () => {
  expect(shown([{ ...base, type: "RUN_FAILURE", message: "Failed", error, reason: "RUN_EXCEPTION" }])).toContain(
    "           <TypeError: no such>",
  );
});

test("progress leaves out what a log has", () => {
  const entry = { ...base, type: "RUN_ENQUEUED", message: "Enqueued" } as const;
  expect(shown([entry])).toEqual([]);
  expect(shown([entry], true)).toEqual(["    +0 ms  Enqueued"]);
});

test("an error that the message has said already is not said again", () => {
  const invalid = { name: "InvalidRunConfigError", message: "ops.a: is missing\nops.b: is missing", stack: [] };
  const message = `Execution of run for "j" failed. ${invalid.message}`;
  expect(shown([{ ...base, type: "RUN_FAILURE", message, error: invalid, reason: "JOB_INITIALIZATION_FAILURE" }])).toEqual([
    '    +0 ms  <Execution of run for "j" failed. ops.a: is missing>',
    "           <ops.b: is missing>",
  ]);
});

test("a check that did not pass stands out", () => {
  const check = {
    ...base,
    type: "ASSET_CHECK_EVALUATION",
    assetKey: ["a"],
    checkName: "enough",
    success: false,
    severity: "ERROR",
    description: "1 row",
    metadata: {},
    blocking: false,
    partition: null,
    target: null,
    message: 'Asset check "enough" on "a" did not pass: 1 row',
  } as const;
  expect(shown([check])).toEqual(['    +0 ms  <Asset check "enough" on "a" did not pass: 1 row>']);
});
