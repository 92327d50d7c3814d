import { nearestWord } from "@dagwright/model";
import { UsageError } from "../errors.ts";

/** Something that definitions have by name, and where. */
export interface Named {
  readonly location: string;
  readonly name: string;
}

/**
 * The one definition of that name, among all code locations or in the one that was named.
 *
 * @param what - `job`, `schedule` or `sensor`
 * @throws UsageError when there is none, or one in several locations
 */
export function findDefinition<Definition extends Named>(
  what: "job" | "schedule" | "sensor",
  name: string,
  all: readonly Definition[],
  location: string | undefined,
): Definition {
  const there = location === undefined ? all : all.filter((each) => each.location === location);
  const found = there.filter((each) => each.name === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    const names = found.map((each) => each.location);
    throw new UsageError(
      `Several code locations have a ${what} "${name}": ${names.join(", ")}. Say which one with --location ${names[0]}.`,
    );
  }
  const where = location === undefined ? "" : ` in code location "${location}"`;
  const nearest = nearestWord(
    name,
    there.map((each) => each.name),
  );
  const hint = nearest === null ? `See what there is with: dagwright ${what} list` : `Did you mean "${nearest}"?`;
  throw new UsageError(`There is no ${what} "${name}"${where}. ${hint}`);
}
