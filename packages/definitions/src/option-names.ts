import { nearestWord } from "@dagwright/model";
import type { DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";

/** The options that something takes, each once: the compiler refuses one that is missing and one that is none. */
export type OptionNames<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, true>>;

/**
 * Refuses options that do not exist: TypeScript is not asked when code is loaded, JavaScript has nobody to ask, and an option with a slip in its name
 * would just not be there.
 *
 * @throws InvalidOptionError
 */
export function checkOptions(owner: string, options: unknown, known: Readonly<Record<string, true>>, site: DefinitionSite): void {
  if (typeof options !== "object" || options === null)
    throw new InvalidOptionError(owner, `its options must be an object, not ${options === null ? "null" : typeof options}`, site);
  for (const name in options) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    const near = nearestWord(name, names);
    const hint = near === null ? `. It takes ${names.toSorted().join(", ")}` : `; did you mean \`${near}\`?`;
    throw new InvalidOptionError(owner, `there is no option \`${name}\`${hint}`, site);
  }
}
