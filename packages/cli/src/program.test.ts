import { readFileSync } from "node:fs";
import { type Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "./program.ts";
import { reportFailure } from "./report-failure.ts";

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The program with its output caught. */
function quietProgram() {
  const said: string[] = [];
  const program = createProgram({ env: {}, directory: "/" });
  for (const command of everyCommand(program)) {
    command.configureOutput({ writeOut: (text) => void said.push(text), writeErr: (text) => void said.push(text) });
  }
  return { program, said };
}

async function call(...args: readonly string[]) {
  const { program, said } = quietProgram();
  const error = await program.parseAsync(args, { from: "user" }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { text: said.join(""), exitCode: error === null ? 0 : reportFailure(error, false), error };
}

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}
const paths = everyCommand(createProgram({ env: {}, directory: "/" }))
  .slice(1)
  .map(pathOf);

test.each(paths)("dagwright %s --help says what it does and gives an example that begins so", async (path) => {
  const { text, exitCode } = await call(...path.split(" "), "--help");
  expect(exitCode).toBe(0);
  expect(text).toMatch(new RegExp(`Examples?:\\n  \\$ dagwright ${path}`));
});

test.each([
  [["jop"], "Did you mean job?"],
  [["run", "lost"], "Did you mean list?"],
  [["run", "list", "--stauts", "FAILURE"], "Did you mean --status?"],
  [["run", "list", "--limit", "many"], "It must be a number from 1 to 1000."],
  [["webserver", "--python-file", "a.py"], "name a TypeScript file by --file"],
  [["webserver", "--uvicorn-log-level", "info"], "--log-level"],
  [["job", "launch"], "missing required argument 'job'"],
  [["job", "execute", "j", "-c", "a.yaml", "--config-json", "{}"], "cannot be used with option"],
])("wrong usage %j is exit code 2 with a hint", async (args, hint) => {
  const { text, exitCode, error } = await call(...args);
  expect(error).toBeInstanceOf(CommanderError);
  expect(exitCode).toBe(2);
  expect(text).toContain(hint);
});

test("the reference names every command and every option", () => {
  const reference = readFileSync(new URL("../../../docs/reference/cli.md", import.meta.url), "utf8");
  const commands = everyCommand(createProgram({ env: {}, directory: "/" })).filter(({ commands }) => commands.length === 0);
  const headings = reference.match(/(?<=^### dagwright )[a-z-]+( [a-z][a-z-]*){0,2}/gm) ?? [];
  expect(headings.toSorted()).toEqual(paths.filter((path) => commands.some((command) => pathOf(command) === path)).toSorted());
  const options = new Set(commands.flatMap((command) => command.options.filter(({ hidden }) => !hidden).map(({ long }) => long)));
  expect([...options].filter((option) => !reference.includes(String(option)))).toEqual([]);
});
