import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { CodeLoadError } from "../errors.ts";
import { createProject, install, type Project } from "../testing/project.ts";
import { buildCode } from "./build-code.ts";
import { execFileSync } from "node:child_process";

/** Builds a project's `main` and evaluates its default export in a process of its own, far from the project. */
async function buildAndRun(project: Project, main = "main.ts"): Promise<Record<string, unknown>> {
  const copy = project.path("copy", "there");
  const { built } = await buildCode(
    { sourceFile: project.path(main), attribute: "default", workingDirectory: project.directory },
    copy,
  );
  if (built instanceof Error) throw built;
  mkdirSync(copy, { recursive: true });
  for (const [name, contents] of built.files) writeFileSync(join(copy, name), contents);
  const entry = pathToFileURL(join(copy, built.entryName)).href;
  const code = `process.setSourceMapsEnabled(true); const m = await import(${JSON.stringify(entry)}); console.log(JSON.stringify(m.default.default ?? m.default));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: "/", encoding: "utf8" });
  return JSON.parse(output) as Record<string, unknown>;
}

async function buildFails(project: Project): Promise<CodeLoadError["loadError"]> {
  const { built } = await buildCode(
    { sourceFile: project.path("main.ts"), attribute: "default", workingDirectory: project.directory },
    project.path("copy"),
  );
  expect(built).toBeInstanceOf(CodeLoadError);
  return (built as CodeLoadError).loadError;
}

const dualPackage = {
  "node_modules/dual/package.json":
    '{ "name": "dual", "exports": { "import": "./i.mjs", "require": "./r.cjs" }, "sideEffects": false }',
  "node_modules/dual/i.mjs": 'export default "by import"; export const named = "named by import";',
  "node_modules/dual/r.cjs": 'exports.__esModule = true; exports.default = "by require"; exports.named = "named by require";',
};
const whereItThrows = `
  function thrower() { throw new Error("x"); }
  let thrownAt = "";
  try { thrower(); } catch (error) { thrownAt = String((error as Error).stack).split("\\n")[1]!.trim(); }`;

test("an ES module project: TypeScript, tsconfig paths, enums, JSON, dynamic imports, top-level await, packages from where the project has them", async () => {
  const project = createProject({
    ...dualPackage,
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] }, "experimentalDecorators": true } }',
    "lib/color.ts": 'export enum Color { Red = "red" } export namespace Space { export const depth: number = 3 }',
    "lib/data.json": '{ "answer": 42 }',
    "lib/lazy.ts": 'globalThis.loaded = true; export const lazy = "loaded late"; declare global { var loaded: boolean }',
    "lib/effect.ts": "(globalThis as any).effect = 1;",
    "main.ts": `
import { createRequire } from "node:module";
import { Color, Space } from "@lib/color.ts";
import data from "./lib/data.json" with { type: "json" };
import dual, { named } from "dual";
import "./lib/effect.ts";
const require = createRequire(import.meta.url);
const before = globalThis.loaded === true;
const { lazy } = await import("./lib/lazy.ts");${whereItThrows}
export default { color: Color.Red, depth: Space.depth, data, dual, named, required: require("dual").default, before, lazy, effect: (globalThis as any).effect, thrownAt };`,
  });
  expect(await buildAndRun(project)).toEqual({
    color: "red",
    depth: 3,
    data: { answer: 42 },
    dual: "by import",
    named: "named by import",
    required: "by require",
    before: false,
    lazy: "loaded late",
    effect: 1,
    thrownAt: `at thrower (${project.path("main.ts")}:10:30)`,
  });
});

test("a CommonJS project: require, module.exports, __dirname, what packages offer to require", async () => {
  const project = createProject({
    ...dualPackage,
    "package.json": '{ "name": "project" }',
    "lib/place.ts": "module.exports = { directory: __dirname, file: __filename };",
    "lib/old.js": '"use strict"; exports.strict = (function () { return this === undefined; })();',
    "main.ts": `
import dual, { named } from "dual";
import { strict } from "./lib/old";
const place = require("./lib/place");
const name = "dual";
let missing = "";
try { require("not-installed"); } catch (error) { missing = (error as any).code; }${whereItThrows}
export default { dual, named, strict, place, byVariable: require(name).named, resolved: require.resolve("dual"), missing, thrownAt };`,
  });
  expect(await buildAndRun(project)).toEqual({
    dual: "by require",
    named: "named by require",
    strict: true,
    place: { directory: project.path("lib"), file: project.path("lib/place.ts") },
    byVariable: "named by require",
    resolved: project.path("node_modules/dual/r.cjs"),
    missing: "MODULE_NOT_FOUND",
    thrownAt: `at thrower (${project.path("main.ts")}:8:30)`,
  });
});

test("import.meta means the user's file in each of them", async () => {
  const project = createProject({
    ...dualPackage,
    "lib/a b#.ts": `import { fileURLToPath } from "node:url";
const __filename = fileURLToPath(import.meta.url);
export const place = { __filename, url: import.meta.url, directory: import.meta.dirname, file: import.meta.filename, main: import.meta.main };`,
    "main.ts": `#!/usr/bin/env node
import { place } from "./lib/a b#.ts";
export default { place, own: import.meta.url, beside: import.meta.resolve("./x.json"), installed: import.meta.resolve("dual") };`,
  });
  const file = project.path("lib/a b#.ts");
  expect(await buildAndRun(project)).toEqual({
    place: { __filename: file, url: pathToFileURL(file).href, directory: project.path("lib"), file, main: false },
    own: pathToFileURL(project.path("main.ts")).href,
    beside: pathToFileURL(project.path("x.json")).href,
    installed: pathToFileURL(project.path("node_modules/dual/r.cjs")).href,
  });
});

test("a package without a type that has top-level await is an ES module project after all", async () => {
  const project = createProject({
    "package.json": "{}",
    "main.ts": "const answer = await Promise.resolve(42); export default { answer };",
  });
  expect(await buildAndRun(project)).toEqual({ answer: 42 });
});

test("a project that is built already is taken as it is", async () => {
  const project = createProject({
    "dist/main.js": 'import { part } from "./part.js"; export default { part, file: import.meta.filename };',
    "dist/part.js": 'export const part = "built";',
  });
  expect(await buildAndRun(project, "dist/main.js")).toEqual({ part: "built", file: project.path("dist/main.js") });
});

test("a linked package of the user's own is part of the graph, an installed one is not", async () => {
  const project = createProject({
    "packages/own/package.json": '{ "name": "own", "type": "module", "exports": "./src/index.ts" }',
    "packages/own/src/index.ts": 'export const own: string = "from source";',
    "main.ts": 'import { own } from "own"; import { z } from "zod"; export default { own, zod: z.string().parse("checked") };',
  });
  install(project.directory, "own", project.path("packages/own"));
  expect(await buildAndRun(project)).toEqual({ own: "from source", zod: "checked" });
  const { read } = await buildCode(
    { sourceFile: project.path("main.ts"), attribute: "default", workingDirectory: project.directory },
    project.path("copy"),
  );
  expect([...read.files.keys()].toSorted()).toEqual([
    project.path("main.ts"),
    project.path("package.json"),
    project.path("packages/own/src/index.ts"),
  ]);
});

test("each edit changes the hash, and nothing else does", async () => {
  const project = createProject({ "main.ts": 'import { a } from "./a.ts"; export default a;', "a.ts": "export const a = 1;" });
  const hash = async (attribute = "default"): Promise<string> => {
    const { built } = await buildCode(
      { sourceFile: project.path("main.ts"), attribute, workingDirectory: project.directory },
      project.path("copy"),
    );
    return (built as { codeHash: string }).codeHash;
  };
  const first = await hash();
  expect(await hash()).toBe(first);
  project.save("unrelated.ts", "export const unrelated = 1;");
  expect(await hash()).toBe(first);
  project.save("a.ts", "export const a = 1; // the same");
  const second = await hash();
  expect(second).not.toBe(first);
  expect(await hash("named")).not.toBe(second);
  // Which packages it gets is part of what the code does.
  project.save("package.json", '{ "name": "project", "type": "module", "dependencies": {} }');
  expect(await hash()).not.toBe(second);
});

test("a syntax error is told with file, line and column", async () => {
  const project = createProject({
    "main.ts": 'import { a } from "./a.ts"; export default a;',
    "a.ts": "export const a = 1;\nexport const = 2;\n",
  });
  expect(await buildFails(project)).toMatchObject({
    file: project.path("a.ts"),
    line: 2,
    column: 14,
    error: { message: expect.stringContaining("a.ts:2:14: Expected identifier") },
  });
});

test("columns are the user's, also where the file asks for its own place in its first line", async () => {
  const project = createProject({ "main.ts": "export default import.meta.url; const = 2;" });
  expect(await buildFails(project)).toMatchObject({ file: project.path("main.ts"), line: 1, column: 39 });
});

test("an import that leads nowhere is told where it stands, and a package with the folder to install it in", async () => {
  const project = createProject({
    "main.ts": 'import { a } from "./missing/a.ts";\nimport b from "not-installed";\nexport default [a, b];',
  });
  const error = await buildFails(project);
  expect(error).toMatchObject({ file: project.path("main.ts"), line: 1, column: 19 });
  expect(error.error.message).toContain("./missing/a.ts");
  expect(error.error.stack.join()).toContain("not-installed");
});

test("a package that is not there is told with what to look at; a file that is not there speaks for itself", async () => {
  const packages = await buildFails(
    createProject({ "main.ts": 'import "@scope/gone/part"; import "./here.ts";', "here.ts": "" }),
  );
  expect(packages.error.message).toMatch(
    /main\.ts:1:\d+: Could not resolve "@scope\/gone\/part"\. Is @scope\/gone among the dependencies of the project's package\.json, and installed\?$/,
  );
  const files = await buildFails(createProject({ "main.ts": 'import "./gone.ts";' }));
  expect(files.error.message).toMatch(/Could not resolve "\.\/gone\.ts"$/);
});
