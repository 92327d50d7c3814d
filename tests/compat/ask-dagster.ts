import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What Dagster said to a case, or why it refused. */
export type DagsterAnswer = { readonly answer: unknown } | { readonly error: string };

/**
 * Asks real Dagster all cases at once, since starting Python takes seconds.
 *
 * @param program - reads the cases from stdin and writes a list of answers, in JSON
 */
export function askDagster(python: string, program: URL, cases: readonly object[]): readonly DagsterAnswer[] {
  const asked = spawnSync(python, [fileURLToPath(program)], {
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
