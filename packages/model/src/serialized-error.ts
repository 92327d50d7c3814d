/** An error as it travels over process borders and lies in events: plain data, chain of causes included. */
export interface SerializedError {
  readonly message: string;
  /** The class's name, e.g. `TypeError`. For a thrown non-Error: `NonErrorThrown`. */
  readonly name: string;
  /** Stack lines, outermost call last, without the message. Empty when unknown. */
  readonly stack: readonly string[];
  readonly cause?: SerializedError;
}

const maxCauses = 16;

/** Turns anything thrown into a {@link SerializedError}; never throws itself, whatever was thrown. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  // Not by `instanceof` alone: an error of another realm (`node:vm`, an iframe-like sandbox) is an error all the same.
  if (!(Error.isError(thrown) || thrown instanceof Error)) {
    return { message: describeThrown(thrown), name: "NonErrorThrown", stack: [] };
  }
  const message = readText(() => thrown.message) ?? "an error whose message could not be read";
  const base = {
    message,
    name: readText(() => thrown.name) ?? "Error",
    stack: callsOf(readText(() => thrown.stack) ?? "", message),
  };
  const cause = read(() => thrown.cause);
  return cause === undefined || depth >= maxCauses ? base : { ...base, cause: serializeError(cause, depth + 1) };
}

/** The lines of the calls. The message stands before them, and may quote another error's calls. */
function callsOf(stack: string, message: string): readonly string[] {
  const messageAt = stack.indexOf(message);
  const calls = messageAt === -1 ? stack : stack.slice(messageAt + message.length);
  return calls.split("\n").filter((line) => /^\s+at /.test(line));
}

/** User code can put a getter that throws anywhere. */
function read<Value>(get: () => Value): Value | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** It can also put there what is no text. */
function readText(get: () => unknown): string | undefined {
  const value = read(get) ?? undefined;
  return value === undefined || typeof value === "string" ? value : read(() => asText(value));
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  const text = read(() => asText(thrown));
  return text === undefined ? `${typeof thrown} was thrown` : `${typeof thrown} was thrown: ${text}`;
}

const asText = (value: unknown): string => JSON.stringify(value) ?? String(value);
