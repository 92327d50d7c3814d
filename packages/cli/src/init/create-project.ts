import { existsSync, readdirSync } from "node:fs";
import { cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../errors.ts";

const template = new URL("../../templates/project/", import.meta.url);

/**
 * Makes a project from the template.
 *
 * @param directory - absolute; made when it is not there
 * @param dagwrightVersion - range that the project's package.json asks for
 * @returns the files that were written, relative to the directory
 * @throws UsageError when the directory has something in it, or its name is no package name
 */
export async function createProject(directory: string, dagwrightVersion: string): Promise<readonly string[]> {
  const name = basename(directory);
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new UsageError(
      `"${name}" is no name for a package: use small letters, digits, ".", "_" and "-", beginning with a letter or digit.`,
    );
  }
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new UsageError(`${directory} is not empty; nothing was written.`);

  await cp(template, directory, { recursive: true });
  // npm leaves a file of that name out of packages, so the template cannot have it.
  await rename(join(directory, "gitignore"), join(directory, ".gitignore"));
  for (const file of ["package.json", "README.md"]) {
    const path = join(directory, file);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replaceAll("PROJECT_NAME", name).replaceAll("DAGWRIGHT_VERSION", dagwrightVersion));
  }
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(directory.length + 1));
}
