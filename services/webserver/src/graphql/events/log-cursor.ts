import { DomainError } from "@dagwright/model";

/** A text that is no place in a run's log. */
export class LogCursorError extends DomainError<"LogCursorError"> {
  constructor(cursor: string) {
    super("LogCursorError", `"${cursor}" is no cursor of a run's log; leave it out, or give one that an answer before told`);
  }
}

/** The seq after which to read; nothing given starts at the beginning. */
export function parseLogCursor(cursor: string | null | undefined): number {
  if (cursor === null || cursor === undefined || cursor === "") return 0;
  const seq = Number(cursor);
  // Older clients begin with -1.
  if (seq === -1) return 0;
  if (!Number.isSafeInteger(seq) || seq < 0) throw new LogCursorError(cursor);
  return seq;
}
