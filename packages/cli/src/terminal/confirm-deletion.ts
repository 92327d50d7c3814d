import { createInterface } from "node:readline/promises";
import { UsageError } from "../errors.ts";

const answer = "DELETE";

/**
 * Asks before something is deleted for good. Where nobody can answer, `--force` has to say it.
 *
 * @param what - `run 0199a1b2 with its log`
 * @returns whether to go on
 * @throws UsageError without a terminal
 */
export async function confirmDeletion(what: string, { force = false }: { readonly force?: boolean }): Promise<boolean> {
  if (force) return true;
  if (!process.stdin.isTTY)
    throw new UsageError(`This deletes ${what}, which cannot be undone. Say --force to do it without being asked.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`This deletes ${what}, which cannot be undone. Type ${answer} to go on: `)).trim() === answer;
  } finally {
    lines.close();
  }
}
