import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resolveTargets } from "./project-target.ts";

function project(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "dagwright-target-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

test("a file that is named is served under its package's name", () => {
  const directory = project({ "package.json": `{"name": "@acme/nightly"}`, "code/main.ts": "" });
  expect(resolveTargets({ file: ["code/main.ts"] }, directory, {})).toEqual([
    { kind: "ts_file", name: "nightly", file: join(directory, "code/main.ts"), workingDirectory: directory },
  ]);
});

test("without options a workspace.yaml comes first, then package.json, then convention", () => {
  const files = {
    "package.json": `{"name": "p", "dagwright": {"definitions": "code/main.ts"}}`,
    "code/main.ts": "",
    "src/definitions.ts": "",
  };
  const withWorkspace = project({
    ...files,
    "workspace.yaml": "load_from:\n  - grpc_server: {port: 4000, location_name: there}\n",
  });
  expect(resolveTargets({}, withWorkspace, {})).toMatchObject([{ kind: "grpc_server", name: "there" }]);
  const named = project(files);
  expect(resolveTargets({}, named, {})).toMatchObject([{ file: join(named, "code/main.ts") }]);
  const conventional = project({ ...files, "package.json": `{"name": "p"}` });
  expect(resolveTargets({}, conventional, {})).toMatchObject([{ file: join(conventional, "src/definitions.ts") }]);
});

test("an empty folder is told what was looked for and what to do", () => {
  const directory = project({});
  expect(() => resolveTargets({}, directory, {})).toThrow(
    /No definitions in .*there is none of workspace\.yaml, src\/definitions\.ts/s,
  );
  expect(() => resolveTargets({}, directory, {})).toThrow(/dagwright init/);
});

test("a file that is not there is named", () => {
  const directory = project({});
  expect(() => resolveTargets({ file: ["nope.ts"] }, directory, {})).toThrow(`There is no file ${join(directory, "nope.ts")}`);
});

test("a broken package.json is named with its fault", () => {
  expect(() => resolveTargets({}, project({ "package.json": "{" }), {})).toThrow(/package\.json is not valid JSON/);
});
