import type { Partitions, PartitionsView } from "@dagwright/partitions";

export interface KeysPage {
  readonly keys: readonly string[];
  /** Stands for the last key of the page; give it with the next question. */
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** A page of keys behind a key, from either end. A cursor whose key was deleted leads on from where it stood. */
export function keysPage(
  partitions: Partitions,
  view: PartitionsView,
  page: { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined; readonly reverse: boolean },
): KeysPage {
  const count = partitions.count(view);
  const offset = offsetBehind(partitions, view, page.cursor, page.reverse);
  const limit = Math.max(0, page.limit ?? count);
  const keys = [...partitions.keys(view, { offset, limit, reverse: page.reverse })];
  const last = offset + keys.length;
  return {
    keys,
    cursor: keys.length === 0 ? (page.cursor ?? "") : toCursor({ key: keys.at(-1)!, place: last }),
    hasMore: last < count,
  };
}

interface Cursor {
  readonly key: string;
  /** How many keys came up to it. */
  readonly place: number;
}

const toCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

/** Clients that page by key alone give the key itself. */
function offsetBehind(partitions: Partitions, view: PartitionsView, text: string | null | undefined, reverse: boolean): number {
  if (text === null || text === undefined || text === "") return 0;
  const { key, place } = fromCursor(text);
  const index = partitions.indexOf(key, view);
  if (index === -1) return place;
  return reverse ? partitions.count(view) - index : index + 1;
}

function fromCursor(text: string): Cursor {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (typeof cursor === "object" && cursor !== null && "key" in cursor && "place" in cursor) {
      const { key, place } = cursor;
      if (typeof key === "string" && typeof place === "number" && Number.isSafeInteger(place) && place >= 0)
        return { key, place };
    }
  } catch {
    // A key, then.
  }
  return { key: text, place: 0 };
}
