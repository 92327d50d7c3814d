import { redactedSecret } from "./secret-config.ts";

/**
 * Hides texts: each occurrence of a secret is replaced by asterisks, also as JSON, as a part of a URL and in base64. It cannot know what
 * else is made of a secret.
 */
export class SecretMask {
  /** Longest first, so that a secret that contains another is hidden whole. */
  readonly #forms: readonly string[];
  readonly #pattern: RegExp | null;

  constructor(secrets: Iterable<string>, toForms: (secret: string) => readonly string[] = formsOf) {
    const forms = new Set<string>();
    for (const secret of secrets) for (const form of toForms(secret)) forms.add(form);
    this.#forms = [...forms].toSorted((a, b) => b.length - a.length);
    this.#pattern = this.#forms.length === 0 ? null : new RegExp(this.#forms.map(escapeRegExp).join("|"), "g");
  }

  get isEmpty(): boolean {
    return this.#pattern === null;
  }

  /** What must not be seen in any of its forms, longest first. */
  get forms(): readonly string[] {
    return this.#forms;
  }

  /** The same secrets in texts that have a character for each byte of UTF-8. */
  forBytes(): SecretMask {
    return new SecretMask(this.#forms, (form) => [
      Array.from(new TextEncoder().encode(form), (byte) => String.fromCharCode(byte)).join(""),
    ]);
  }

  /** The first secret at or behind a position; null when there is none. */
  find(text: string, from: number): { readonly start: number; readonly end: number; readonly replacement: string } | null {
    if (this.#pattern === null) return null;
    this.#pattern.lastIndex = from;
    const match = this.#pattern.exec(text);
    return match && { start: match.index, end: match.index + match[0].length, replacement: redactedSecret };
  }

  hide(text: string): string {
    return this.#pattern === null ? text : text.replace(this.#pattern, redactedSecret);
  }

  /** Plain data with all its texts, names of fields included, hidden. The fields of `kept` at the top stay as they are. */
  hideIn<Value>(value: Value, kept: ReadonlySet<string> = none): Value {
    return this.#pattern === null ? value : (this.#hidden(value, kept) as Value);
  }

  #hidden(value: unknown, kept: ReadonlySet<string>): unknown {
    if (typeof value === "string") return this.hide(value);
    if (typeof value === "number" && this.#forms.includes(String(value))) return redactedSecret;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#hidden(item, none));
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) =>
        kept.has(name) ? [name, inner] : [this.hide(name), this.#hidden(inner, none)],
      ),
    );
  }
}

const none: ReadonlySet<string> = new Set();

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  if (trimmed === "") return [];
  const texts = [secret, trimmed, ...lines(trimmed)];
  return texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), inUrl(text), base64(text)]);
}

/** Keys and certificates are shown and cut line by line. */
const lines = (text: string): readonly string[] =>
  text.includes("\n")
    ? text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line.length > 7)
    : [];

function inUrl(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // A lone surrogate.
  }
}

/** Without the last characters, which depend on what follows. */
function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const encoded = btoa(binary);
  return bytes.length < 6 ? text : encoded.replace(/=+$/, "").slice(0, bytes.length % 3 === 0 ? undefined : -1);
}
