import { nearestWord } from "./nearest-word.ts";

type ValueOf<Options, Name> = Options extends unknown
  ? Name extends keyof Options
    ? Exclude<Options[Name], null | undefined>
    : never
  : never;

/** What is looked at besides the name: lists, texts and flags are told from everything else; `true`: nothing. */
type KindOf<Value> = [Value] extends [never]
  ? true
  : [Value] extends [readonly unknown[]]
    ? "list"
    : [Value] extends [string]
      ? "text"
      : [Value] extends [boolean]
        ? "flag"
        : true;

/** The options that something takes, each once, and what they are: the compiler refuses one that is missing and one that is none. */
export type OptionNames<Options> = {
  readonly [Name in Options extends unknown ? keyof Options : never]: KindOf<ValueOf<Options, Name>>;
};

/** {@link OptionNames} of anything. */
export type KnownOptions = Readonly<Record<string, "list" | "text" | "flag" | true>>;

/**
 * What is wrong with options, for people; null when all of them exist and are lists, texts and flags where they have to be. TypeScript is not asked
 * when code is loaded, JavaScript has nobody to ask, and an option with a slip in its name would just not be there.
 */
export function optionsProblem(options: unknown, known: KnownOptions): string | null {
  if (typeof options !== "object" || options === null)
    return `its options must be an object, not ${options === null ? "null" : typeof options}`;
  for (const name in options) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known);
      const near = nearestWord(name, names);
      const hint = near === null ? `. It takes ${names.toSorted().join(", ")}` : `; did you mean \`${near}\`?`;
      return `there is no option \`${name}\`${hint}`;
    }
    const value: unknown = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    const kind = known[name];
    if (kind === "list" && !Array.isArray(value)) return `its \`${name}\` must be a list, not ${shown(value)}`;
    if (kind === "text" && typeof value !== "string") return `its \`${name}\` must be text, not ${shown(value)}`;
    if (kind === "flag" && typeof value !== "boolean") return `its \`${name}\` must be true or false, not ${shown(value)}`;
  }
  return null;
}

function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "function" ? "a function" : `the ${typeof value} ${JSON.stringify(value)}`;
}
