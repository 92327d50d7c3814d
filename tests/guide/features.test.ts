import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as dagwright from "dagwright";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const features = readFileSync(join(root, "docs/features.md"), "utf8");
const named = [...features.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = ""]) => path);

/** Functions of the selection language, which are no exports. */
const ofSelections = new Set(["checks", "without", "roots", "sinks"]);

test("each row of the features names a test that is there", () => {
  const rows = features.split("\n").filter((line) => line.startsWith("| ") && !/^\| (feature|---)/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/\]\(\.\.\/[^)]+\.test\.ts\)/.test(row))).toEqual([]);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("what the features name with a bracket is exported, and what is exported is a feature", () => {
  const exported = new Set(Object.keys(dagwright));
  const called = new Set([...features.matchAll(/`([A-Za-z]+)(?:\.[A-Za-z]+)*\(/g)].map(([, name = ""]) => name));
  expect([...called].filter((name) => !exported.has(name) && !ofSelections.has(name))).toEqual([]);
  const words = new Set([...features.matchAll(/[A-Za-z]+/g)].map(([word]) => word));
  expect([...exported].filter((name) => !words.has(name))).toEqual([]);
});

test("each suite of several processes shows a feature", () => {
  const suites = globSync("tests/*/*.test.ts", { cwd: root }).filter((path) => !/^tests\/(layout|guide)\//.test(path));
  const folders = new Set(suites.map((path) => path.split("/")[1]));
  expect([...folders].filter((folder) => !named.some((path) => path.startsWith(`tests/${folder}/`)))).toEqual([]);
});

test("links between pages lead somewhere", () => {
  const broken = globSync("docs/**/*.md", { cwd: root }).flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(root, page, "..", path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(broken).toEqual([]);
});
