/**
 * `pnpm test` and `pnpm check`: everything CI runs, or its quick part. One line per stage, the whole output of what failed,
 * and as the last line the count that vitest's own JSON results add up to. A failed stage that is no test counts as one failure.
 *
 *     node tests/run.ts [check] [stage...]      all stages, or those named
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { countLine, countTests, type TestCount, type VitestReport } from "./count-tests.ts";
import { suiteNames } from "./suite-names.ts";

const root = join(import.meta.dirname, "..");
const results = join(root, "tests/.results");

interface Stage {
  readonly name: string;
  /** The turbo task, or null for what is never cached because it meets engines and processes outside the tree. */
  readonly task: string | null;
  /** The vitest project whose tests are counted. */
  readonly project?: string;
}

const quick: readonly Stage[] = [
  { name: "types", task: "//#types" },
  { name: "lint", task: "//#lint" },
  { name: "format", task: "//#format" },
  { name: "dead code", task: "//#unused" },
  { name: "layout", task: "//#test:layout", project: "layout" },
];

const [mode, only] = process.argv[2] === "check" ? ["check", process.argv.slice(3)] : ["test", process.argv.slice(2)];
await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });

const outcomes: TestCount[] = [];
for (const wave of mode === "check" ? [quick] : allWaves()) {
  const queue = wave.filter(({ name }) => only.length === 0 || only.includes(name));
  // Two at once: the smallest machine that this must be quick on has two cores.
  const lane = async (): Promise<void> => {
    for (let stage = queue.shift(); stage; stage = queue.shift()) outcomes.push(await runStage(stage));
  };
  await Promise.all([lane(), lane()]);
}

const total: TestCount = {
  passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
  failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  skipped: outcomes.flatMap(({ skipped }) => skipped),
  retried: outcomes.flatMap(({ retried }) => retried),
};
for (const { title, reason } of total.retried) console.log(`needed a second try: ${title}: ${reason}`);
for (const { title, reason } of total.skipped) console.log(`skipped: ${title}: ${reason}`);
console.log(countLine(total));
// CI skips nothing: a skipped test there is an engine that was not brought up.
process.exitCode = total.failed > 0 || outcomes.length === 0 || (process.env["CI"] && total.skipped.length > 0) ? 1 : 0;

/**
 * `src/gen` is written anew first, on its own. Suites of several processes come last: they wait more than they compute, the longest of them most, which
 * has the others beside it. The README's own commands install what is installed, with nobody beside them.
 */
function allWaves(): readonly (readonly Stage[])[] {
  const [longest, alone] = ["chaos", "readme"];
  const suites = suiteNames.map((name) => ({ name, task: null, project: name }));
  return [
    [{ name: "generated code", task: null }],
    [{ name: "build", task: "build" }, ...quick],
    [{ name: "unit", task: "//#test:unit", project: "unit" }],
    [...suites.filter(({ name }) => name === longest), ...suites.filter(({ name }) => name !== longest && name !== alone)],
    suites.filter(({ name }) => name === alone),
  ];
}

async function runStage(stage: Stage): Promise<TestCount> {
  const startedAt = performance.now();
  const { ok, output } = await run(commandOf(stage));
  const outcome = await outcomeOf(stage, ok, output);
  const counted = stage.project ? ` ${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} failed` : ""}` : "";
  const cached = stage.task && /Cached:\s+(\d+) cached, \1 total/.test(output) ? " (cached)" : "";
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  console.log(`${outcome.failed === 0 ? "ok  " : "FAIL"} ${stage.name.padEnd(16)}${seconds.padStart(8)}${counted}${cached}`);
  if (outcome.failed > 0) console.log(`${output.trimEnd()}\n`);
  return outcome;
}

function commandOf({ name, task, project }: Stage): readonly string[] {
  if (name === "generated code") return ["node", "tests/generated.ts"];
  if (task)
    return ["turbo", "run", task, "--output-logs=errors-only", "--env-mode=loose", "--log-prefix=none", "--concurrency=2"];
  const report = `--outputFile.json=tests/.results/${project}.json`;
  return ["vitest", "run", `--project=${project}`, "--passWithNoTests", "--reporter=minimal", "--reporter=json", report];
}

async function outcomeOf({ project }: Stage, ok: boolean, output: string): Promise<TestCount> {
  if (!project) return { passed: 0, failed: ok ? 0 : 1, skipped: [], retried: [] };
  const report = await readFile(join(results, `${project}.json`), "utf8").catch(() => null);
  if (report === null)
    return { passed: 0, failed: ok && output.includes("No test files found") ? 0 : 1, skipped: [], retried: [] };
  return countTests(JSON.parse(report) as VitestReport, ok);
}

function run([command, ...args]: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const env = {
    ...process.env,
    PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
    NO_COLOR: "1",
    FORCE_COLOR: undefined,
    TURBO_TELEMETRY_DISABLED: "1",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command ?? "", args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}
