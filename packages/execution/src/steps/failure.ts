import { types } from "node:util";
import { type SerializedError, serializeError } from "@dagwright/model";
import { withoutOwnFrames } from "./own-frames.ts";

/** Longer texts are cut: the error has a row in the database and a place on a page. */
const maxMessageLength = 32_768;
const maxStackLines = 100;

/**
 * Anything thrown as plain data, whatever traps it holds: user code can throw proxies, getters and megabytes. Stacks begin and end with the
 * user's own calls.
 */
export function describeFailure(thrown: unknown): SerializedError {
  try {
    return cut(serializeError(asError(thrown)), thrown);
  } catch {
    return { name: "NonErrorThrown", message: `A ${typeof thrown} was thrown that cannot be looked at`, stack: [] };
  }
}

/** An error of another realm (a `vm` context, a test runner's) is an error too. */
function asError(thrown: unknown): unknown {
  if (thrown instanceof Error || !types.isNativeError(thrown)) return thrown;
  const { name, message, stack, cause } = thrown as Error;
  return Object.assign(new Error(message, { cause }), { name, stack });
}

function cut(error: SerializedError, thrown: unknown): SerializedError {
  const message = String(error.message);
  const kept =
    message.length <= maxMessageLength
      ? message
      : `${message.slice(0, maxMessageLength)}… (${message.length - maxMessageLength} further characters left out)`;
  return {
    ...error,
    name: String(error.name),
    message: kept,
    stack: withoutOwnFrames(error.stack, isExpected(thrown)).slice(0, maxStackLines),
    ...(error.cause && { cause: cut(error.cause, (thrown as Error).cause) }),
  };
}

/** By structure: it may come from another copy of these packages. */
const isExpected = (thrown: unknown): boolean =>
  thrown instanceof Error && "kind" in thrown && typeof thrown.kind === "string" && thrown.kind === thrown.name;
