import { fileURLToPath } from "node:url";
import { sep } from "node:path";

/** A place in the user's own source, lines and columns counted from 1. */
export interface ErrorLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

const frame = /(?:\(|at (?:async )?)([^()]+):(\d+):(\d+)\)?\s*$/;
/** How V8 begins the stack of a syntax error: the place, then the line and a caret. */
const syntaxErrorHead = /^(\S.*):(\d+)\n/;

/**
 * Where an error comes from in the user's source: the place of the definition that it is about, else the innermost frame that is the user's own.
 *
 * @param folder - the user's project; frames elsewhere, or in its node_modules, are not theirs
 */
export function locateError(error: unknown, folder: string): ErrorLocation | null {
  if (!(error instanceof Error)) return null;
  return siteOf(error) ?? ownFrame(error, folder) ?? (error.cause === undefined ? null : locateError(error.cause, folder));
}

/** Definition errors know the place of what they are about; recognised by structure, because the project may hold two copies of the SDK. */
function siteOf(error: Error): ErrorLocation | null {
  const holder = error as { site?: unknown; problems?: unknown };
  const first: unknown = Array.isArray(holder.problems) ? (holder.problems as readonly unknown[])[0] : undefined;
  if (first instanceof Error) return siteOf(first);
  if (typeof holder.site !== "object" || holder.site === null) return null;
  const { file, line, column } = holder.site as { file?: unknown; line?: unknown; column?: unknown };
  if (typeof file !== "string" || typeof line !== "number") return null;
  return typeof column === "number" ? { file, line, column } : { file, line };
}

function ownFrame(error: Error, folder: string): ErrorLocation | null {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const head = syntaxErrorHead.exec(stack);
  if (head?.[1] !== undefined && isOwn(toPath(head[1]), folder)) return { file: toPath(head[1]), line: Number(head[2]) };
  for (const text of stack.split("\n")) {
    const match = /^\s+at /.test(text) ? frame.exec(text) : null;
    if (match?.[1] === undefined) continue;
    const file = toPath(match[1]);
    if (isOwn(file, folder)) return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return null;
}

function toPath(where: string): string {
  if (!where.startsWith("file://")) return where;
  try {
    return fileURLToPath(where);
  } catch {
    return where;
  }
}

const isOwn = (file: string, folder: string): boolean =>
  file.startsWith(folder.endsWith(sep) ? folder : folder + sep) && !file.includes(`${sep}node_modules${sep}`);
