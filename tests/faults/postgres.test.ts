import { readFileSync, realpathSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@dagwright/storage/testing";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../graphql.ts";
import { freePort } from "../stack/free-port.ts";
import { Program } from "../stack/program.ts";
import { startStack } from "../stack/stack.ts";

/** The pid of the embedded server of a home, wherever its data lies. */
function postmasterPid(home: string): number {
  const record = JSON.parse(readFileSync(join(home, "postgres", "server.json"), "utf8")) as { dataDir: string };
  return Number(readFileSync(join(realpathSync(record.dataDir), "postmaster.pid"), "utf8").split("\n")[0]);
}

test("kill -9 of Postgres in the middle of a run: it comes back, the run goes on to its end, and its log has no gap", async () => {
  await using stack = await startStack({ postgres: "own" });
  const file = join(stack.home, "go");
  const id = await stack.launch("waiting", { runConfig: { ops: { wait_for_file: { config: { file } } } } });
  await stack.untilEntry(id, "a line of the op", ({ type }) => type === "LOG_LINE");
  const before = postmasterPid(stack.home);
  process.kill(before, "SIGKILL");
  await until("another server runs", async () => (postmasterPid(stack.home) !== before ? true : undefined));
  await writeFile(file, "");

  const run = await until("the run ends", async () => {
    const now = await stack.storage.runs.get(id);
    return now.endedAtMs === null ? undefined : now;
  });
  expect(run.status).toBe("SUCCESS");
  const log = await stack.log(id);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const lines = log.filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);
  expect(lines).toEqual(lines.map((_, index) => `waiting ${index}`));

  const next = await until("the webserver takes launches again", () => stack.launch("chain"));
  expect((await stack.untilEnd(next)).status).toBe("SUCCESS");
});

test("a database that is away at start is awaited with a message that names it, and used when it is there", async () => {
  const home = await mkdtemp(join(tmpdir(), "dagwright-away-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await using database = await createTestDatabase();
  const real = new URL(database.connectionString);
  const url = new URL(database.connectionString);
  url.port = String(await freePort());
  await writeFile(join(home, "dagster.yaml"), `storage:\n  postgres:\n    postgres_url: "${url.href}"\n`);
  await writeFile(join(home, "workspace.yaml"), "load_from: []\n");
  await using webserver = new Program({
    name: "webserver",
    args: ["webserver", "-w", join(home, "workspace.yaml"), "-p", "0", "--log-format", "plain"],
    cwd: home,
    env: { ...process.env, DAGWRIGHT_HOME: home, DAGSTER_HOME: undefined },
  });
  const started = webserver.start();
  const line = await webserver.untilLine(new RegExp(`127\\.0\\.0\\.1:${url.port}|localhost:${url.port}`));
  expect(line).toMatch(/again|retry|trying/i);
  const said = webserver.lines.join("\n");
  expect(said).not.toMatch(/^\s+at /m);
  if (real.password !== "") expect(said).not.toContain(real.password);

  // The database appears where it was looked for.
  const proxy = createServer((socket) => {
    const behind = connect(Number(real.port), real.hostname);
    socket.pipe(behind).pipe(socket);
    socket.on("error", () => behind.destroy());
    behind.on("error", () => socket.destroy());
  }).listen(Number(url.port), "127.0.0.1");
  onTestFinished(() => void proxy.close());
  expect((await fetch(`${await started}/healthz`)).status).toBe(200);
});
