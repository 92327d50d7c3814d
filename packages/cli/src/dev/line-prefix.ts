import { styleText } from "node:util";

const colors = ["cyan", "magenta", "green", "yellow", "blue", "red"] as const;

/** Gives each program's lines its name, padded to one width, in a colour of its own. */
export class LinePrefix {
  readonly #names: string[] = [];
  readonly #useColor: boolean;
  readonly #width: number;

  constructor({ useColor, width }: { readonly useColor: boolean; readonly width: number }) {
    this.#useColor = useColor;
    this.#width = width;
  }

  format(name: string, line: string): string {
    if (!this.#names.includes(name)) this.#names.push(name);
    const prefix = `${name.padEnd(this.#width)} │`;
    const color = colors[this.#names.indexOf(name) % colors.length] ?? "cyan";
    return `${this.#useColor ? styleText(color, prefix, { validateStream: false }) : prefix} ${line}`;
  }
}
