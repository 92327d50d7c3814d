import { readFileSync } from "node:fs";
import type { WiredCall } from "./composition.ts";
import { HandleUsedAsValueError } from "./errors.ts";

interface Composed {
  /** For people: `job "a"`. */
  readonly label: string;
  /** The composing function as the user wrote it. */
  readonly body: (...args: never[]) => unknown;
  /** The calls in it that wired something. */
  readonly calls: readonly WiredCall[];
}

/**
 * Refuses composing functions that test a handle: `if (numbers)`, `numbers ? a : b`, `!numbers`, `numbers && …`, `===`.
 *
 * JavaScript asks no object whether it is true, so no proxy can notice; the condition would always hold. The compiler refuses
 * most of these (TS2801), plain JavaScript does not have it. So we read: the composing function's text, and, only when there are
 * conditions in it, the source lines of the calls that wired something, for the variables that hold their handles. Where the
 * source cannot be read, or a handle came by other ways (through a function, a field), a condition goes unnoticed.
 *
 * @throws HandleUsedAsValueError
 */
export function refuseTestedHandles({ label, body, calls }: Composed): void {
  const text = withoutStringsAndComments(Function.prototype.toString.call(body));
  if (!condition.test(text)) return;
  const files = new Map<string, readonly string[]>();
  for (const { node, site } of calls) {
    const before = textBefore(site, files);
    const handle = `the handle of "${node}" in ${label}`;
    if (/\b(?:if|while|switch)\s*\(\s*!*\s*[\w$.]*$/.test(before))
      throw new HandleUsedAsValueError(handle, "tested by a condition", site);
    for (const name of assignedNames(before)) {
      const test = testOf(name, text);
      if (test !== null) throw new HandleUsedAsValueError(handle, `tested by a condition (\`${test}\`)`, site);
    }
  }
}

const condition = /\b(?:if|while|switch)\b|\?(?![.?])|&&|\|\||!|===/;

const withoutStringsAndComments = (text: string): string =>
  text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (part) =>
    part.startsWith("/") ? " " : '""',
  );

/** What stands on a call's line before its callee. */
function textBefore({ file, line, column }: WiredCall["site"], files: Map<string, readonly string[]>): string {
  if (file === null || line === null || column === null) return "";
  let lines = files.get(file);
  if (!lines) files.set(file, (lines = readLines(file)));
  return lines[line - 1]?.slice(0, column - 1) ?? "";
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** The variables of `const a = `, `const { a, b: c } = ` or `a = ` at the end of a text. */
function assignedNames(before: string): readonly string[] {
  const [, single, several] = /(?:([\w$]+)(?:\s*:[^=;]+)?|\{([^{}]*)\})\s*=\s*[\w$.]*$/.exec(before) ?? [];
  if (single !== undefined) return [single];
  return (several ?? "").split(",").flatMap((part) => part.split(":").at(-1)?.trim() || []);
}

/** The text that tests a variable; null when none does. */
function testOf(name: string, text: string): string | null {
  const x = `(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`;
  const tests = [
    `\\b(?:if|while|switch)\\s*\\(\\s*!*\\s*${x}\\s*\\)`,
    `(?<![\\w$.)])!+\\s*${x}(?!\\s*[.(])`,
    `${x}\\s*(?:\\?(?![.?])|&&|\\|\\||[!=]==?)`,
    `(?:&&|\\|\\||[!=]==?)\\s*!*\\s*${x}(?!\\s*[.(])`,
  ];
  return new RegExp(tests.join("|")).exec(text)?.[0].trim() ?? null;
}
