import { DomainError } from "@dagwright/model";

/** So much text is turned into bytes at a time. */
const pieceLength = 64 * 1024;
const longText = 4 * 1024;
/** The catalog of ten thousand assets has some twenty million. */
const mostCharacters = 256 * 1024 * 1024;

/** What was asked for is more than a server should hold for one client. */
export class AnswerTooLargeError extends DomainError<"AnswerTooLargeError"> {
  constructor(most: number) {
    super("AnswerTooLargeError", `The answer has more than ${most / 1024 / 1024} MB; ask for less at once, or page by page`);
  }
}

/**
 * An answer as it is written: JSON text with gaps in it, for what is not known yet. A gap is filled like any other text, and everything behind it can be
 * written meanwhile.
 */
export class AnswerText {
  /** What comes next; appended to directly, since that is what most of the work is. */
  text = "";
  readonly #parts: (string | Buffer | AnswerText)[] = [];
  /** Of the whole answer: its gaps count with it. */
  readonly #size: { characters: number };
  readonly #most: number;

  /** @param most - characters of the whole answer; more are refused by AnswerTooLargeError */
  constructor(most = mostCharacters, size = { characters: 0 }) {
    this.#most = most;
    this.#size = size;
  }

  /** Leaves a place here and gives it. */
  gap(): AnswerText {
    // Encoded now when there is much of it: in the end there may be hundreds of such pieces at once.
    this.#keep(this.text.length > longText ? Buffer.from(this.text) : this.text);
    const gap = new AnswerText(this.#most, this.#size);
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

  /** @throws AnswerTooLargeError */
  #keep(part: string | Buffer): void {
    this.#size.characters += part.length;
    if (this.#size.characters > this.#most) throw new AnswerTooLargeError(this.#most);
    if (part.length > 0) this.#parts.push(part);
    this.text = "";
  }
}
