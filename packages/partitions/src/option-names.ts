import { type KnownOptions, optionsProblem } from "@dagwright/model";

/** Refuses options that do not exist. */
export function checkOptions(
  owner: string,
  options: unknown,
  known: KnownOptions,
  refusal: new (message: string) => Error,
): void {
  const problem = optionsProblem(options, known);
  if (problem !== null) throw new refusal(`${owner}: ${problem}`);
}
