import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What Dagster said to a case, or why it refused. */
export type DagsterAnswer = { readonly answer: unknown } | { readonly error: string };

/** Asks real Dagster all cases at once, since starting Python takes seconds. */
export function askDagster(python: string, cases: readonly object[]): readonly DagsterAnswer[] {
  const asked = spawnSync(python, [join(import.meta.dirname, "dagster_partitions.py")], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 256 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  const answers = JSON.parse(asked.stdout) as readonly DagsterAnswer[];
  if (answers.length !== cases.length) throw new Error(`Dagster answered ${answers.length} of ${cases.length} cases`);
  return answers;
}
