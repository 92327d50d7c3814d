import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

export const root = join(import.meta.dirname, "../..");
export const cli = join(root, "packages/cli/src/main.ts");
export const typescript = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const execute = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}

/**
 * A page's blocks as the project that they are: blocks with a file's name in their first line are that file, all other TypeScript of
 * the page is, in its order, `definitions.ts`.
 */
export async function readPage(
  page: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly commands: readonly string[] }> {
  const text = await readFile(join(root, "docs", page), "utf8");
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)\n```$/gms)].map(([, language = "", code = ""]): Block => ({
    language,
    text: code,
  }));
  const files = new Map<string, string>();
  const commands: string[] = [];
  for (const { language, text: code } of blocks) {
    if (language === "sh") {
      commands.push(...code.split("\n"));
      continue;
    }
    const named = /^(?:\/\/|#) (\S+\.\w+)$/m.exec(code.split("\n", 1)[0] ?? "")?.[1];
    const file = named ?? (language === "ts" ? "definitions.ts" : undefined);
    if (file === undefined) throw new Error(`${page} has a block in "${language}" that nobody could check:\n${code}`);
    files.set(file, `${files.get(file) ?? ""}${code}\n\n`);
  }
  return { files, commands };
}

/**
 * A project with nothing in it but what the page shows.
 *
 * @param whenDone - takes what removes it; default: after the test
 */
export async function makeProject(
  files: ReadonlyMap<string, string>,
  whenDone: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dagwright-guide-")));
  whenDone(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "node_modules/@types"), { recursive: true });
  await mkdir(join(folder, "node_modules/@dagwright"), { recursive: true });
  for (const name of ["dagwright", "zod", "@dagwright/duckdb", "@dagwright/parquet"])
    await symlink(join(root, "tests/node_modules", name), join(folder, "node_modules", name));
  await symlink(join(root, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "guide", private: true, type: "module" }));
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: { noEmit: true, types: ["node"], typeRoots: [join(folder, "node_modules/@types")] },
      include: ["*.ts"],
    }),
  );
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

/** Runs a program of Node's; what it printed when it failed is in the failure. */
export async function run(folder: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    DAGWRIGHT_HOME: join(folder, ".home"),
    DAGSTER_HOME: undefined,
    NODE_OPTIONS: undefined,
    NO_COLOR: "1",
  };
  try {
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: folder, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
