import { DomainError } from "@dagwright/model";

/** A text that is no place in a list. */
export class CursorError extends DomainError<"CursorError"> {
  constructor(cursor: string, what: string) {
    super("CursorError", `"${cursor}" is no cursor of ${what}; leave it out, or give one that an answer before told`);
  }
}

const isGiven = (cursor: string | null | undefined): cursor is string => cursor !== null && cursor !== undefined && cursor !== "";

/**
 * The row behind which a list goes on, where cursors are numbers of rows; as an object to be spread into the page.
 *
 * @throws CursorError
 */
export function rowCursor(cursor: string | null | undefined, what: string): { readonly cursor?: string } {
  if (!isGiven(cursor)) return {};
  // What the database's numbers hold.
  if (!/^\d{1,18}$/.test(cursor)) throw new CursorError(cursor, what);
  return { cursor };
}

/** @throws CursorError when the text is no number */
export function timeCursor(cursor: string | null | undefined, what: string): number | null {
  if (!isGiven(cursor)) return null;
  const time = Number(cursor);
  if (!Number.isFinite(time)) throw new CursorError(cursor, what);
  return time;
}
