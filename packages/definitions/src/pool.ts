import type { DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** The concurrency pool of an op: its name, when each step takes one of its slots, or its name and how many a step takes. */
export type PoolUse = string | { readonly name: string; readonly slots: number };

/** How an op's steps use a pool, as its definition has it. */
export interface ResolvedPool {
  readonly pool: string | null;
  /** Absent: one. */
  readonly poolSlots?: number;
}

const longestName = 200;
const poolNames: OptionNames<Exclude<PoolUse, string>> = { name: "text", slots: true };

/** @throws InvalidOptionError */
export function resolvePool(owner: string, use: PoolUse | undefined, site: DefinitionSite): ResolvedPool {
  if (use === undefined) return { pool: null };
  if (typeof use !== "string") checkOptions(`the pool of ${owner}`, use, poolNames, site);
  const { name, slots } = typeof use === "string" ? { name: use, slots: 1 } : use;
  if (typeof name !== "string" || name.trim() === "" || name.length > longestName) {
    const problem = `its pool is ${JSON.stringify(name)}; a pool's name is a text of at most ${longestName} characters`;
    throw new InvalidOptionError(owner, problem, site);
  }
  if (!Number.isSafeInteger(slots) || slots < 1 || slots > 2 ** 31 - 1) {
    const problem = `it takes ${slots} slots of pool "${name}"; it must be a whole number of at least 1`;
    throw new InvalidOptionError(owner, problem, site);
  }
  return { pool: name, ...(slots > 1 && { poolSlots: slots }) };
}
