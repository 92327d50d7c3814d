import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { expect, test } from "vitest";
import { createProject, type Project } from "../testing/project.ts";
import { buildWithSdk } from "./build-with-sdk.ts";
import { CodeLoadError } from "../errors.ts";

const log = pino({ level: "silent" });
const build = (project: Project) =>
  buildWithSdk(
    { sourceFile: project.path("main.ts"), attribute: "default", workingDirectory: project.directory },
    project.path("code"),
    log,
  );
/** The installed SDK as far as a front looks at it; `step` is what its step worker says. */
const sdkOf = (step: string) => ({
  "node_modules/dagwright/package.json":
    '{ "name": "dagwright", "version": "0.1.0", "type": "module", "exports": { ".": "./index.js" } }',
  "node_modules/dagwright/index.js": 'import { shared } from "@dagwright/execution"; export const sdk = shared;',
  "node_modules/@dagwright/execution/package.json":
    '{ "name": "@dagwright/execution", "version": "0.1.0", "type": "module", "exports": { ".": "./index.js", "./step-worker": "./step.js" } }',
  "node_modules/@dagwright/execution/index.js": `export const shared = {}; export const step = import.meta.resolve("@dagwright/execution/step-worker"), place = import.meta.url;`,
  "node_modules/@dagwright/execution/step.js": `export const said = ${JSON.stringify(step)};`,
  "node_modules/@dagwright/worker/package.json":
    '{ "name": "@dagwright/worker", "version": "0.1.0", "type": "module", "exports": { "./evaluator": "./e.js", "./run-worker": "./r.js", "./engine": "./n.js" } }',
  "node_modules/@dagwright/worker/e.js":
    'import { step, place } from "@dagwright/execution"; import { sdk } from "dagwright"; const { default: user } = await import(process.argv[2]); const { said } = await import(step); console.log(JSON.stringify({ isOne: user === sdk, said, place }));',
  "node_modules/@dagwright/worker/r.js": "",
  "node_modules/@dagwright/worker/n.js": "",
});
const project = (more: Readonly<Record<string, string>> = {}): Project =>
  createProject(
    {
      ...sdkOf("first"),
      "package.json": '{ "type": "module" }',
      "main.ts": 'import { sdk } from "dagwright"; export default sdk;',
      ...more,
    },
    // Written here; the workspace's is only linked.
    { hasSdk: false },
  );

/** What the evaluator of a built project says of the code that it loads. */
async function evaluate(made: Project): Promise<{ readonly evaluator: string; readonly said: unknown }> {
  const { built, programs } = await build(made);
  if (built instanceof CodeLoadError) throw built;
  if (programs instanceof CodeLoadError) throw programs;
  const copy = made.path("code", "copy");
  mkdirSync(copy, { recursive: true });
  for (const [name, contents] of built.files) writeFileSync(join(copy, name), contents);
  const output = execFileSync(process.execPath, [programs.evaluator, join(copy, built.entryName)], {
    cwd: "/",
    encoding: "utf8",
  });
  return { evaluator: programs.evaluator, said: JSON.parse(output) };
}

test("programs and code share one copy of the SDK, in which programs are found by their names and everything else where it is installed", async () => {
  const made = project();
  const { evaluator, said } = await evaluate(made);
  expect(evaluator.startsWith(made.path("code", ".sdk"))).toBe(true);
  expect(said).toEqual({
    isOne: true,
    said: "first",
    place: expect.stringMatching(/node_modules\/@dagwright\/execution\/index\.js$/) as unknown,
  });
});

test("a bundle is used again until a file of the SDK changes", async () => {
  const made = project();
  const first = await evaluate(made);
  expect((await evaluate(made)).evaluator).toBe(first.evaluator);
  made.save("node_modules/@dagwright/execution/step.js", 'export const said = "second edition";');
  const second = await evaluate(made);
  expect(second.evaluator).not.toBe(first.evaluator);
  expect(second.said).toMatchObject({ said: "second edition" });
  // Workers of the code before may still need theirs.
  expect(existsSync(first.evaluator)).toBe(true);
});

test("code that imports more of the SDK than is bundled gets all of it from where it is installed", async () => {
  const made = project({
    "main.ts": 'import { shared } from "@dagwright/execution"; export default shared;',
  });
  const { evaluator, said } = await evaluate(made);
  expect(evaluator).toBe(made.path("node_modules/@dagwright/worker/e.js"));
  expect(said).toMatchObject({ isOne: true });
});

test("an SDK that does not name its programs is left where it is, and a broken one too", async () => {
  const unnamed = project({
    "node_modules/@dagwright/execution/package.json":
      '{ "name": "@dagwright/execution", "type": "module", "exports": { ".": "./index.js" } }',
  });
  expect((await build(unnamed)).programs).toMatchObject({ evaluator: unnamed.path("node_modules/@dagwright/worker/e.js") });
  const broken = project({ "node_modules/@dagwright/worker/n.js": "import './missing.js';" });
  expect((await build(broken)).programs).toMatchObject({ evaluator: broken.path("node_modules/@dagwright/worker/e.js") });
  expect(existsSync(broken.path("code", ".sdk")) ? readdirSync(broken.path("code", ".sdk")) : []).toEqual([]);
});

test("zod comes in the same bundle, so that every process reads it from one file", async () => {
  const made = project({ "main.ts": 'import { z } from "zod"; export default z.string().parse("text");' });
  const { built } = await build(made);
  if (built instanceof CodeLoadError) throw built;
  const text = Buffer.from(built.files.get(built.entryName) ?? []).toString();
  expect(text).toMatch(/from "file:.*\/\.sdk\/[0-9a-f]+\/zod\.mjs"/);
});
