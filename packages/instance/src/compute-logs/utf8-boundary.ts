/**
 * How many of the bytes may be shown without cutting a UTF-8 character in two; all of them when they are not UTF-8 at all.
 */
export function wholeCharacters(bytes: Uint8Array): number {
  // A character has at most four bytes, so that its first one is among the last four.
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
