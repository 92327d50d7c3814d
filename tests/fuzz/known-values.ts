import type { Random } from "../chaos/random.ts";

/** Values that the instance has, by what arguments and fields of input objects call them. */
export interface KnownValues {
  readonly byName: Readonly<Record<string, readonly unknown[]>>;
}

/** What nothing is called, and what nobody means: empty, enormous, in the wrong alphabet, or something else's syntax. */
const strangeTexts = [
  "",
  " ",
  "nothing",
  "-1",
  "0",
  "1e309",
  "NaN",
  "null",
  "HEAD",
  "9".repeat(40),
  "x".repeat(3_000),
  "a/b",
  "../../etc/passwd",
  "%2e%2e%2f",
  "a\u0000b",
  "\u0000",
  "\ud800",
  "🌳🌳",
  "ünïcode",
  "'; drop table dagwright.runs; --",
  "%' or '1'='1",
  "\\",
  '"',
  "{}",
  "[",
  "[]",
  '{"a": 1}',
  "[1,2",
  "__proto__",
  "constructor",
  "toString",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "2026-13-45",
  "2026-10-02",
  "*",
  "++a",
  "key:",
  "and or not",
  "((((((((((",
  "a*b*c*d*e*f*g*h*i*j*k",
  "(a+)+$",
  "*/1 * * * *",
  "0 0 31 2 *",
] as const;

const strangeInts = [0, 1, -1, 2, 10, 1_000, 100_000, 2_147_483_647, -2_147_483_648] as const;
const strangeFloats = [0, -1, 0.5, 1.7e9, 1.7e12, 1e15, -1e15, 1e18, 1e30, 1e308, -1e308, 5e-324, 9_007_199_254_740_991] as const;

const isText = (typeName: string): boolean => typeName === "String" || typeName === "ID";

/** A value for a scalar: often one that the instance has, else a strange one. */
export function scalarValue(typeName: string, name: string, random: Random, known: KnownValues): unknown {
  const real = isText(typeName) ? known.byName[name] : undefined;
  if (real !== undefined && real.length > 0 && random.next() < 0.7) return random.pick(real);
  switch (typeName) {
    case "Int":
      return random.next() < 0.5 ? random.between(0, 20) : random.pick(strangeInts);
    case "Float":
      return random.pick(strangeFloats);
    case "Boolean":
      return random.next() < 0.5;
    case "RunConfigData":
    case "GenericScalar":
    case "JsonSchema":
      return anyValue(random, 3);
    default:
      return random.pick(strangeTexts);
  }
}

/** Any JSON. */
export function anyValue(random: Random, depth: number): unknown {
  const kind = random.between(0, depth > 0 ? 6 : 4);
  if (kind === 0) return null;
  if (kind === 1) return random.next() < 0.5;
  if (kind === 2) return random.pick([...strangeInts, ...strangeFloats]);
  if (kind <= 4) return random.pick(strangeTexts);
  const items = Array.from({ length: random.between(0, 4) }, () => anyValue(random, depth - 1));
  return kind === 5 ? items : Object.fromEntries(items.map((item) => [random.pick(strangeTexts), item]));
}
