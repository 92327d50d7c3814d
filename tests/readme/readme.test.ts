import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const execute = promisify(execFile);

/** The fenced blocks of the README, in order. */
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].map(([, language = "", text = ""]) => ({ language, text }));
const commands = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);
const command = (part: string): string => {
  const found = commands.filter((text) => text.includes(part));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
};

/** A newcomer's environment: an empty home, and none of the variables that tests use. */
async function newcomer(): Promise<NodeJS.ProcessEnv> {
  const folder = await mkdtemp(join(tmpdir(), "dagwright-readme-"));
  // Postgres, which does not run as root, can then keep its data in the home itself, and it goes with it.
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { ...process.env, DAGWRIGHT_HOME: join(folder, "home"), DAGSTER_HOME: "", NODE_OPTIONS: "", NO_COLOR: "1" };
}

/** Runs a command of the README until it prints such a line; the caller gets the line, and must stop it. */
async function startAndWait(text: string, env: NodeJS.ProcessEnv, pattern: RegExp) {
  const child = spawn("sh", ["-c", `exec ${text}`], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
  let output = "";
  const line = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = pattern.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`it ended with ${code} before it printed ${pattern}:\n${output}`)));
  });
  return {
    line,
    output: () => output,
    /** Ctrl-C, as a terminal sends it: to the whole group. */
    async interrupt(): Promise<number | null> {
      const ended = once(child, "exit");
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      return ((await ended) as [number | null])[0];
    },
  };
}

test("there is no command in the README that this file does not run", () => {
  const known = ["quickstart", "curl -s", "pnpm@12 test", "job execute greet", "dagwright dev"];
  expect(commands).toHaveLength(known.length);
  for (const part of known) command(part);
});

test("quickstart runs the example and stays up; the query by curl answers; Ctrl-C stops everything", async () => {
  const env = await newcomer();
  const up = await startAndWait(command("quickstart"), env, /Dagwright is at (\S+)/);
  expect(up.output()).toMatch(/process_numbers: SUCCESS/);
  const url = /http\S+/.exec(up.line)?.[0] ?? "";
  const { stdout } = await execute("sh", ["-c", command("curl -s").replace("http://localhost:3000", url)], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    data: { runsOrError: { results: [{ jobName: "process_numbers", status: "SUCCESS" }] } },
  });
  await up.interrupt();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("the test command is what CI calls", () => {
  const ci = readFileSync(join(root, ".ci/run"), "utf8").trimEnd().split("\n").at(-1);
  expect(ci).toBe(`exec ${command("pnpm@12 test")}`);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  expect(scripts["test"]).toBeDefined();
});

test("the smallest program is the file that the README names, and its job can be executed without a server", async () => {
  const [program] = blocks.filter(({ language }) => language === "ts");
  expect(readFileSync(join(root, "examples/hello/src/definitions.ts"), "utf8").trim()).toBe(program?.text);
  const { stdout, stderr } = await execute("sh", ["-c", command("job execute greet")], { cwd: root, env: await newcomer() });
  expect(stdout + stderr).toContain("Hello!");
});

test("dev serves the smallest program", async () => {
  const up = await startAndWait(command("dagwright dev"), await newcomer(), /Dagwright is at (\S+)/);
  const url = /http\S+/.exec(up.line)?.[0] ?? "";
  const answer = await fetch(
    `${url}/graphql?query=${encodeURIComponent("{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }")}`,
  );
  expect(await answer.json()).toMatchObject({ data: { repositoriesOrError: { nodes: [{ jobs: [{ name: "greet" }] }] } } });
  await up.interrupt();
});

test("what the README links to is there", () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((path) => !existsSync(join(dirname(join(root, "README.md")), path)))).toEqual([]);
});
