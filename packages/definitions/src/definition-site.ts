import { fileURLToPath } from "node:url";

/** Where in the user's code a definition was made. */
export interface DefinitionSite {
  /** Path of the file, by its source map where source maps are enabled; null when the stack does not tell. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** `path/to/file.ts:12`, or a phrase that says it is unknown. */
  toString(): string;
}

/**
 * Notes the caller of `below`. Costs about a microsecond: the stack has one frame, and V8 formats it (and reads source maps)
 * only when the site is looked at, which is for an error message.
 */
export function captureSite(below: (...args: never[]) => unknown): DefinitionSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below);
  Error.stackTraceLimit = limit;
  return new LazySite(holder);
}

const frame = /(?:\(|at (?:async )?)([^()]+):(\d+):(\d+)\)?\s*$/;

class LazySite implements DefinitionSite {
  #parsed: readonly [string, number, number] | null | undefined;
  readonly #holder: { stack?: string };

  constructor(holder: { stack?: string }) {
    this.#holder = holder;
  }

  get file(): string | null {
    return this.#read()?.[0] ?? null;
  }

  get line(): number | null {
    return this.#read()?.[1] ?? null;
  }

  get column(): number | null {
    return this.#read()?.[2] ?? null;
  }

  toString(): string {
    const at = this.#read();
    return at ? `${at[0]}:${at[1]}` : "an unknown place";
  }

  #read(): readonly [string, number, number] | null {
    return (this.#parsed ??= parseFrame(this.#holder.stack ?? ""));
  }
}

function parseFrame(stack: string): readonly [string, number, number] | null {
  const match = frame.exec(stack.split("\n").find((line) => /^\s+at /.test(line)) ?? "");
  if (!match) return null;
  const [, where = "", line, column] = match;
  return [where.startsWith("file://") ? fileURLToPath(where) : where, Number(line), Number(column)];
}
