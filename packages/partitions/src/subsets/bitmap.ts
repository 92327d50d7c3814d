import type { Intervals } from "./intervals.ts";

/** As base64, six numbers to a character, from `first` on: shorter than runs where most runs are short. */
export function packBits(intervals: Intervals, first: number): string {
  const bytes = new Uint8Array(Math.ceil(((intervals.at(-1) ?? first) - first) / 8));
  for (let index = 0; index < intervals.length; index += 2) {
    for (let at = intervals[index]! - first; at < intervals[index + 1]! - first; at += 1) bytes[at >> 3]! |= 1 << (at & 7);
  }
  const pieces: string[] = [];
  // Arguments of a call are limited in number.
  for (let from = 0; from < bytes.length; from += 8192) pieces.push(String.fromCharCode(...bytes.subarray(from, from + 8192)));
  return btoa(pieces.join(""));
}

/**
 * Reads what {@link packBits} wrote.
 *
 * @throws TypeError when the text is no base64
 */
export function unpackBits(text: string, first: number): Intervals {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch (error) {
    throw new TypeError("its bits are no base64", { cause: error });
  }
  const result: number[] = [];
  let open = false;
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const isSet = (bytes.charCodeAt(at >> 3) & (1 << (at & 7))) !== 0;
    if (isSet !== open) result.push(first + at);
    open = isSet;
  }
  if (open) result.push(first + bytes.length * 8);
  return result;
}
