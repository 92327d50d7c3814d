import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../engines.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { makeProject, readPage, run, typescript } from "./page-project.ts";

const execute = promisify(execFile);

/** The commands of the page, in its order, by a part of each, and what they print. */
const printed: readonly (readonly [command: string, ...outputs: readonly (string | RegExp)[]])[] = [
  ["repositoriesOrError", '"name":"ingest_job"', '"name":"__repository__"'],
  ["node launch.ts orders", /Run \S+: SUCCESS/],
  ["node launch.ts missing", /Run \S+: FAILURE/],
  ["node follow.ts", "Ingesting orders", /Finished execution|Execution of run/],
  ["node failures.ts", /ingest_job \S+: ingest: .*There is no such table/],
  ["startSchedule", '"__typename":"ScheduleStateResult"', '"status":"RUNNING"'],
  ["reloadRepositoryLocation", '"loadStatus":"LOADED"', '{"__typename":"RepositoryLocation"}'],
  ["__ASSET_JOB", '"__typename":"LaunchRunSuccess"', '{"path":["revenue"]}'],
  ["node backfill.ts", /COMPLETED_SUCCESS with \d+ runs/],
  ["report_asset_materialization", "{}"],
];

let folder: string;
let commands: readonly string[];
let stack: Stack;
const discarded = new AsyncDisposableStack();

beforeAll(async () => {
  const page = await readPage("graphql.md");
  commands = page.commands;
  folder = await makeProject(page.files, (remove) => discarded.defer(remove));
  stack = discarded.use(await startStack({ definitions: join(folder, "definitions.ts") }));
});
afterAll(() => discarded.disposeAsync());

/** As the page says it, at the address of this server. */
async function output(command: string): Promise<string> {
  const env = { ...process.env, DAGWRIGHT_WEBSERVER_URL: stack.url(), NODE_OPTIONS: undefined, NO_COLOR: "1" };
  const text = command.replaceAll("http://localhost:3000", stack.url()).replace(/^node /, `${process.execPath} `);
  const { stdout, stderr } = await execute("sh", ["-c", text], { cwd: folder, env });
  return stdout + stderr;
}

test("the page's scripts compile", async () => {
  await run(folder, [typescript, "--project", folder, "--pretty", "false"]);
});

test("each command of the page prints what it is there for", async () => {
  expect(commands).toHaveLength(printed.length);
  for (const [index, [part, ...outputs]] of printed.entries()) {
    const command = commands[index] ?? "";
    expect(command).toContain(part);
    const told = await output(command);
    for (const expected of outputs) {
      if (typeof expected === "string") expect(told, command).toContain(expected);
      else expect(told, command).toMatch(expected);
    }
  }
});

describeWithEngine("python", "the page's Python", ({ DAGSTER_PYTHON }) => {
  test("launches a run by Dagster's client", async () => {
    const env = { ...process.env, DAGWRIGHT_WEBSERVER_URL: stack.url() };
    const { stdout } = await execute(DAGSTER_PYTHON, ["client.py"], { cwd: folder, env });
    expect(stdout).toMatch(/^[0-9a-f-]{36} [A-Z_]+$/m);
  });
});
