const monthNames = "January February March April May June July August September October November December".split(" ");
const dayNames = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** A local time as a key is made of it: `localMs` is local time written as if it were UTC. */
export interface KeyTime {
  readonly localMs: number;
  /** How far it is ahead of UTC. */
  readonly offsetMs: number;
}

interface ParsedTime {
  readonly localMs: number;
  /** Null when the key does not say. */
  readonly offsetMs: number | null;
}

/** A pattern of `strftime`: writes and reads keys of time windows. */
export class KeyFormat {
  readonly pattern: string;
  /** Whether keys tell their UTC offset. */
  readonly hasOffset: boolean;
  readonly #parts: readonly (string | Directive)[];
  readonly #expression: RegExp;
  readonly #directives: readonly Directive[];

  /** @throws Error when the pattern has a part that cannot be read back */
  constructor(pattern: string) {
    this.pattern = pattern;
    const parts: (string | Directive)[] = [];
    for (const [text, letter] of pattern.matchAll(/%(.)|[^%]+|%$/gs)) {
      if (letter === undefined) parts.push(text);
      else if (letter === "%") parts.push("%");
      else {
        const directive = directives[letter];
        if (directive === undefined) throw new Error(`"%${letter}" is not supported; there are ${supported}`);
        parts.push(directive);
      }
    }
    this.#parts = parts;
    this.#directives = parts.filter((part) => typeof part !== "string");
    const source = parts.map((part) => (typeof part === "string" ? escapeRegExp(part) : `(${part.pattern})`)).join("");
    this.#expression = new RegExp(`^${source}$`);
    this.hasOffset = this.#directives.includes(directives["z"]!);
  }

  format({ localMs, offsetMs }: KeyTime): string {
    const date = new Date(localMs);
    let key = "";
    for (const part of this.#parts) key += typeof part === "string" ? part : part.write(date, offsetMs);
    return key;
  }

  /** Null when the text is nothing that this format writes. */
  parse(key: string): ParsedTime | null {
    const match = this.#expression.exec(key);
    if (match === null) return null;
    const fields = {
      year: 1900,
      month: 1,
      day: 1,
      dayOfYear: null,
      hour: 0,
      isAfternoon: null,
      minute: 0,
      second: 0,
      offsetMs: null,
    };
    const read: Fields = fields;
    this.#directives.forEach((directive, index) => directive.read(match[index + 1]!, read));
    const hour = read.isAfternoon === null ? read.hour : (read.hour % 12) + (read.isAfternoon ? 12 : 0);
    const date = new Date(0);
    if (read.dayOfYear === null) {
      date.setUTCFullYear(read.year, read.month - 1, read.day);
      if (date.getUTCDate() !== read.day || date.getUTCMonth() !== read.month - 1) return null;
    } else date.setUTCFullYear(read.year, 0, read.dayOfYear);
    if (hour > 23 || read.minute > 59 || read.second > 59) return null;
    return { localMs: date.getTime() + ((hour * 60 + read.minute) * 60 + read.second) * 1000, offsetMs: read.offsetMs };
  }
}

interface Fields {
  year: number;
  month: number;
  day: number;
  dayOfYear: number | null;
  hour: number;
  isAfternoon: boolean | null;
  minute: number;
  second: number;
  offsetMs: number | null;
}

interface Directive {
  readonly pattern: string;
  write(date: Date, offsetMs: number): string;
  read(text: string, fields: Fields): void;
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));
const dayOfYear = (date: Date): number =>
  Math.round((Date.UTC(2000, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(2000, 0, 1)) / 86_400_000) +
  1 -
  (date.getUTCMonth() > 1 && new Date(Date.UTC(date.getUTCFullYear(), 1, 29)).getUTCMonth() !== 1 ? 1 : 0);

const number = (pattern: string, write: Directive["write"], read: (value: number, fields: Fields) => void): Directive => ({
  pattern,
  write,
  read: (text, fields) => read(Number(text), fields),
});

const named = (
  names: readonly string[],
  of: (date: Date) => number,
  read: (index: number, fields: Fields) => void,
): Directive => ({
  pattern: names.join("|"),
  write: (date) => names[of(date)]!,
  read: (text, fields) => read(names.indexOf(text), fields),
});

const ignored = (): void => undefined;

const directives: Readonly<Record<string, Directive>> = {
  Y: number(
    "\\d{4}",
    (date) => String(date.getUTCFullYear()).padStart(4, "0"),
    (value, fields) => (fields.year = value),
  ),
  y: number(
    "\\d{2}",
    (date) => two(date.getUTCFullYear() % 100),
    (value, fields) => (fields.year = value + (value < 69 ? 2000 : 1900)),
  ),
  m: number(
    "\\d{2}",
    (date) => two(date.getUTCMonth() + 1),
    (value, fields) => (fields.month = value),
  ),
  d: number(
    "\\d{2}",
    (date) => two(date.getUTCDate()),
    (value, fields) => (fields.day = value),
  ),
  j: number(
    "\\d{3}",
    (date) => String(dayOfYear(date)).padStart(3, "0"),
    (value, fields) => (fields.dayOfYear = value),
  ),
  H: number(
    "\\d{2}",
    (date) => two(date.getUTCHours()),
    (value, fields) => (fields.hour = value),
  ),
  I: number(
    "\\d{2}",
    (date) => two(date.getUTCHours() % 12 || 12),
    (value, fields) => (fields.hour = value),
  ),
  M: number(
    "\\d{2}",
    (date) => two(date.getUTCMinutes()),
    (value, fields) => (fields.minute = value),
  ),
  S: number(
    "\\d{2}",
    (date) => two(date.getUTCSeconds()),
    (value, fields) => (fields.second = value),
  ),
  f: number("0{6}", () => "000000", ignored),
  p: {
    pattern: "AM|PM",
    write: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
    read: (text, fields) => (fields.isAfternoon = text === "PM"),
  },
  B: named(
    monthNames,
    (date) => date.getUTCMonth(),
    (index, fields) => (fields.month = index + 1),
  ),
  b: named(
    short(monthNames),
    (date) => date.getUTCMonth(),
    (index, fields) => (fields.month = index + 1),
  ),
  A: named(dayNames, (date) => date.getUTCDay(), ignored),
  a: named(short(dayNames), (date) => date.getUTCDay(), ignored),
  z: {
    pattern: "[+-]\\d{4}(?:\\d{2})?|Z",
    write: (_, offsetMs) => offsetText(offsetMs),
    read: (text, fields) => (fields.offsetMs = parseOffset(text)),
  },
};

const supported = `${Object.keys(directives)
  .map((letter) => `%${letter}`)
  .join(", ")} and %%`;

/** `+0200`; with seconds when there are any, as clocks had them before 1900. */
export function offsetText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const rest = seconds % 60;
  const text = `${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${rest === 0 ? "" : two(rest)}`;
  return `${offsetMs < 0 ? "-" : "+"}${text}`;
}

/** Reads what {@link offsetText} writes. */
export function parseOffset(text: string): number {
  if (text === "Z") return 0;
  const [hours, minutes, seconds] = [text.slice(1, 3), text.slice(3, 5), text.slice(5, 7)].map(Number);
  return (text.startsWith("-") ? -1000 : 1000) * (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0));
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
