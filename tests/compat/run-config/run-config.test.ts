import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { InvalidRunConfigError, validateRunConfig } from "dagwright";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { type Case, cases } from "./cases.ts";
import { given, jobs } from "./program.ts";

interface Answer {
  readonly ok: boolean;
  /** Where Dagster has something to say. */
  readonly paths: readonly string[];
}

describeWithEngine("python", "run config of parts of jobs, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const asked = spawnSync(DAGSTER_PYTHON, [join(import.meta.dirname, "dagster_run_config.py"), import.meta.dirname], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${DAGSTER_PYTHON} could not check the run configs: ${asked.stderr}`);
  const answers = JSON.parse(asked.stdout) as readonly Answer[];

  test.each(cases.map((one, index) => ({ ...one, title: titleOf(one), answer: answers[index]! })))("$title", (one) => {
    const problems = problemsOf(one);
    if (one.difference !== undefined) {
      expect(problems.length === 0, one.difference).toBe(!one.answer.ok);
      return;
    }
    expect(problems.length === 0, [...problems, ...one.answer.paths].join("\n")).toBe(one.answer.ok);
    // Dagster tells what is missing at the field around it, however deep it is; here it is told at its own.
    for (const path of one.answer.paths) expect(problems.join("\n")).toContain(path);
  });
});

const titleOf = ({ job, opSelection, assetSelection, runConfig }: Case): string =>
  `${job} ${(opSelection ?? assetSelection ?? ["whole"]).join(",")} ${JSON.stringify(runConfig)}`;

function problemsOf({ job, runConfig, opSelection, assetSelection }: Case): readonly string[] {
  const part = { ...(opSelection !== undefined && { opSelection }), ...(assetSelection !== undefined && { assetSelection }) };
  try {
    validateRunConfig(jobs[job]!, runConfig as never, { ...(job === "assets" && given), ...part });
    return [];
  } catch (error) {
    if (error instanceof InvalidRunConfigError) return error.problems;
    throw error;
  }
}
