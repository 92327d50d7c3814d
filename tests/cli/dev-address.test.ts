import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createTestDatabase } from "@dagwright/storage/testing";
import { expect, test } from "vitest";
import { fixtureProject } from "../stack/stack.ts";
import { runCommand, startCommand } from "./command.ts";

test("commands find the dev that runs for their home, wherever it serves, and no longer when it has stopped", async () => {
  const home = await mkdtemp(join(tmpdir(), "dagwright-cli-test-"));
  // Postgres, which does not run as root, can then keep its data in the home itself, and it goes with it.
  await chmod(home, 0o755);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const { connectionString } = cleanup.use(await createTestDatabase());
  await writeFile(join(home, "dagster.yaml"), `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(connectionString)}\n`);
  const options = { cwd: dirname(fixtureProject), env: { DAGWRIGHT_HOME: home, DAGWRIGHT_WEBSERVER_URL: undefined } };
  const dev = startCommand(["dev", "-f", fixtureProject, "-p", "0", "--log-level", "warn"], options);
  cleanup.defer(async () => {
    dev.child.kill("SIGTERM");
    await dev.result;
  });
  await dev.until(/Dagwright is at \S+/);
  const launched = await runCommand(["job", "launch", "chain", "--json"], options);
  expect(launched.exitCode, launched.stderr).toBe(0);
  expect(JSON.parse(launched.stdout)).toMatchObject({ job: "chain", status: "SUCCESS" });
  dev.child.kill("SIGINT");
  expect((await dev.result).exitCode).toBe(0);
  expect(existsSync(join(home, "dev", "url"))).toBe(false);
});
