import type { SecretMask } from "@dagwright/model";

/**
 * Hides secrets in a stream of bytes. They are handed on at once, but for those at the end that could begin a secret: they wait for
 * what follows, because a secret may come in two pieces.
 */
export class SecretFilter {
  readonly #secrets: SecretMask;
  readonly #longest: number;
  readonly #beginnings: ReadonlySet<string>;
  #held = "";

  constructor(secrets: SecretMask) {
    // One character for each byte: what is cut inside of a character stays whole.
    this.#secrets = secrets.forBytes();
    this.#longest = Math.max(0, ...this.#secrets.forms.map((form) => form.length));
    this.#beginnings = new Set(this.#secrets.forms.map((form) => form.charAt(0)));
  }

  feed(bytes: Uint8Array): Uint8Array {
    if (this.#secrets.isEmpty) return bytes;
    const text = this.#held + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    let shown = "";
    let at = 0;
    for (;;) {
      const held = this.#possibleStart(text, at);
      const match = this.#secrets.find(text, at);
      if (match === null || match.start >= held) {
        shown += text.slice(at, held);
        this.#held = text.slice(held);
        return Buffer.from(shown, "latin1");
      }
      shown += text.slice(at, match.start) + match.replacement;
      at = match.end;
    }
  }

  /** What was held back when nothing more will come. */
  end(): Uint8Array {
    const rest = this.#secrets.hide(this.#held);
    this.#held = "";
    return Buffer.from(rest, "latin1");
  }

  /** From where on the text could be the beginning of a secret that goes on in the next piece. */
  #possibleStart(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.#longest + 1); at < text.length; at += 1) {
      if (!this.#beginnings.has(text.charAt(at))) continue;
      const rest = text.slice(at);
      if (this.#secrets.forms.some((form) => form.length > rest.length && form.startsWith(rest))) return at;
    }
    return text.length;
  }
}
