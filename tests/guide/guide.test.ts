import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "packages/cli/src/main.ts");
const typescript = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const execute = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}

/**
 * A page's blocks as the project that they are: blocks with a file's name in their first line are that file, all other TypeScript of
 * the page is, in its order, `definitions.ts`.
 */
async function readPage(
  page: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly commands: readonly string[] }> {
  const text = await readFile(join(root, "docs/guide", page), "utf8");
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

/** A project with nothing in it but what the page shows. */
async function makeProject(files: ReadonlyMap<string, string>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dagwright-guide-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
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
async function run(folder: string, args: readonly string[]): Promise<string> {
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

test.each([
  ["ops-and-jobs.md", "5 jobs, 0 assets, 0 schedules, 0 sensors", ["archive_orders", "daily/2026-11-21", '"42.00"']],
  [
    "config-and-resources.md",
    "2 jobs, 0 assets, 0 schedules, 0 sensors",
    ["regions:", "100 orders of 2026-11-21 from orders.example:443"],
  ],
  ["branches-and-fan-out.md", "8 jobs, 0 assets, 0 schedules, 0 sensors", ['step "count_words[intro]"', 'step "routed.accept"']],
  ["executors.md", "3 jobs, 0 assets, 0 schedules, 0 sensors", ["SUCCESS", '"gpu": 0 / 2 slots occupied']],
  ["run-queue.md", "3 jobs, 1 asset, 0 schedules, 0 sensors", []],
  ["testing.md", "1 job, 2 assets, 1 schedule, 0 sensors", []],
  ["assets.md", "3 jobs, 6 assets, 0 schedules, 0 sensors", ["strongest"]],
  ["kinds-of-assets.md", "0 jobs, 20 assets, 0 schedules, 1 sensor", ["Materialized value published"]],
  ["io-managers.md", "0 jobs, 5 assets, 0 schedules, 0 sensors", ["Materialized value shop/revenue"]],
  ["asset-checks.md", "3 jobs, 3 assets, 0 schedules, 0 sensors", []],
  ["metadata.md", "0 jobs, 2 assets, 0 schedules, 0 sensors", []],
  ["partitions.md", "0 jobs, 9 assets, 0 schedules, 0 sensors", []],
  [
    "partitioned-runs.md",
    "3 jobs, 6 assets, 0 schedules, 0 sensors",
    ["Materialized value orders", "Materialized value revenue"],
  ],
  ["backfills.md", "1 job, 4 assets, 0 schedules, 0 sensors", []],
  ["sensors.md", "1 job, 1 asset, 0 schedules, 6 sensors", []],
  ["schedules-and-sensors.md", "2 jobs, 1 asset, 4 schedules, 1 sensor", []],
])("%s is a project that compiles, loads, runs and passes its tests", async (page, defined, printed) => {
  const { files, commands } = await readPage(page);
  const folder = await makeProject(files);
  await run(folder, [typescript, "--project", folder, "--pretty", "false"]);
  expect(await run(folder, [cli, "definitions", "validate", "-f", "definitions.ts"])).toContain(defined);
  expect(await run(folder, ["--test", "definitions.test.ts"])).toMatch(/fail 0\b/);
  let output = "";
  for (const command of commands) {
    expect(command).toMatch(/^npx dagwright /);
    output += await run(folder, [cli, ...command.split(" ").slice(2)]);
  }
  for (const part of printed) expect(output).toContain(part);
});
