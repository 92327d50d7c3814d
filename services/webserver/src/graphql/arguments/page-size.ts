/**
 * How many a client gets of a list: as many as it asked for, and no more than a page.
 *
 * @param limit - none, or more than a page: a whole page, whose last one is where the client goes on. Less than nothing is nothing
 */
export const pageSize = (limit: number | null | undefined, largest: number): number =>
  Math.max(0, Math.min(limit ?? largest, largest));
