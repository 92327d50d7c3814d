import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "./stored-text.ts";

/** Any sequence of UTF-16 units, rich in those that matter. */
const anyText = fc
  .array(fc.oneof(fc.constantFrom(0, 0x10, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0x5c, 0x75, 0x22, 0x30, 0x1b), fc.nat(0xffff)))
  .map((units) => String.fromCharCode(...units));

const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value")),
    // Of keys, __proto__ vanishes in JavaScript already; and once an object had the key "\\", JSON.parse of Node 24.21 takes any key that begins with an
    // escape for it when the keys before agree: {"":1,"\\":1}, then {"":1,"\n":1}.
    fc.dictionary(
      anyText.filter((key) => key !== "__proto__" && key !== "\\"),
      tie("value"),
    ),
  ),
})).value;

test("any text survives, and what is stored holds nothing that Postgres refuses", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const stored = toStoredText(text);
      expect(stored.includes("\0")).toBe(false);
      expect(stored.isWellFormed()).toBe(true);
      expect(fromStoredText(stored)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test("any JSON value survives", () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(fromStoredJson(toStoredJson(value))).toEqual(value);
    }),
    { numRuns: 2_000 },
  );
});

test("different texts stay different, also those that look escaped", () => {
  const texts = ["\0", "\u0010", "\u00100000", "\u00100010", "\\u0000", "\\u00100000", "\ud800", "\ud83d\ude00", "\udc00\ud800"];
  expect(new Set(texts.map(toStoredText)).size).toBe(texts.length);
  expect(new Set(texts.map(toStoredJson)).size).toBe(texts.length);
  expect(texts.map((text) => fromStoredText(toStoredText(text)))).toEqual(texts);
});

test("Postgres takes them as text and as jsonb and gives them back", async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  await using client = await openRawClient(database.connectionString);
  const values = fc.sample(fc.tuple(anyText, anyJson), { numRuns: 300, seed: 7 });
  for (const [text, value] of values) {
    const { rows } = await client.query<{ text: string; json: string }>({
      text: "select $1::text as text, $2::jsonb::text as json",
      values: [toStoredText(text), toStoredJson(value)],
    });
    expect(fromStoredText(rows[0]!.text)).toBe(text);
    expect(fromStoredJson(rows[0]!.json)).toEqual(value);
  }
});
