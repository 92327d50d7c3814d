import { CircularImportError } from "./errors.ts";

const uninitialized = /^Cannot access '(.+)' before initialization$/;

/**
 * Explains what importing a user's module threw, where the cause is known: ES modules that import one another in a circle throw a
 * bare ReferenceError at whatever comes too early.
 *
 * @returns a CircularImportError that names the place, with the original as its cause; anything else as it was
 */
export function explainImportFailure(thrown: unknown): unknown {
  if (!(thrown instanceof ReferenceError)) return thrown;
  const [, name] = uninitialized.exec(thrown.message) ?? [];
  if (name === undefined) return thrown;
  const frames = String(thrown.stack)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  const error = new CircularImportError(`"${name}", used ${frames[0]?.trim() ?? "at an unknown place"},`, null, {
    cause: thrown,
  });
  // Whoever looks for the place in the stack finds the user's line, not this one.
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  return error;
}
