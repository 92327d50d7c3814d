const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Emoji, and the blocks whose characters take two columns: CJK, Hangul, kana, full-width forms. */
const wide =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
const invisible = /^[\p{Cc}\p{Cf}\p{M}]+$/u;

const widthOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : invisible.test(grapheme) ? 0 : 1);

/** How many columns a text without colours takes in a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
}

/** The text in at most so many columns, its cut end shown as `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns <= 0 ? "" : `${kept}…`;
}

/** One line of what may be many: line breaks, tabs and other control characters become spaces. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, " ").trim();
