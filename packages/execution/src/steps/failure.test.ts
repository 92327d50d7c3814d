import { assetCheck, asset, checkResult, job, op, opOut, resource } from "@dagwright/definitions";
import type { RunLogEntry, SerializedError } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { executeInProcess, materialize } from "../in-process/execute-in-process.ts";
import { withoutOwnFrames } from "./own-frames.ts";

/** What became of a run that fails. */
const errorsOf = (events: readonly RunLogEntry[], type: RunLogEntry["type"]): readonly SerializedError[] =>
  events.flatMap((event) => (event.type === type && "error" in event && event.error !== null ? [event.error] : []));

describe("stacks of a run's errors", () => {
  test("begin and end with the user's own calls", async () => {
    const helper = (n: number): never => {
      throw new Error(`boom ${n}`);
    };
    const sync = op("sync", () => helper(1));
    const later = op("later", async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      helper(2);
    });
    const broken = resource("broken", () => helper(3));
    const uses = op("uses", { resources: { broken } }, () => {});
    const jobOf = (name: string, body: () => unknown) =>
      executeInProcess(
        job(name, () => void body()),
        { raiseOnError: false },
      );
    for (const [name, body] of [
      ["sync_job", sync],
      ["later_job", later],
    ] as const) {
      const [error] = errorsOf((await jobOf(name, body)).events, "STEP_FAILURE");
      expect(error?.stack).toHaveLength(2);
      expect(error?.stack[0]).toContain("helper");
      expect(error?.stack[1]).toMatch(/compute|later|sync/);
      for (const frame of error?.stack ?? []) expect(frame).toContain("failure.test.ts");
    }
    const { events } = await jobOf("uses_job", uses);
    const [error] = errorsOf(events, "RESOURCE_INIT_FAILURE");
    expect(error).toMatchObject({ name: "ResourceInitError", stack: [] });
    expect(error?.cause?.stack[0]).toContain("helper");
    expect(error?.cause?.stack.every((frame) => frame.includes("failure.test.ts"))).toBe(true);
  });

  test("of what only Dagwright says, there are none", async () => {
    const wrong = op("wrong", { outs: { a: opOut(z.int()) } }, () => ({ a: "x" }) as never);
    const result = await executeInProcess(
      job("wrong_job", () => void wrong()),
      { raiseOnError: false },
    );
    expect(errorsOf(result.events, "STEP_FAILURE")).toMatchObject([{ name: "TypeCheckError", stack: [] }]);
  });

  test("an error in Dagwright itself keeps its calls", () => {
    const stack = [
      "    at store (/app/node_modules/@dagwright/execution/dist/steps/step-outputs.js:1:1)",
      "    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
    ];
    expect(withoutOwnFrames(stack, false)).toEqual(stack);
    expect(withoutOwnFrames(stack, true)).toEqual([]);
  });

  test("what Node and libraries do for the user stays, and what Dagwright does between goes", () => {
    expect(
      withoutOwnFrames(
        [
          "    at readFileSync (node:fs:441:20)",
          "    at read (/app/node_modules/csv/index.js:2:3)",
          "    at addOutputMetadata (/home/code/.sdk/0f3a/chunk.js:1:200)",
          "    at load (/app/src/load.ts:3:4)",
          "    at AsyncLocalStorage.run (node:internal/async_local_storage/async_context_frame:65:14)",
          "    at insideOp (/app/node_modules/dagwright/dist/composition.js:1:1)",
        ],
        false,
      ),
    ).toEqual([
      "    at readFileSync (node:fs:441:20)",
      "    at read (/app/node_modules/csv/index.js:2:3)",
      "    at load (/app/src/load.ts:3:4)",
    ]);
  });
});

test("what a check says of its asset stands in its line of the log", async () => {
  const orders = asset("orders", () => 1);
  const enough = assetCheck("enough", { asset: orders }, () =>
    checkResult({ passed: false, description: "1 row, at least 10 expected" }),
  );
  const result = await materialize([orders, enough]);
  expect(result.eventsOf("ASSET_CHECK_EVALUATION").map(({ message }) => message)).toEqual([
    'Asset check "enough" on "orders" did not pass: 1 row, at least 10 expected',
  ]);
});
