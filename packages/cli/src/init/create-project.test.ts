import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createProject } from "./create-project.ts";

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "dagwright-init-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a new project has its name, its version of Dagwright and its definitions", async () => {
  const directory = join(folder(), "my-project");
  const files = await createProject(directory, "^1.2.3");
  expect([...files].sort()).toEqual([".gitignore", "README.md", "package.json", "src/definitions.ts", "tsconfig.json"]);
  const manifest: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  expect(manifest).toMatchObject({ name: "my-project", dependencies: { dagwright: "^1.2.3", "@dagwright/cli": "^1.2.3" } });
});

test("a folder that has something in it is left alone", async () => {
  const directory = join(folder(), "my-project");
  await createProject(directory, "*");
  writeFileSync(join(directory, "README.md"), "mine");
  await expect(createProject(directory, "*")).rejects.toThrow(/is not empty; nothing was written/);
  expect(readFileSync(join(directory, "README.md"), "utf8")).toBe("mine");
});

test("a name that npm would refuse is refused with what it may be", async () => {
  await expect(createProject(join(folder(), "My Project"), "*")).rejects.toThrow(
    /"My Project" is no name for a package: use small letters/,
  );
});
