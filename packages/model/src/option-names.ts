import { nearestWord } from "./nearest-word.ts";

/** The options that something takes, each once: the compiler refuses one that is missing and one that is none. */
export type OptionNames<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, true>>;

/**
 * What is wrong with the names of options, for people; null when all of them exist. TypeScript is not asked when code is loaded, JavaScript has
 * nobody to ask, and an option with a slip in its name would just not be there.
 */
export function optionsProblem(options: unknown, known: Readonly<Record<string, true>>): string | null {
  if (typeof options !== "object" || options === null)
    return `its options must be an object, not ${options === null ? "null" : typeof options}`;
  for (const name in options) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    const near = nearestWord(name, names);
    const hint = near === null ? `. It takes ${names.toSorted().join(", ")}` : `; did you mean \`${near}\`?`;
    return `there is no option \`${name}\`${hint}`;
  }
  return null;
}
