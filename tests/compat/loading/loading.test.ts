import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildRepository } from "@dagwright/definitions";
import { definitions } from "dagwright";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { cases, differences } from "./cases.ts";

describeWithEngine("python", "definitions that are refused when they are loaded, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const asked = spawnSync(DAGSTER_PYTHON, [join(import.meta.dirname, "dagster_loading.py")], {
    encoding: "utf8",
    env: { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (asked.status !== 0) throw new Error(`${DAGSTER_PYTHON} could not load the definitions: ${asked.stderr}`);
  const answers = JSON.parse(asked.stdout) as Readonly<Record<string, string | null>>;

  test("both have the same cases", () => expect(Object.keys(cases)).toEqual(Object.keys(answers)));

  test.each(Object.keys(cases))("%s", (title) => {
    const ours = refusalOf(title);
    const theirs = answers[title] ?? null;
    const reason = differences[title];
    expect(ours === null, reason ?? `ours: ${ours}\nDagster's: ${theirs}`).toBe((theirs === null) !== (reason !== undefined));
  });
});

/** What the definitions are refused with, by name of the error; null when they load. Whatever else is thrown is a bug. */
function refusalOf(title: string): string | null {
  try {
    buildRepository(definitions(cases[title]!()));
    return null;
  } catch (error) {
    if (error instanceof Error && "kind" in error) return `${error.name}: ${error.message}`;
    throw error;
  }
}
