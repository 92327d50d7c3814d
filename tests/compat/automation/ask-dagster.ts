import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Asks real Dagster all cases at once, since starting Python takes seconds. */
export function askDagster(python: string, cases: readonly object[]): readonly unknown[] {
  const asked = spawnSync(python, [join(import.meta.dirname, "dagster_automation.py")], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 256 << 20,
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${python} could not answer: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as readonly unknown[];
}
