import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createTestDatabase } from "@dagwright/storage/testing";
import { expect, onTestFinished, test } from "vitest";
import { missingLine } from "./compare-output.ts";
import { readSteps } from "./readme-steps.ts";
import { Terminal } from "./terminal.ts";

const root = join(import.meta.dirname, "../..");
const examples = readdirSync(join(root, "examples")).filter((name) => existsSync(join(root, "examples", name, "README.md")));

const runIds = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/g;

/** `npx -y pnpm@12 dagwright` without npx and pnpm, which tests/readme calls: they take longer than most of the commands. */
const program = `${process.execPath} ${join(root, "packages/cli/src/main.ts")}`;

/** An instance of its own, in a database of its own; and none of the variables that tests use. */
async function newcomer(folder: string): Promise<NodeJS.ProcessEnv> {
  const database = await createTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  const home = join(folder, "home");
  await mkdir(home);
  const storage = `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(database.connectionString)}\n`;
  await writeFile(join(home, "dagster.yaml"), storage);
  return { ...process.env, DAGWRIGHT_HOME: home, DAGSTER_HOME: "", NODE_OPTIONS: "", NO_COLOR: "1", CI: "", VITEST: "" };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

/** What `npm install` gives a copy of the example: the packages that the example has, from here. */
async function install(example: string, project: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(root, "examples", example, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = join(project, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "examples", example, "node_modules", name), link);
  }
}

test.each(examples)("%s runs from its README, as it says", { timeout: 240_000 }, async (example) => {
  const folder = await mkdtemp(join(tmpdir(), "dagwright-example-"));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await using up = new AsyncDisposableStack();
  const port = await freePort();
  /** Ids of the README's runs, and of those that stand for them here. */
  const ids = new Map<string, string>();
  const here = (text: string): string =>
    [...ids]
      .reduce((told, [written, real]) => told.replaceAll(written, real), text)
      .replaceAll("4010", port)
      .replaceAll(/(?:\.\.|\/tmp)\/(my-[\w-]+)/g, `${folder}/$1`);
  const terminal = new Terminal(root, { ...(await newcomer(folder)), SHOP_PORT: port });

  for (const { commands, staysUp, expected } of readSteps(readFileSync(join(root, "examples", example, "README.md"), "utf8"))) {
    let output = "";
    for (const [index, written] of commands.entries()) {
      const command = here(written).replace("npx -y pnpm@12 dagwright", program).replace("npx dagwright", program);
      if (staysUp && index === commands.length - 1) {
        up.use(await terminal.start(command, (printed) => missingLine(`…\n${here(expected ?? "")}\n…`, printed) === null));
        continue;
      }
      if (command.startsWith("npm install")) {
        await install(example, join(folder, project(commands)));
        continue;
      }
      const printed = await terminal.run(command);
      output += printed.output;
      const shouldFail = index === commands.length - 1 && /^(FAILURE|error:)/m.test(expected ?? "");
      expect(printed.exitCode === 0, `${command}\n${printed.output}`).toBe(!shouldFail);
    }
    if (expected === null || staysUp) continue;
    expect(missingLine(here(expected), output), output).toBeNull();
    const real = new Set(output.match(runIds)).difference(new Set(ids.values()));
    const written = new Set(expected.match(runIds)).difference(new Set(ids.keys()));
    for (const [index, id] of [...written].entries()) ids.set(id, [...real][index] ?? id);
  }
});

const project = (commands: readonly string[]): string => /init \S*\/(my-[\w-]+)/.exec(commands.join("\n"))?.[1] ?? "";

test("each example says in its README what it shows", () => {
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const readme = readFileSync(join(root, "examples", example, "README.md"), "utf8");
    const broken = [...readme.matchAll(/\]\(([^)#:]+)\)/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(root, "examples", example, path)));
    expect(broken, example).toEqual([]);
  }
});
