import { randomBytes } from "node:crypto";

/**
 * Marks stand in a step worker's stdout and stderr where a step begins: pipes keep no other order between what a process
 * and its children write and what it says over IPC. The token is random per worker, so no program's output contains one by chance.
 */
export const newMarkerToken = (): string => randomBytes(16).toString("hex");

const numberWidth = 10;

/** Of fixed length, so that a reader knows at once where it ends. */
export const marker = (token: string, sequence: number): string => `\0${token}:${String(sequence).padStart(numberWidth, "0")}\0`;

export type Cut = { readonly bytes: Uint8Array } | { readonly sequence: number };

/** Cuts one stream at its marks. Bytes are handed on at once, but for the few at the end that could begin a mark. */
export class MarkerCutter {
  readonly #prefix: Buffer;
  readonly #markerBytes: number;
  #held: Buffer = Buffer.alloc(0);

  constructor(token: string) {
    this.#prefix = Buffer.from(`\0${token}:`);
    this.#markerBytes = this.#prefix.byteLength + numberWidth + 1;
  }

  feed(chunk: Uint8Array): readonly Cut[] {
    const cuts: Cut[] = [];
    let rest: Buffer =
      this.#held.byteLength === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const at = rest.indexOf(this.#prefix);
      const end = at === -1 ? rest.byteLength - this.#possibleStart(rest) : at;
      if (end > 0) cuts.push({ bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
      if (at === -1 || rest.byteLength < this.#markerBytes) break;
      cuts.push({ sequence: Number(rest.toString("latin1", this.#prefix.byteLength, this.#markerBytes - 1)) });
      rest = rest.subarray(this.#markerBytes);
    }
    this.#held = rest;
    return cuts;
  }

  /** What was held back when the stream has ended. */
  end(): readonly Cut[] {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held.byteLength === 0 ? [] : [{ bytes: held }];
  }

  /** How many bytes at the end could be the start of a mark. */
  #possibleStart(bytes: Buffer): number {
    const from = Math.max(bytes.byteLength - this.#prefix.byteLength + 1, 0);
    for (let at = bytes.indexOf(0, from); at !== -1; at = bytes.indexOf(0, at + 1)) {
      const length = bytes.byteLength - at;
      if (bytes.subarray(at).equals(this.#prefix.subarray(0, length))) return length;
    }
    return 0;
  }
}
