import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A project of one file with this text, gone after the test; answers the file's path, for `startStack({ definitions })`. */
export async function writeProject(source: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dagwright-written-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "node_modules"));
  for (const name of ["dagwright", "zod"])
    await symlink(join(import.meta.dirname, "../node_modules", name), join(folder, "node_modules", name));
  const file = join(folder, "definitions.ts");
  await writeFile(file, source);
  return file;
}
