/** So much text is turned into bytes at a time. */
const pieceLength = 64 * 1024;

/**
 * An answer as it is written: JSON text with gaps in it, for what is not known yet. A gap is filled like any other text, and everything behind it can be
 * written meanwhile.
 */
export class AnswerText {
  /** What comes next; appended to directly, since that is what most of the work is. */
  text = "";
  readonly #parts: (string | Buffer | AnswerText)[] = [];

  /** Leaves a place here and gives it. */
  gap(): AnswerText {
    this.#keep(this.text);
    const gap = new AnswerText();
    this.#parts.push(gap);
    return gap;
  }

  /** To be called now and then: encodes what has gathered, so that no large answer is encoded all at once in the end. */
  settle(): void {
    if (this.text.length > pieceLength) this.#keep(Buffer.from(this.text));
  }

  /** The whole, when every gap has been filled. */
  toBody(before: string, behind: string): string | Buffer {
    const pieces: Buffer[] = [];
    let text = before;
    const add = (part: string | Buffer | AnswerText): void => {
      if (typeof part === "string") {
        text += part;
        if (text.length <= pieceLength) return;
        pieces.push(Buffer.from(text));
        text = "";
      } else if (part instanceof AnswerText) {
        for (const inner of part.#parts) add(inner);
        add(part.text);
      } else {
        if (text !== "") pieces.push(Buffer.from(text));
        pieces.push(part);
        text = "";
      }
    };
    add(this);
    text += behind;
    return pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]);
  }

  #keep(part: string | Buffer): void {
    if (part.length > 0) this.#parts.push(part);
    this.text = "";
  }
}
