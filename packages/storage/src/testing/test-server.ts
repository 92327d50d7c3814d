import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { readAddress, serverHome, type ServerAddress, signIn, withLock } from "./server-home.ts";

const startTimeoutMs = 90_000;

/** The URL of the maintenance database of the server for tests: `POSTGRES_URL` when set, else one that all test processes share. */
export async function testServerUrl(): Promise<string> {
  const given = process.env["POSTGRES_URL"];
  if (given !== undefined && given !== "") return given;
  signIn();
  const address = readAddress() ?? (await withLock(async () => readAddress() ?? (await startServer())));
  const url = `postgresql://postgres:${address.password}@127.0.0.1:${address.port}/postgres`;
  await untilReady(url);
  return url;
}

async function startServer(): Promise<ServerAddress> {
  const program = fileURLToPath(new URL(`./supervisor${extname(import.meta.url)}`, import.meta.url));
  const logFile = join(serverHome, "supervisor.log");
  const log = openSync(logFile, "w", 0o600);
  const supervisor = spawn(process.execPath, [program], {
    detached: true,
    stdio: ["ignore", "ignore", log],
    cwd: serverHome,
    env: supervisorEnv(),
  });
  closeSync(log);
  supervisor.unref();
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    const address = readAddress();
    if (address !== null) return address;
    if (supervisor.exitCode !== null || Date.now() > giveUpAt) {
      throw new Error(`The Postgres for tests did not start: ${readFileSync(logFile, "utf8")}`);
    }
    await delay(50);
  }
}

/** Test runners put options for their own processes there. */
function supervisorEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}

async function untilReady(url: string): Promise<void> {
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await delay(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
