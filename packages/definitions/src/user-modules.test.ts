import { execFile } from "node:child_process";
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { explainImportFailure } from "./index.ts";

const projects = join(import.meta.dirname, "fixtures/projects");

/** Loads a module in a Node process of its own, as a code location does. */
async function load(file: string, job = "sum", env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const args = [join(projects, "load.mjs"), file, job];
  execFile(process.execPath, args, { env: { ...process.env, ...env } }, (_error, stdout, stderr) => resolve(stdout || stderr));
  const text = await promise;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

test("a CommonJS project loads", async () => {
  expect(await load(join(projects, "commonjs/definitions.cjs"))).toMatchObject({
    jobs: ["sum"],
    nodes: [
      ["make", []],
      ["total", ["make"]],
    ],
    config: { ok: true, config: { ops: { make: { config: { size: 3 } } } } },
  });
});

test("CommonJS modules that import one another in a circle leave an input undefined: the error says so, and where", async () => {
  expect(await load(join(projects, "circular-cjs/a.cjs"))).toEqual({
    kind: "CircularImportError",
    message: matching(/^Input "a" of asset "b" is undefined\. Most likely two modules import one another.*b\.cjs:4\)$/),
  });
});

test("ES modules that import one another in a circle: the error says so, and where", async () => {
  expect(await load(join(projects, "circular-esm/a.mjs"))).toEqual({
    kind: "CircularImportError",
    message: matching(/^"a", used at .*b\.mjs:4:\d+, is undefined\. Most likely two modules import one another/),
  });
});

test("other failures of an import are left as they are", () => {
  for (const thrown of [new ReferenceError("x is not defined"), new TypeError("no"), "text", undefined]) {
    expect(explainImportFailure(thrown)).toBe(thrown);
  }
});

test("ops of one copy of the SDK are wired by jobs of another, and definitions of both are recognised", async () => {
  const copy = await realpath(await mkdtemp(join(tmpdir(), "dagwright-copy-")));
  try {
    await cp(join(import.meta.dirname, ".."), copy, {
      recursive: true,
      filter: (path) => !/node_modules|fixtures|\.test\.ts$/.test(path),
    });
    await symlink(join(import.meta.dirname, "../node_modules"), join(copy, "node_modules"));
    const file = join(projects, "two-copies/definitions.mjs");
    expect(await load(file, "sum", { SDK_COPY: pathToFileURL(join(copy, "src/index.ts")).href })).toMatchObject({
      jobs: ["__ASSET_JOB", "all", "sum"],
      nodes: [
        ["inner", []],
        ["total", ["inner"]],
      ],
    });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

test("an error names the user's file and line by its source map", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dagwright-mapped-")));
  try {
    // As a transpiler writes it: one line, whose map leads to line 7 of another file. "AAMA" is: column 0, file 0, line 6, column 0.
    const map = { version: 3, sources: ["/home/ada/shop/definitions.ts"], names: [], mappings: "AAMA" };
    const sdk = pathToFileURL(join(import.meta.dirname, "index.ts")).href;
    const code = `import { op } from ${JSON.stringify(sdk)}; op("not a name", () => 1);`;
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
    await writeFile(join(folder, "built.mjs"), `${code}\n${comment}\n`);
    expect(await load(join(folder, "built.mjs"))).toEqual({
      kind: "InvalidNameError",
      message: matching(/\(at \/home\/ada\/shop\/definitions\.ts:7\)$/),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
