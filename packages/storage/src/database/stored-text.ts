/**
 * How any JavaScript string is kept in Postgres.
 *
 * `text` and `jsonb` refuse U+0000 and lone surrogates. They are kept as U+0010 (data link escape, hardly ever in real text) followed by
 * four hex digits; a U+0010 itself is escaped likewise, so that the way back is unambiguous. Everything else is kept as it is:
 * a reader with psql sees plain text, and equality and prefix search work on the stored form.
 */
const escape = "\u0010";

/** A string as it is sent to Postgres. */
export function toStoredText(text: string): string {
  if (text.isWellFormed() && !text.includes("\0") && !text.includes(escape)) return text;
  let stored = "";
  for (const character of text) {
    const unit = character.charCodeAt(0);
    const isRefused = unit === 0 || unit === 0x10 || (character.length === 1 && unit >= 0xd800 && unit <= 0xdfff);
    stored += isRefused ? escape + unit.toString(16).padStart(4, "0") : character;
  }
  return stored;
}

/** The string that {@link toStoredText} was given. */
export function fromStoredText(stored: string): string {
  if (!stored.includes(escape)) return stored;
  return stored.replaceAll(/\u0010([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * A value as the text of a `jsonb` parameter. JSON.stringify writes the refused units as `\u….` escapes, so only those are touched;
 * the expression walks over whole escape sequences, which keeps an escaped backslash before a `u` apart.
 */
export function toStoredJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes("\\u")) return json;
  return json.replaceAll(/\\(?:u(0000|0010|d[89a-f][0-9a-f]{2})|u[0-9a-f]{4}|.)/g, (sequence, refused: string | undefined) =>
    refused === undefined ? sequence : `\\u0010${refused}`,
  );
}

/** The value that {@link toStoredJson} was given, from the text that Postgres shows of a `jsonb`. */
export function fromStoredJson(json: string): unknown {
  if (!json.includes("\\u0010")) return JSON.parse(json);
  const plain = json.replaceAll(/\\(?:u0010([0-9a-f]{4})|u[0-9a-f]{4}|.)/g, (sequence, hex: string | undefined) =>
    hex === undefined ? sequence : `\\u${hex}`,
  );
  return JSON.parse(plain);
}
