import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { serializeError } from "./serialized-error.ts";

test("an error keeps its class name, message, stack lines and causes", () => {
  const error = new TypeError("outer", { cause: new RangeError("inner") });
  const serialized = serializeError(error);
  expect(serialized).toMatchObject({ name: "TypeError", message: "outer", cause: { name: "RangeError", message: "inner" } });
  expect(serialized.stack[0]).toMatch(/^\s+at .*serialized-error\.test\.ts/);
});

test.each([
  ["a string", "just text", "just text"],
  ["an object", { code: 7 }, 'object was thrown: {"code":7}'],
  ["undefined", undefined, "undefined was thrown: undefined"],
  ["a bigint, which JSON refuses", 7n, "bigint was thrown"],
])("%s that was thrown is told as such", (_, thrown, message) => {
  expect(serializeError(thrown)).toEqual({ name: "NonErrorThrown", message, stack: [] });
});

test("a chain of causes that bites its tail ends", () => {
  const error = new Error("round");
  error.cause = error;
  let depth = 0;
  for (let at: { cause?: unknown } | undefined = serializeError(error); at; at = at.cause as typeof at) depth += 1;
  expect(depth).toBe(17);
});

test("an error whose message cannot be read is still told", () => {
  const hostile = new Error("hidden");
  Object.defineProperty(hostile, "message", {
    get: () => {
      throw new Error("no");
    },
  });
  expect(serializeError(hostile).message).toBe("an error whose message could not be read");
});

test.each([
  ["stack", { stack: ["not", "text"] }, { name: "Error", message: "told", stack: [] }],
  ["stack of null", { stack: null }, { name: "Error", message: "told", stack: [] }],
  ["message", { message: { code: 7 } }, { name: "Error", message: '{"code":7}' }],
  ["name", { name: 5 }, { name: "5", message: "told" }],
  ["name, which JSON refuses", { name: 5n }, { name: "Error", message: "told" }],
])("an error whose %s is no text is still told, in texts", (_, fields, expected) => {
  const error = Object.assign(new Error("told"), fields);
  expect(serializeError(error)).toMatchObject(expected);
  expect(serializeError(new Error("outer", { cause: error })).cause).toMatchObject(expected);
});

test("an error of another realm is an error", () => {
  const error: unknown = runInNewContext("new RangeError('elsewhere')");
  expect(error instanceof Error).toBe(false);
  expect(serializeError(error)).toMatchObject({ name: "RangeError", message: "elsewhere" });
});

test("calls that a message quotes are no calls of the error", () => {
  const { message, stack } = serializeError(new Error("it said:\n    at quoted (/elsewhere.ts:1:1)\nand ended"));
  expect(message).toContain("at quoted");
  expect(stack.length).toBeGreaterThan(0);
  expect(stack.filter((line) => line.includes("quoted"))).toEqual([]);
});
