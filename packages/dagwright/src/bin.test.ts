import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const bin = join(import.meta.dirname, "bin.ts");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (project: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    // pnpm's starters put every package of the workspace on NODE_PATH.
    const { NODE_PATH: _, ...env } = process.env;
    const child = execFile(process.execPath, [bin, ...args], { cwd: project, env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

/** A project folder of its own, with a stand-in for `@dagwright/cli` when one is given. */
async function project(cli?: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "dagwright-bin-")));
  if (cli !== undefined) {
    const folder = join(path, "node_modules/@dagwright/cli");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{"name": "@dagwright/cli", "type": "module", "exports": {".": "./index.js"}}');
    await writeFile(join(folder, "index.js"), cli);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test("without @dagwright/cli the command says how to install it", async () => {
  await using empty = await project();
  expect(await run(empty.path, "dev")).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /needs the package @dagwright\/cli, which is not installed here[^]*\n {2}npm install --save-dev @dagwright\/cli\n/,
    ) as string,
  });
});

test("the commands are those of the project in which it runs", async () => {
  await using shop = await project(`
    export const createProgram = ({ directory }) => ({ parseAsync: async () => console.log(directory, process.argv.slice(2).join(" ")) });
    export const reportFailure = () => 1;
  `);
  await mkdir(join(shop.path, "src/deep"), { recursive: true });
  const deep = join(shop.path, "src/deep");
  expect(await run(deep, "job", "list")).toEqual({ code: 0, stdout: `${deep} job list\n`, stderr: "" });
});

test("a failing command reports itself and its exit code", async () => {
  await using shop = await project(`
    export const createProgram = () => ({ parseAsync: async () => { throw new Error("no such job"); } });
    export const reportFailure = (error) => { console.error("failed: " + error.message); return 3; };
  `);
  expect(await run(shop.path)).toEqual({ code: 3, stdout: "", stderr: "failed: no such job\n" });
});

test("an installed but broken @dagwright/cli is told as broken, not as missing", async () => {
  await using shop = await project('import "not-there-at-all";');
  const { code, stderr } = await run(shop.path);
  expect(code).not.toBe(0);
  expect(stderr).toContain("not-there-at-all");
});
