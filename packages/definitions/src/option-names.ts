import { type KnownOptions, optionsProblem } from "@dagwright/model";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";

export type { OptionNames } from "@dagwright/model";

/**
 * Refuses options that do not exist.
 *
 * @param place - where they were given, or the function that was called with them: its caller is looked for only when there is a problem
 * @throws InvalidOptionError
 */
export function checkOptions(
  owner: string,
  options: unknown,
  known: KnownOptions,
  place: DefinitionSite | ((...args: never[]) => unknown),
): void {
  const problem = optionsProblem(options, known);
  if (problem === null) return;
  throw new InvalidOptionError(owner, problem, typeof place === "function" ? captureSite(place) : place);
}
